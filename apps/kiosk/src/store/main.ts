import { pino } from 'pino';
import { AppError, assert, toWireError } from '@shimabashi/contracts';
import { readStoreConfig } from './config.ts';
import { runStore } from './run-store.ts';
import { shellLineOf } from '../service/shell-line.ts';

/** `EX_CONFIG` of BSD's sysexits.h: the settings are wrong, and starting again will not help. */
const EXIT_CONFIG = 78;

const line = shellLineOf(process);
const read = readStoreConfig(process.env);
if (!read.ok) {
  process.stderr.write(`${read.line}\n`);
  await line?.sendLast({ type: 'failed', error: toWireError(new AppError('CONFIG_INVALID', read.line)) });
  process.exit(EXIT_CONFIG);
}

const log = pino(
  { level: read.config.logLevel, base: { service: 'store' } },
  pino.destination({ fd: 2, sync: true }),
);
try {
  assert(line !== undefined, 'the store service is started by its shell');
  const running = runStore(line.port, read.config, {
    log,
    nowMs: Date.now,
    timers: {
      after(delayMs, callback) {
        const timer = setTimeout(callback, delayMs);
        return () => clearTimeout(timer);
      },
    },
    random: Math.random,
    onDamaged: () => {
      log.fatal({ code: 'STORE_CORRUPT' }, 'the chart is damaged: the next start builds it anew');
      process.exit(1);
    },
  });
  line.onGone(running.stop);
  process.once('SIGTERM', running.stop);
  process.once('SIGINT', running.stop);
  await running.ended;
  process.exit(0);
} catch (error) {
  await line?.sendLast({ type: 'failed', error: toWireError(error) });
  const code = error instanceof AppError ? error.code : 'INTERNAL';
  // Where it happened, without the first line: a message may quote what it failed on.
  const where = error instanceof Error ? error.stack?.split('\n').slice(1, 6) : undefined;
  log.fatal({ code, where }, 'the store service failed');
  process.exit(1);
}
