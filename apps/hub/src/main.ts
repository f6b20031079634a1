import { AppError } from '@shimabashi/contracts';
import { pino } from 'pino';
import { systemClock } from './clock.ts';
import { readConfig } from './config.ts';
import { type Hub, startHub } from './hub.ts';

/** EX_CONFIG of sysexits(3): starting again without changing the configuration is useless. */
const EXIT_CONFIG = 78;

try {
  const config = readConfig(process.env);
  const logger = pino({
    level: config.logLevel,
    base: null,
    // What may carry content has no way into a line, even where somebody logs it by mistake.
    redact: ['req', 'res', 'err.message', 'err.stack', 'body', 'resource', '*.resource', 'headers'],
  });
  const hub = await startHub(config, { logger, clock: systemClock });
  endWith(hub);
  // To somebody who is just going it is nobody's loss; `disconnect` follows.
  if (process.connected) process.send?.({ type: 'ready', port: hub.port }, undefined, undefined, () => {});
} catch (error) {
  if (!(error instanceof AppError)) throw error;
  // A wrong setting is named by its message; what the databases say has a code worth looking up.
  const line = error.code === 'CONFIG_INVALID' ? error.message : `${error.code}: ${error.message}`;
  process.stderr.write(`${line}\n`);
  process.exitCode = EXIT_CONFIG;
  if (process.connected) process.disconnect();
}

/** Ends the hub when it is told to, or when whoever started it is gone. */
function endWith(hub: Hub): void {
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    hub.stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  if (process.send === undefined) return;
  if (process.connected) process.once('disconnect', stop);
  else stop(); // It went while we were starting.
}
