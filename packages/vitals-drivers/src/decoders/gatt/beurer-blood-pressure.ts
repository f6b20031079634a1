import { frameInvalid } from '../../byte-reader.ts';
import { type Reading } from '../../decoder.ts';
import { hexOf } from '../../hex.ts';
import { parseBloodPressure } from './blood-pressure.ts';

const FLAG = { timeStamp: 0x02, pulseRate: 0x04, userId: 0x08, status: 0x10 } as const;
const PRESSURE_BYTES = 6;
const TIME_BYTES = 7;

/**
 * Reads a Blood Pressure Measurement (0x2A35) of the Beurer cuffs that depart from the SIG: pulse and
 * status have their bytes swapped, and the user's number is always there, flagged or not.
 *
 * Source: derdilla/blood-pressure-monitor-fl, pull request 735, with three records of a BM85.
 *
 * @throws AppError `DEVICE_FRAME_INVALID`
 */
export function parseBeurerBloodPressure(frame: Uint8Array): Reading[] {
  const rawHex = hexOf(frame);
  // The evidence is what the cuff sent, not our rearrangement of it.
  return parseBloodPressure(inSigLayout(frame)).map(reading =>
    reading.kind === 'numeric' ? { ...reading, rawHex } : reading,
  );
}

function inSigLayout(frame: Uint8Array): Uint8Array {
  const [flags] = frame;
  if (flags === undefined) throw frameInvalid('empty');
  const sound = Uint8Array.from(frame);
  sound[0] = flags | FLAG.userId;
  let at = 1 + PRESSURE_BYTES + ((flags & FLAG.timeStamp) === 0 ? 0 : TIME_BYTES);
  if ((flags & FLAG.pulseRate) !== 0) {
    swap(sound, at);
    at += 2;
  }
  if ((flags & FLAG.status) !== 0) swap(sound, at + 1); // Behind the user's number.
  return sound;
}

/** Swaps two bytes. What is not there is left alone: the parser refuses the frame. */
function swap(bytes: Uint8Array, at: number): void {
  const [first, second] = bytes.subarray(at, at + 2);
  if (first === undefined || second === undefined) return;
  bytes.set([second, first], at);
}
