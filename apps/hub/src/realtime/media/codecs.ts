import { type types } from 'mediasoup';

/**
 * What a room speaks. Opus with in-band FEC; its NACK and that of the pictures come with mediasoup's
 * own list (`supportedRtpCapabilities`). VP8 first: every browser sends it in layers, and VP9's layers
 * do not work from an iPad (mediasoup issue 1665). H264 for machines that encode it in hardware.
 */
export const MEDIA_CODECS: types.RouterRtpCodecCapability[] = [
  {
    kind: 'audio',
    mimeType: 'audio/opus',
    clockRate: 48_000,
    channels: 2,
    parameters: { useinbandfec: 1 },
  },
  { kind: 'video', mimeType: 'video/VP8', clockRate: 90_000 },
  {
    kind: 'video',
    mimeType: 'video/H264',
    clockRate: 90_000,
    // Constrained baseline, level 3.1: what every browser has (RFC 7742, 6.2).
    parameters: { 'packetization-mode': 1, 'profile-level-id': '42e01f', 'level-asymmetry-allowed': 1 },
  },
];

const ABS_CAPTURE_TIME = 'http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time';

/**
 * The router's capabilities as participants are told them: without the capture time, which nothing here
 * uses. With it, consumers of layered video stayed on the lowest layer in one series of measurements
 * (3.27.1, Chromium 156), and not in another; without it they always switched.
 */
export function capabilitiesForParticipants(capabilities: types.RtpCapabilities): types.RtpCapabilities {
  return {
    ...capabilities,
    headerExtensions: (capabilities.headerExtensions ?? []).filter(({ uri }) => uri !== ABS_CAPTURE_TIME),
  };
}
