import { assert, type QualityFlag } from '@shimabashi/contracts';
import { type Decoder, type Reading } from '../decoder.ts';
import { type Framed } from '../framing/framer.ts';
import { hexOf } from '../hex.ts';
import { NONIN_PULSE_RATE, NONIN_SPO2, noninMeasured, rejectedBytes } from './oximeter.ts';

/** Nonin data format 8: four bytes a second. Tables and sources: `docs/devices/nonin-df8.md`. */
export const DF8 = {
  frameBytes: 4,
  /** Bits of the first byte. Its two lowest are the highest of the pulse rate. */
  alwaysSet: 0x80,
  sensorDisconnected: 0x40,
  outOfTrack: 0x20,
  perfusionLow: 0x10,
  perfusionMarginal: 0x08,
  artifact: 0x04,
  /** Bits of the fourth. */
  smartPoint: 0x20,
  sensorAlarm: 0x08,
  batteryCritical: 0x02,
  batteryLow: 0x01,
} as const;

const QUALITY_BITS: readonly (readonly [byte: 0 | 3, bits: number, flag: QualityFlag])[] = [
  [0, DF8.outOfTrack, 'out-of-track'],
  [0, DF8.perfusionLow, 'perfusion-low'],
  [0, DF8.perfusionMarginal, 'perfusion-marginal'],
  [0, DF8.artifact, 'artifact'],
  [3, DF8.sensorAlarm, 'sensor-alarm'],
  [3, DF8.batteryLow | DF8.batteryCritical, 'battery-low'],
];

/** Four bytes of which only the first has bit 7 set. There is no checksum. */
export function isDf8Frame(bytes: Uint8Array): boolean {
  return bytes.length === DF8.frameBytes && bytes.every((byte, at) => ((byte & 0x80) !== 0) === (at === 0));
}

/** Each frame for itself: the next comes a second later, too late to wait for one that agrees. */
export class NoninDf8Decoder implements Decoder {
  decode(framed: Framed): Reading[] {
    if (framed.kind === 'rejected') return [rejectedBytes(framed.bytes, 0)];
    const [status, pulseRateLow, spO2, status2] = framed.bytes;
    assert(
      status !== undefined && pulseRateLow !== undefined && spO2 !== undefined && status2 !== undefined,
      'the framer gave a whole frame',
    );
    const sensor = {
      disconnected: (status & DF8.sensorDisconnected) !== 0,
      sensorOff: (status2 & DF8.sensorAlarm) !== 0,
      outOfTrack: (status & DF8.outOfTrack) !== 0,
    };
    const common = {
      kind: 'numeric',
      quality: QUALITY_BITS.filter(([byte, bits]) => ((byte === 0 ? status : status2) & bits) !== 0).map(
        ([, , flag]) => flag,
      ),
      origin: 'live',
      deviceTime: null,
      rawHex: hexOf(framed.bytes),
      details: { smartPoint: (status2 & DF8.smartPoint) !== 0 },
    } as const;
    const pulseRate = ((status & 0x03) << 7) | pulseRateLow;
    return [
      {
        ...common,
        parameter: 'pulse-rate',
        measured: noninMeasured(NONIN_PULSE_RATE, pulseRate, sensor),
      },
      { ...common, parameter: 'SpO2', measured: noninMeasured(NONIN_SPO2, spO2, sensor) },
    ];
  }
}
