import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CODECS } from './codecs/index.ts';
import { DRIVERS } from './drivers/index.ts';
import { SCENARIOS } from './simulator/scenarios.ts';

const PACKAGE = join(import.meta.dirname, '..');
const README = readFileSync(join(PACKAGE, 'README.md'), 'utf8');
const ROW = /^\| (?:\[`([a-z0-9-]+)`\]\(([^)]+)\)|`([a-z0-9-]+)`) \| `([^`]+)` \| [^|]+ \| ([^|]+) \|$/gm;

const rows = [...README.matchAll(ROW)].map(([, linked, page, plain, source = '', verified = '']) => ({
  protocol: linked ?? plain ?? '',
  page,
  source,
  verified,
}));

describe('the table of the README', () => {
  it('has every protocol once, and no other', () => {
    const sorted = (some: readonly { protocol: string }[]) => some.map(({ protocol }) => protocol).toSorted();
    expect(sorted(rows)).toEqual(sorted(CODECS));
  });

  it.each(rows)('names a page and a file that are there: $protocol', ({ page, source }) => {
    expect(existsSync(join(PACKAGE, 'src', source))).toBe(true);
    expect(page === undefined || existsSync(join(PACKAGE, page))).toBe(true);
  });

  it.each(CODECS)('says "simulator only" where the registry does: $protocol', ({ protocol, evidence }) => {
    const row = rows.find(one => one.protocol === protocol);
    expect(/^\*+simulator only\*+/.test(row?.verified ?? '')).toBe(evidence.startsWith('simulator only'));
  });

  it('names drivers as such', () => {
    const named = rows.filter(({ source }) => source.startsWith('drivers/')).map(({ protocol }) => protocol);
    expect(named.toSorted()).toEqual(DRIVERS.map(({ protocol }) => protocol).toSorted());
  });

  it('names every scenario', () => {
    for (const scenario of Object.keys(SCENARIOS)) expect(README).toContain(`\`${scenario}\``);
  });
});
