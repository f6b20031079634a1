import { constants, setPriority } from 'node:os';
import { pino } from 'pino';
import { AppError, assert, toWireError } from '@shimabashi/contracts';
import { shellLineOf } from '../service/shell-line.ts';
import { readSoundConfig } from './config.ts';
import { startPlayer } from './player.ts';
import { runSound } from './run-sound.ts';

/** `EX_CONFIG` of BSD's sysexits.h: the settings are wrong, and starting again will not help. */
const EXIT_CONFIG = 78;

const line = shellLineOf(process);
const read = readSoundConfig(process.env);
if (!read.ok) {
  process.stderr.write(`${read.line}\n`);
  await line?.sendLast({ type: 'failed', error: toWireError(new AppError('CONFIG_INVALID', read.line)) });
  process.exit(EXIT_CONFIG);
}

try {
  // An alarm sounds in time however busy the machine is. The player, a child, has it too.
  setPriority(constants.priority.PRIORITY_HIGHEST);
} catch {
  // Not allowed to this user (docs/operations.md says how): it sounds all the same.
}
const { player, volume, logLevel } = read.config;
const log = pino({ level: logLevel, base: { service: 'sound' } }, pino.destination({ fd: 2, sync: true }));
try {
  assert(line !== undefined, 'the sound service is started by its shell');
  const running = runSound(line.port, {
    log,
    volume,
    clock: {
      nowMs: Date.now,
      monotonicMs: () => performance.now(),
      after(ms, callback) {
        const timer = setTimeout(callback, ms);
        return () => clearTimeout(timer);
      },
    },
    startPlayer: player === undefined ? undefined : () => startPlayer(player),
  });
  line.onGone(running.stop);
  process.once('SIGTERM', running.stop);
  process.once('SIGINT', running.stop);
  await running.ended;
  process.exit(0);
} catch (error) {
  await line?.sendLast({ type: 'failed', error: toWireError(error) });
  const where = error instanceof Error ? error.stack?.split('\n').slice(1, 6) : undefined;
  log.fatal({ where }, 'the sound service failed');
  process.exit(1);
}
