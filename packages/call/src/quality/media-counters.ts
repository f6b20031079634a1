/** What WebRTC counts of one direction each, summed over all tracks. All grow; null: not known. */
export interface MediaCounters {
  /** Monotonic, milliseconds. */
  readonly atMs: number;
  readonly audioPacketsReceived: number;
  readonly audioPacketsLost: number;
  readonly audioBytesReceived: number;
  readonly audioSamples: number;
  /** Samples made up where packets were missing, but for silence. */
  readonly audibleConcealedSamples: number;
  readonly videoBytesReceived: number;
  readonly framesDecoded: number;
  readonly freezeMs: number;
  readonly audioBytesSent: number;
  readonly videoBytesSent: number;
  /** Of our sound, as the hub last reported it: 0 to 1. */
  readonly sentFractionLost: number | null;
  readonly roundTripMs: number | null;
  /** The browser's estimate of what our line takes, bits a second. */
  readonly availableOutgoingBps: number | null;
}

/**
 * Adds up the statistics of our transports.
 *
 * Source of the names: W3C, Identifiers for WebRTC's Statistics API (webrtc-stats).
 */
export function readCounters(reports: readonly RTCStatsReport[], atMs: number): MediaCounters {
  const all = reports.flatMap(report => [...statsOf(report)]);
  const inbound = (kind: string) => all.filter(each => each.type === 'inbound-rtp' && each['kind'] === kind);
  const outbound = (kind: string) =>
    all.filter(each => each.type === 'outbound-rtp' && each['kind'] === kind);
  const audio = inbound('audio');
  const video = inbound('video');
  const heard = all.filter(each => each.type === 'remote-inbound-rtp' && each['kind'] === 'audio');
  const pairs = all.filter(each => each.type === 'candidate-pair' && each['nominated'] === true);
  const roundTripSeconds = most(pairs, 'currentRoundTripTime');
  return {
    atMs,
    audioPacketsReceived: sum(audio, 'packetsReceived'),
    audioPacketsLost: sum(audio, 'packetsLost'),
    audioBytesReceived: sum(audio, 'bytesReceived'),
    audioSamples: sum(audio, 'totalSamplesReceived'),
    audibleConcealedSamples: sum(audio, 'concealedSamples') - sum(audio, 'silentConcealedSamples'),
    videoBytesReceived: sum(video, 'bytesReceived'),
    framesDecoded: sum(video, 'framesDecoded'),
    freezeMs: sum(video, 'totalFreezesDuration') * 1_000,
    audioBytesSent: sum(outbound('audio'), 'bytesSent'),
    videoBytesSent: sum(outbound('video'), 'bytesSent'),
    sentFractionLost: most(heard, 'fractionLost'),
    roundTripMs: roundTripSeconds === null ? null : roundTripSeconds * 1_000,
    availableOutgoingBps: most(pairs, 'availableOutgoingBitrate'),
  };
}

/** One entry of a report: the names of its numbers depend on its type. */
type Stats = Readonly<Record<string, unknown>> & { readonly type: string };

function* statsOf(report: RTCStatsReport): Generator<Stats> {
  for (const [, stats] of report) yield stats as Stats;
}

function numbers(stats: readonly Stats[], name: string): number[] {
  return stats.map(each => each[name]).filter(value => typeof value === 'number');
}

function sum(stats: readonly Stats[], name: string): number {
  return numbers(stats, name).reduce((total, value) => total + value, 0);
}

function most(stats: readonly Stats[], name: string): number | null {
  const values = numbers(stats, name);
  return values.length === 0 ? null : Math.max(...values);
}
