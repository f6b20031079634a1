import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { unexplainedSilences } from './silence.ts';

const dir = mkdtempSync(join(tmpdir(), 'shimabashi-silence-'));
afterAll(() => rmSync(dir, { recursive: true }));

/** A loudspeaker's notes of a tone at each of these moments, in steps of 50 ms, silent between. */
function heard(...tonesAtMs: readonly number[]): string {
  const file = join(dir, `${tonesAtMs.join('-')}.ndjson`);
  const lines = Array.from({ length: 200 }, (_, index) => {
    const atMs = index * 50;
    return JSON.stringify({ atMs, rms: tonesAtMs.includes(atMs) ? 0.2 : 0 });
  });
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
}

const WHOLE = { fromMs: 0, toMs: 9_000 };

describe('the judge of silences', () => {
  it('finds one that is too long and that no screen explains', () => {
    expect(unexplainedSilences(heard(1_000, 3_000, 8_000), WHOLE, [])).toHaveLength(1);
  });

  it('finds nothing while it sounds often enough', () => {
    expect(unexplainedSilences(heard(1_000, 3_000, 5_000, 7_000), WHOLE, [])).toEqual([]);
  });

  it('accepts one that a screen explains in time, and no later', () => {
    const file = heard(1_000, 3_000, 8_000);
    const says = (atMs: number) => [{ atMs, alarm: true, saysSilent: true }];
    expect(unexplainedSilences(file, WHOLE, says(5_000))).toEqual([]);
    expect(unexplainedSilences(file, WHOLE, says(7_000))).toHaveLength(1);
  });
});
