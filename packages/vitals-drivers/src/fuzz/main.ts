import { parseArgs } from 'node:util';
import { CODECS } from '../codecs/index.ts';
import { fuzz } from './fuzz.ts';

/** `pnpm fuzz vitals [--streams N] [--seed N] [--protocol P]`. Ends with `N passed, N failed`. */
const STREAMS = 100_000;

const { values, positionals } = parseArgs({
  args: process.argv.slice(2),
  allowPositionals: true,
  options: { streams: { type: 'string' }, seed: { type: 'string' }, protocol: { type: 'string' } },
});
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
const streams = Number(values.streams ?? STREAMS);
const codecs = CODECS.filter(({ protocol }) => values.protocol === undefined || protocol === values.protocol);
const isUsable = Number.isInteger(seed) && Number.isInteger(streams) && streams > 0 && codecs.length > 0;
if (positionals.join(' ') !== 'vitals' || !isUsable) {
  process.stderr.write('pnpm fuzz vitals [--streams N] [--seed N] [--protocol P]\n');
  process.exit(2);
}

process.stdout.write(`seed ${seed}; ${streams} streams of each kind and protocol\n`);
let [passed, failed] = [0, 0];
for (const codec of codecs) {
  for (const kind of ['random', 'mutated'] as const) {
    const startMs = performance.now();
    const result = fuzz(codec, kind, { streams, seed });
    passed += result.passed;
    failed += result.failed;
    const seconds = ((performance.now() - startMs) / 1_000).toFixed(1);
    process.stdout.write(
      `${codec.protocol} ${kind}: ${result.passed} passed, ${result.failed} failed, ${seconds} s\n`,
    );
    for (const { problem, hex } of result.failures) process.stdout.write(`  ${problem}: ${hex}\n`);
  }
}
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
