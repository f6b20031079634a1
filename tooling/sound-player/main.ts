import { constants, setPriority } from 'node:os';
import { openSync, readSync, writeSync } from 'node:fs';

/**
 * A loudspeaker for machines without one: takes samples as a sound card does, no faster than they are
 * played, and writes down how loud it was.
 *
 * `main.ts FILE`: signed 16-bit little-endian, one channel, 44,100 Hz on standard input; one line of
 * JSON for each 50 ms, `{"atMs": <epoch>, "rms": <0 to 1>}`, added to FILE.
 */
const WINDOW_MS = 50;
const WINDOW_BYTES = (44_100 * 2 * WINDOW_MS) / 1_000;

try {
  // A sound card waits for no processor.
  setPriority(constants.priority.PRIORITY_HIGHEST);
} catch {
  // Without the right to it, what it writes down may be later than what it plays for.
}
const [file] = process.argv.slice(2);
if (file === undefined) {
  process.stderr.write('usage: main.ts FILE\n');
  process.exit(64);
}
const out = openSync(file, 'a');
const samples = new Int16Array(WINDOW_BYTES / 2);
const sleeper = new Int32Array(new SharedArrayBuffer(4));
let dueAtMs = performance.now();

while (fill(new Uint8Array(samples.buffer))) {
  const aheadMs = dueAtMs - performance.now();
  if (aheadMs > 0) Atomics.wait(sleeper, 0, 0, aheadMs);
  // After an underrun it goes on from now, as a sound card does.
  dueAtMs = Math.max(dueAtMs, performance.now() - WINDOW_MS) + WINDOW_MS;
  const square = samples.reduce((sum, sample) => sum + (sample / 32_768) ** 2, 0);
  const rms = Math.sqrt(square / samples.length);
  writeSync(out, `${JSON.stringify({ atMs: Date.now(), rms: Math.round(rms * 1e4) / 1e4 })}\n`);
}

/** False at the end of the input. */
function fill(bytes: Uint8Array): boolean {
  let read = 0;
  while (read < bytes.length) {
    const count = readSync(0, bytes, read, bytes.length - read, null);
    if (count === 0) return false;
    read += count;
  }
  return true;
}
