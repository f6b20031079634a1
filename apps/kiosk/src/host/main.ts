import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { createBroker, type Timers } from '../broker/index.ts';
import { readHostConfig } from './config.ts';
import { openLoopbackDoor } from './door.ts';
import { DoorKeys } from './door-keys.ts';
import { forkService } from './forked-service.ts';
import { keepWindowOpen } from './shell.ts';

/** Exit code for a setting that is wrong (`EX_CONFIG` of sysexits.h). */
const EXIT_CONFIG = 78;

const timers: Timers = {
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

/** A kiosk without Electron: the services, the loopback door, and perhaps the window. */
async function main(): Promise<void> {
  const read = readHostConfig(process.env);
  if (!read.ok) {
    process.stderr.write(`${read.line}\n`);
    process.exit(EXIT_CONFIG);
  }
  const { config } = read;
  try {
    mkdirSync(config.KIOSK_DATA_DIR, { recursive: true, mode: 0o700 });
  } catch {
    process.stderr.write('KIOSK_DATA_DIR: cannot be created\n');
    process.exit(EXIT_CONFIG);
  }
  const logger = pino({ level: config.KIOSK_LOG_LEVEL }, pino.destination({ dest: 2, sync: true }));
  const environment = { ...process.env, KIOSK_BOOT_ID: crypto.randomUUID() };

  const broker = createBroker({
    startService: name => forkService(name, environment),
    nowMs: Date.now,
    timers,
    reportUnexpected: (error, where) =>
      logger.error({ where, errorName: (error as Error).name }, 'unexpected'),
  });
  const keys = new DoorKeys(config.KIOSK_DATA_DIR);
  let onScreens: (open: number) => void = () => {};
  const door = await openLoopbackDoor({
    broker,
    keys,
    rendererDir: config.KIOSK_RENDERER_DIR,
    hubUrl: config.KIOSK_HUB_URL,
    logger,
    port: config.KIOSK_PORT,
    onScreens: open => onScreens(open),
  }).catch(async (error: NodeJS.ErrnoException) => {
    await broker.stop();
    if (error.code !== 'EADDRINUSE') throw error;
    process.stderr.write('KIOSK_PORT: is in use\n');
    process.exit(EXIT_CONFIG);
  });
  // Only now: a second start on a port in use must not take the file of the one that runs.
  keys.publish();
  await broker.started();

  const shell =
    config.KIOSK_SHELL === 'none'
      ? undefined
      : keepWindowOpen({
          chromium: config.KIOSK_CHROMIUM,
          fullscreen: config.KIOSK_SHELL === 'fullscreen',
          flags: config.KIOSK_SHELL_FLAGS.split(' ').filter(flag => flag !== ''),
          profileDir: join(config.KIOSK_DATA_DIR, 'browser'),
          url: () => `http://127.0.0.1:${door.port}/#token=${keys.issueToken()}`,
          asRoot: process.getuid?.() === 0,
          timers,
          report: what => logger.info(what),
        });
  if (shell !== undefined) onScreens = shell.onScreens;
  logger.info({ port: door.port }, 'kiosk ready');
  // To somebody who is just going it is nobody's loss; `disconnect` follows.
  if (process.connected) process.send?.({ type: 'ready', port: door.port }, undefined, undefined, () => {});

  let stopping = false;
  const stop = async (): Promise<void> => {
    if (stopping) return;
    stopping = true;
    await shell?.stop();
    await broker.stop();
    await door.close();
    process.exit(0);
  };
  process.on('SIGTERM', () => void stop());
  process.on('SIGINT', () => void stop());
  // Started by another program of ours: without it there is nobody to serve.
  if (process.send !== undefined) {
    if (process.connected) process.on('disconnect', () => void stop());
    else await stop(); // It went while we were starting.
  }
}

await main();
