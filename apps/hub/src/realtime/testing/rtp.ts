import { type MediaSource } from '@shimabashi/contracts';
import { type types } from 'mediasoup';

/** What a browser's DTLS would say of itself. */
export const DTLS = {
  role: 'client',
  fingerprints: [
    {
      algorithm: 'sha-256',
      value:
        '82:5A:68:3D:36:C3:0A:DE:AF:E7:32:43:D2:88:83:57:AC:2D:65:E5:80:C4:B6:FB:AF:1A:A0:21:9F:6D:0C:AD',
    },
  ],
} as const;

/** Vitals go so: an old number is not sent again. */
export const UNRELIABLE = { streamId: 1, ordered: false, maxRetransmits: 0 };

let lastSsrc = 10_000_000;

/** What a browser's sender would say: Opus, or VP8 in layers with retransmission. */
export function rtpOf(source: MediaSource): types.RtpParameters {
  lastSsrc += 10;
  const ssrc = lastSsrc;
  if (source === 'microphone') {
    return {
      mid: '0',
      codecs: [
        {
          mimeType: 'audio/opus',
          payloadType: 111,
          clockRate: 48_000,
          channels: 2,
          parameters: { useinbandfec: 1 },
          rtcpFeedback: [{ type: 'nack' }, { type: 'transport-cc' }],
        },
      ],
      headerExtensions: [],
      encodings: [{ ssrc }],
      rtcp: { cname: 'test' },
    };
  }
  return {
    mid: source === 'face-camera' ? '1' : '2',
    codecs: [
      {
        mimeType: 'video/VP8',
        payloadType: 112,
        clockRate: 90_000,
        rtcpFeedback: [{ type: 'nack' }, { type: 'nack', parameter: 'pli' }],
      },
      { mimeType: 'video/rtx', payloadType: 113, clockRate: 90_000, parameters: { apt: 112 } },
    ],
    headerExtensions: [],
    encodings: [0, 1, 2].map(layer => ({
      ssrc: ssrc + 2 * layer,
      rtx: { ssrc: ssrc + 2 * layer + 1 },
      scalabilityMode: 'L1T3',
    })),
    rtcp: { cname: 'test' },
  };
}
