import { describe, expect, it } from 'vitest';
import { validBytesOf } from '../testing/corpus.ts';
import { CODECS } from '../codecs/index.ts';
import { fuzz } from './fuzz.ts';

const STREAMS = 1_000;
/** On a machine that has other work. */
const TIMEOUT_MS = 60_000;

describe.each(CODECS)('$protocol', { timeout: TIMEOUT_MS }, codec => {
  it('has valid bytes, which give readings', () => {
    const valid = validBytesOf(codec);
    expect(valid.length).toBeGreaterThan(0);
    const framer = codec.createFramer();
    const decoder = codec.createDecoder();
    const readings = valid
      .flatMap(bytes => framer.push(bytes))
      .concat(framer.end())
      .flatMap(framed => decoder.decode(framed));
    expect(readings.filter(({ kind }) => kind !== 'rejected').length).toBeGreaterThan(0);
  });

  it.each(['random', 'mutated'] as const)('survives %s bytes', kind => {
    expect(fuzz(codec, kind, { streams: STREAMS, seed: 11 })).toEqual({
      passed: STREAMS,
      failed: 0,
      failures: [],
    });
  });

  it('meets the same streams with the same seed', () => {
    const once = fuzz(codec, 'mutated', { streams: 20, seed: 3 });
    expect(fuzz(codec, 'mutated', { streams: 20, seed: 3 })).toEqual(once);
  });
});
