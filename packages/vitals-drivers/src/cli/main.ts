import { runCli } from './run.ts';

// Whoever read our pipe has had enough (`| head`): there is nothing left to do.
process.stdout.on('error', () => process.exit(0));

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());

process.exitCode = await runCli(process.argv.slice(2), {
  stdin: process.stdin,
  out: text => void process.stdout.write(text),
  err: text => void process.stderr.write(text),
  stop: stop.signal,
});
