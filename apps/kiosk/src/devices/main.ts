import { pino } from 'pino';
import { AppError, assert, toWireError } from '@shimabashi/contracts';
import { readAlarmConfig } from './alarm-config.ts';
import { readDevicesConfig } from './config.ts';
import { runDevices } from './run-devices.ts';
import { shellLineOf } from '../service/shell-line.ts';

/** `EX_CONFIG` of BSD's sysexits.h: the settings are wrong, and starting again will not help. */
const EXIT_CONFIG = 78;

const log = pino({ base: { service: 'devices' } }, pino.destination({ fd: 2, sync: true }));
const line = shellLineOf(process);

try {
  const config = { ...readDevicesConfig(process.env), alarms: readAlarmConfig(process.env) };
  assert(line !== undefined, 'the devices service is started by its shell');
  const running = runDevices(line.port, config, { log });
  line.onGone(() => running.stop());
  process.once('SIGTERM', () => running.stop());
  process.once('SIGINT', () => running.stop());
  await running.ended;
  process.exit(0);
} catch (error) {
  await line?.sendLast({ type: 'failed', error: toWireError(error) });
  if (error instanceof AppError && error.code === 'CONFIG_INVALID') {
    process.stderr.write(`${error.message}\n`);
    process.exit(EXIT_CONFIG);
  }
  // Where it happened, without the first line: a message may quote what it failed on.
  const where = error instanceof Error ? error.stack?.split('\n').slice(1, 6) : undefined;
  log.fatal({ where }, 'the devices service failed');
  process.exit(1);
}
