import { describe, expect, it } from 'vitest';
import { geDriFrame } from '../framing/ge-dri-shape.ts';
import { hexOf } from '../hex.ts';
import { simulatedFrames } from '../simulator/simulator.ts';
import { joined } from '../testing/chunks.ts';
import { decodeAll, describeDriverContract, numbersOf } from '../testing/driver-contract.ts';
import { hexVector } from '../testing/hex-vector.ts';
import { manualClock } from '../testing/manual-clock.ts';
import { VENDOR_VECTORS } from '../testing/vendor-vectors.ts';
import { geDri } from './ge-dri.ts';
import { ivyAnsar } from './ivy-ansar.ts';

const possible = {
  SpO2: [1, 100],
  'pulse-rate': [10, 350],
  'heart-rate': [10, 350],
  'respiratory-rate': [0, 200],
  'body-temperature': [10, 50],
  'systolic-pressure': [10, 350],
  'diastolic-pressure': [10, 350],
  'mean-arterial-pressure': [10, 350],
} as const;

const geNumbers = hexVector(VENDOR_VECTORS.find(({ protocol }) => protocol === 'ge-dri')?.hex ?? '');
describeDriverContract(geDri, {
  goodStream: geNumbers,
  numbers: [
    ['respiratory-rate', 0],
    ['body-temperature', 18],
  ],
  badBytes: geNumbers.subarray(0, 100),
  possible,
});

const ivyMessage = joined(simulatedFrames('ivy-ansar', 2));
describeDriverContract(ivyAnsar, {
  goodStream: ivyMessage,
  numbers: numbersOf(decodeAll(ivyAnsar, [ivyMessage])),
  badBytes: ivyMessage.subarray(0, 300),
  possible,
});

describe('GE', () => {
  it('is asked for numbers and the pleth, and told to stop', () => {
    const said: string[] = [];
    const end = geDri.begin?.(bytes => void said.push(hexOf(bytes)), manualClock(0));
    end?.();
    expect(said.map(hex => hex.length / 2)).toEqual([52, 75, 75, 52]);
    // Displayed values every second; pleth from now on; no more of either.
    expect(said[0]).toContain(`0000ff${'00'.repeat(18)}0101000000`);
    expect(said[1]).toContain(`0000ff${'00'.repeat(18)}0000000008ff`);
    expect(said[2]).toContain(`0000ff${'00'.repeat(18)}0100000008ff`);
    expect(said[3]).toContain(`0000ff${'00'.repeat(18)}0100000000`);
  });

  it('repeats the pressures of its cuff, which count once', () => {
    const frames = simulatedFrames('ge-dri', 20);
    const cuffs = decodeAll(geDri, frames).filter(
      one => one.kind === 'numeric' && one.parameter === 'systolic-pressure',
    );
    expect(cuffs).toHaveLength(1);
    expect(cuffs[0]).toMatchObject({ origin: 'stored' });
  });

  it('escapes the flags within a record', () => {
    const record = new Uint8Array(60).fill(0x7e);
    record.set([60, 0]);
    const frame = geDriFrame(record);
    expect(frame.filter(byte => byte === 0x7e)).toHaveLength(2);
    expect(geDri.createFramer().push(frame)).toEqual([{ kind: 'frame', bytes: frame }]);
  });
});

describe('Ivy', () => {
  it.each([
    [
      'SPO2=98;PR=72;',
      [
        ['SpO2', 98],
        ['pulse-rate', 72],
      ],
    ],
    ['SPO2=---;PR=---;', []],
    ['HR=1x;ECG', []],
    ['HR=  72;ECG', [['heart-rate', 72]]],
    ['P1=120;80;93;', []],
  ])('reads %s', (line, numbers) => {
    const message = joined([ivyMessage.subarray(0, 409), Buffer.from(`${line}\r`), Uint8Array.of(0xfe)]);
    expect(numbersOf(decodeAll(ivyAnsar, [message]))).toEqual(numbers);
  });

  it('refuses a text that is not all lines, at once', () => {
    const text = Buffer.from(`${'AA='.repeat(190)}\u0001`, 'latin1');
    const message = joined([ivyMessage.subarray(0, 409), text, Uint8Array.of(0xfe)]);
    const startMs = performance.now();
    expect(decodeAll(ivyAnsar, [ivyMessage, message]).at(-1)).toMatchObject({ kind: 'rejected' });
    expect(performance.now() - startMs).toBeLessThan(2_000);
  });
});
