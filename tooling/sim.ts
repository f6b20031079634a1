import { parseArgs } from 'node:util';
import { PLANTED_BUGS } from './sim/sabotage.ts';
import { runSeed } from './sim/run.ts';

/**
 * `pnpm sim [--seeds 300] [--seed N] [--trace]`: islands, consoles and a hub with the real log and the
 * real engine, on a virtual clock and a network that fails. Then every planted bug must be found.
 */
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '300' },
    /** Only this one. */
    seed: { type: 'string' },
    trace: { type: 'boolean', default: false },
    'no-bugs': { type: 'boolean', default: false },
  },
});
const seeds =
  values.seed === undefined
    ? Array.from({ length: Number(values.seeds) }, (_, n) => `${n + 1}`)
    : [values.seed];
const counts = new Map<string, number>();
let passed = 0;
let failed = 0;
const beganAtMs = performance.now();
for (const seed of seeds) {
  const report = await runSeed(seed, values.trace ? { print: line => console.log(line) } : {});
  for (const [kind, count] of report.counts) counts.set(kind, (counts.get(kind) ?? 0) + count);
  if (report.breaches.length === 0) passed += 1;
  else {
    failed += 1;
    console.log(`FAIL seed ${seed} ${report.traceHash.slice(0, 16)}`);
    for (const breach of report.breaches.slice(0, 5)) console.log(`     ${breach}`);
  }
  if (seeds.length === 1) console.log(`trace ${report.traceHash}`);
  else if ((passed + failed) % 100 === 0) console.log(`${passed + failed} of ${seeds.length} seeds`);
}
console.log(
  `${seeds.length} seeds in ${((performance.now() - beganAtMs) / 1_000).toFixed(1)} s. What happened, and how often:`,
);
for (const [kind, count] of [...counts].toSorted(([, a], [, b]) => b - a)) console.log(`  ${kind}: ${count}`);
if (values.seed === undefined && !values['no-bugs']) await findBugs();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);

/** Each planted bug, switched on alone, until a seed finds it. */
async function findBugs(): Promise<void> {
  for (const [name, plant] of Object.entries(PLANTED_BUGS)) {
    let found: string | undefined;
    for (const seed of seeds) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other until one finds it
      if ((await runSeed(seed, { sabotage: plant() })).breaches.length > 0) {
        found = seed;
        break;
      }
    }
    if (found === undefined) failed += 1;
    else passed += 1;
    console.log(found === undefined ? `FAIL not found: ${name}` : `ok   found by seed ${found}: ${name}`);
  }
}
