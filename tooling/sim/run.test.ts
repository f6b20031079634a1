import { describe, expect, it } from 'vitest';
import { runSeed } from './run.ts';
import { PLANTED_BUGS } from './sabotage.ts';

describe('the simulation', () => {
  it('is the same for the same seed, down to the content of every store', async () => {
    const [one, again, other] = [await runSeed('7'), await runSeed('7'), await runSeed('8')];
    expect(again.traceHash).toBe(one.traceHash);
    expect(other.traceHash).not.toBe(one.traceHash);
    expect(one.breaches).toEqual([]);
  });

  it('finds a planted bug', async () => {
    const plant = PLANTED_BUGS['the cursor is saved before the rows']!;
    const { breaches } = await runSeed('1', { sabotage: plant() });
    expect(breaches.join('\n')).toMatch(/^(lost|only on|not on)/m);
  });
});
