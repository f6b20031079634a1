import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isV46Triplet, V46_STORED } from '../decoders/contec-v46-stored.ts';
import { FixedLengthFramer } from '../framing/fixed-length-framer.ts';
import { hexOf } from '../hex.ts';
import { encodeV46Length, encodeV46Second } from '../simulator/contec-v46-encoder.ts';
import { joined } from '../testing/chunks.ts';
import { decodeAll, describeDriverContract, numbersOf, numericsOf } from '../testing/driver-contract.ts';
import { describeFramerContract } from '../testing/framer-contract.ts';
import { hexVector } from '../testing/hex-vector.ts';
import { contecV46Stored } from './contec-v46-stored.ts';

/**
 * Seconds as another project writes and reads them: 72 and 200 /min (each with SpO2 0), then SpO2 97
 * (with a pulse rate of 0). Source: atbrask/CMS50Dplus, `unittests.py`, test_RecordedData_pulseRate and
 * test_RecordedData_bloodSpO2. Written by hand there, not recorded from a device.
 */
const ATBRASK_SECONDS = hexVector('f0 c8 00   f1 c8 00   f0 80 61');
/** Three headers and the length of three seconds, as atbrask's `getRecordedData` expects them. */
const HEADER = hexVector('f2 80 00   f2 80 00   f2 80 00   80 80 08');

describeFramerContract(
  "triplets of Contec's recordings",
  () => new FixedLengthFramer(V46_STORED.tripletBytes, isV46Triplet),
  fc
    .record({ pulseRate: fc.integer({ min: 0, max: 255 }), spO2: fc.integer({ min: 0, max: 127 }) })
    .map(({ pulseRate, spO2 }) => encodeV46Second(pulseRate, spO2)),
);

describeDriverContract(contecV46Stored, {
  goodStream: joined([HEADER, ATBRASK_SECONDS]),
  numbers: [
    ['pulse-rate', 72],
    ['pulse-rate', 200],
    ['SpO2', 97],
  ],
  badBytes: hexVector('00 01 ff 00 7f 00'),
  possible: { 'pulse-rate': [18, 254], SpO2: [1, 100] },
});

describe("Contec's recordings", () => {
  it('count the seconds, and are stored, not live', () => {
    const readings = numericsOf(decodeAll(contecV46Stored, [HEADER, ATBRASK_SECONDS]));
    expect(readings.map(({ details }) => details.second)).toEqual([0, 0, 1, 1, 2, 2]);
    expect(readings.every(({ origin }) => origin === 'stored')).toBe(true);
    expect(readings[1]?.measured).toEqual({ status: 'absent', reason: 'not-available' });
  });

  it('end with the length that the header tells', () => {
    const readings = decodeAll(contecV46Stored, [HEADER, ATBRASK_SECONDS, ATBRASK_SECONDS]);
    expect(numbersOf(readings)).toHaveLength(3);
    expect(readings.filter(reading => reading.kind === 'rejected')).toHaveLength(3);
  });

  it('do not take what a device sends live for seconds', () => {
    const live = hexVector('87 32 05 48 62   87 32 05 48 62');
    expect(numbersOf(decodeAll(contecV46Stored, [live, HEADER, ATBRASK_SECONDS]))).toHaveLength(3);
  });

  it('have lengths as the device tells them', () => {
    expect(hexOf(encodeV46Length(3))).toBe('808008');
    expect(hexOf(encodeV46Length(86_400))).toBe('8fe87f');
  });

  it('are asked for, and the end is told', () => {
    const sent: string[] = [];
    const end = contecV46Stored.begin?.(bytes => sent.push(hexOf(bytes)), {
      after: () => () => {},
      nowMs: () => 0,
    });
    end?.();
    expect(sent).toEqual(['f5f5', 'f6f6f6']);
  });
});
