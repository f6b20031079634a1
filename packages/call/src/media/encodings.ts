import { type MediaSource } from '@shimabashi/contracts';

/** How a source is sent. Bit rates are bits a second, as WebRTC has them. */
export interface SendPlan {
  readonly encodings: RTCRtpEncodingParameters[];
  /** What the browser gives up first when the line is thin. */
  readonly degradation: RTCDegradationPreference | null;
  readonly contentHint: '' | 'speech' | 'motion' | 'detail';
}

/**
 * Audio first (architecture, D8): the browser shares its estimate by `priority`, and marks packets by
 * `networkPriority`; both stand on the first encoding for all of a source (Chromium refuses them on
 * another), and a face has the default, which is low.
 *
 * The face moves, so it keeps its frame rate and comes in three sizes, of which the hub forwards the
 * one that fits. The examination camera shows detail, so it keeps its lines and loses frames; its two
 * sizes are the full one and a half for when the full one is not in front.
 *
 * No size has a `maxFramerate`: Chromium 156 holds the whole camera to the lowest of them.
 */
export const SEND_PLANS: Readonly<Record<MediaSource, SendPlan>> = {
  microphone: {
    encodings: [{ maxBitrate: 32_000, priority: 'high', networkPriority: 'high' }],
    degradation: null,
    contentHint: 'speech',
  },
  'face-camera': {
    encodings: [
      { scaleResolutionDownBy: 4, maxBitrate: 120_000 },
      { scaleResolutionDownBy: 2, maxBitrate: 400_000 },
      { scaleResolutionDownBy: 1, maxBitrate: 1_200_000 },
    ],
    degradation: 'maintain-framerate',
    contentHint: 'motion',
  },
  'exam-camera': {
    encodings: [
      {
        scaleResolutionDownBy: 2,
        maxBitrate: 300_000,
        priority: 'medium',
        networkPriority: 'medium',
      },
      { scaleResolutionDownBy: 1, maxBitrate: 2_000_000 },
    ],
    degradation: 'maintain-resolution',
    contentHint: 'detail',
  },
};

/** Opus loses packets here: it repairs them (FEC), asks again (NACK), and never falls silent (no DTX). */
export const OPUS_OPTIONS = {
  opusFec: true,
  opusNack: true,
  opusDtx: false,
  opusStereo: false,
  opusMaxAverageBitrate: 32_000,
} as const;
