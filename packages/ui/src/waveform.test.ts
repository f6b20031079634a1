import { STREAM_STALE_AFTER_MS, type WaveformBlock } from '@shimabashi/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TracePen } from './live-waveform.tsx';
import { WaveformBuffer } from './waveform-buffer.ts';

const block = (firstSequence: number, samples: (number | null)[], deviceId = 'a'): WaveformBlock => ({
  deviceId,
  waveform: 'pleth',
  sampleRateHz: 75,
  firstSequence,
  receivedAtMs: 0,
  samples,
});
const held = (buffer: WaveformBuffer) =>
  Array.from({ length: buffer.end - buffer.start }, (_, index) => buffer.at(buffer.start + index));

describe('WaveformBuffer', () => {
  it('holds the newest samples whatever the blocks were', () => {
    const blocks = fc.array(fc.array(fc.nat(1_000), { minLength: 1, maxLength: 30 }), { minLength: 1 });
    fc.assert(
      fc.property(blocks, fc.integer({ min: 1, max: 40 }), (runs, capacity) => {
        const buffer = new WaveformBuffer(capacity);
        let sequence = 7;
        for (const run of runs) {
          buffer.append(block(sequence, run));
          sequence += run.length;
        }
        expect(held(buffer)).toEqual(runs.flat().slice(-capacity));
      }),
    );
  });

  it('keeps what was lost, and what was no value, as a gap', () => {
    const buffer = new WaveformBuffer(20);
    buffer.append(block(0, [1, null]));
    buffer.append(block(4, [5]));
    expect(held(buffer)).toEqual([1, Number.NaN, Number.NaN, Number.NaN, 5]);
  });

  it('begins anew with another device, a sequence that went back, and a gap longer than itself', () => {
    const buffer = new WaveformBuffer(4);
    buffer.append(block(0, [1, 2]));
    buffer.append(block(2, [9], 'b'));
    expect(held(buffer)).toEqual([9]);
    buffer.append(block(0, [3], 'b'));
    expect(held(buffer)).toEqual([3]);
    buffer.append(block(1_000_000_000, [4], 'b'));
    expect(held(buffer)).toEqual([4]);
  });

  it('forgets a patient', () => {
    const buffer = new WaveformBuffer(4);
    buffer.append(block(5, [1, 2]));
    buffer.clear();
    expect(held(buffer)).toEqual([]);
    expect(buffer.at(5)).toBeNaN();
  });
});

describe('TracePen', () => {
  /** 75 px a second at 75 Hz: one px a sample. */
  const pen = (buffer: WaveformBuffer) => new TracePen(buffer, { min: 0, max: 100 }, 75);
  const filled = (count: number) => {
    const buffer = new WaveformBuffer(2_000);
    buffer.append(
      block(
        0,
        Array.from({ length: count }, () => 50),
      ),
    );
    return buffer;
  };

  it('leaves an erase bar before the trace, and draws no sample twice', () => {
    const buffer = filled(1_000);
    const points = pen(buffer).sweep(1_000, 300).flat();
    expect(points).toHaveLength(300 - 28);
    expect(new Set(points.map(([x]) => x)).size).toBe(points.length);
    expect(points.every(([x, level]) => x >= 0 && x < 300 && level === 0.5)).toBe(true);
  });

  it('breaks the line at a gap instead of drawing across it', () => {
    const buffer = new WaveformBuffer(2_000);
    buffer.append(block(0, [10, 20]));
    buffer.append(block(12, [30, 40]));
    const runs = pen(buffer).sweep(14, 300);
    expect(runs.map(run => run.map(([x]) => x))).toEqual([
      [0, 1],
      [12, 13],
    ]);
  });

  it('moves with time, never past what has come, and stops when nothing comes', () => {
    const buffer = filled(300);
    const trace = pen(buffer);
    const first = trace.advance(0) ?? 0;
    const second = trace.advance(100) ?? 0;
    expect(second - first).toBeCloseTo(7.5);
    expect(trace.advance(2_000)).toBeLessThanOrEqual(300);
    expect(trace.advance(STREAM_STALE_AFTER_MS + 1)).toBeUndefined();
    buffer.append(block(300, [1]));
    expect(trace.advance(STREAM_STALE_AFTER_MS + 17)).toBeDefined();
  });

  it('is as high as the device says that its samples can be', () => {
    const levels = [undefined, 127, 65_535].map(fullScale => {
      const buffer = new WaveformBuffer(2_000);
      const samples = [100, 50];
      buffer.append({ ...block(0, samples), ...(fullScale === undefined ? {} : { fullScale }) });
      return pen(buffer)
        .sweep(2, 300)
        .flat()
        .map(([, level]) => level);
    });
    expect(levels).toEqual([
      [1, 0.5],
      [100 / 127, 50 / 127],
      [100 / 65_535, 50 / 65_535],
    ]);
  });

  it('draws nothing before the first block', () => {
    expect(pen(new WaveformBuffer(10)).advance(0)).toBeUndefined();
  });
});
