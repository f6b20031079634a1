import { type AbsentReason, type Measured } from '@shimabashi/contracts';
import { type RejectedFrame } from '../decoder.ts';
import { hexOf } from '../hex.ts';

/** Which raw values of a number are none, and which one may believe. */
export interface NumberRule {
  /** Values that the protocol sends when it has none. */
  readonly missing: readonly number[];
  /** First and last value that one may believe, in the parameter's unit. */
  readonly range: readonly [low: number, high: number];
}

/**
 * Rules of oximeters that send the pulse rate in one byte, in /min, and the SpO2 in seven bits, in %.
 *
 * 255 and 127 mean "none" in Contec's and Berry's protocols; zero does in what devices were seen to
 * send (`docs/devices/contec-v7.md`). The lower limit is that of Nonin's drivers; nothing with a
 * heartbeat is above 254 here, since the byte ends there.
 */
export const BYTE_PULSE_RATE: NumberRule = { missing: [0, 0xff], range: [18, 0xfe] };
export const BYTE_SPO2: NumberRule = { missing: [0, 0x7f, 0xff], range: [1, 100] };

/**
 * Rules of Nonin's formats: nine bits of pulse rate, in /min, and seven of SpO2, in %. Zero is in the
 * device's range of SpO2 and in nobody's blood: an all-zero byte is not a reading.
 */
export const NONIN_PULSE_RATE: NumberRule = { missing: [511], range: [18, 321] };
export const NONIN_SPO2: NumberRule = { missing: [127], range: [1, 100] };

/** A number of Nonin's formats: missing while the device lost track of the pulse means that it seeks it. */
export function noninMeasured(
  rule: NumberRule,
  value: number,
  status: { disconnected: boolean; sensorOff: boolean; outOfTrack: boolean },
): Measured {
  if (status.disconnected) return measuredBy(rule, value, 'sensor-disconnected');
  if (status.sensorOff) return measuredBy(rule, value, 'sensor-off');
  return measuredBy(rule, value, status.outOfTrack && rule.missing.includes(value) ? 'searching' : undefined);
}

/**
 * A number, or why there is none. What the device says of its sensor (`reason`) outweighs the number:
 * it may go on sending one that it calls unusable.
 */
export function measuredBy(rule: NumberRule, value: number, reason: AbsentReason | undefined): Measured {
  if (reason !== undefined) return { status: 'absent', reason };
  if (rule.missing.includes(value)) return { status: 'absent', reason: 'not-available' };
  const [low, high] = rule.range;
  if (value < low || value > high) return { status: 'absent', reason: 'invalid' };
  return { status: 'measured', value };
}

/** Bytes that were no frame, and with them about as many samples of the wave. */
export function rejectedBytes(bytes: Uint8Array, lostWaveformSamples: number): RejectedFrame {
  return { kind: 'rejected', reason: 'not-a-frame', rawHex: hexOf(bytes), lostWaveformSamples };
}
