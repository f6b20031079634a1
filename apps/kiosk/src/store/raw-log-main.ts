import { existsSync } from 'node:fs';
import { AppError } from '@shimabashi/contracts';
import { loadChartKey } from './chart-key.ts';
import { readStoreConfig } from './config.ts';
import { DeviceRecords } from './device-records.ts';

/** `EX_CONFIG` and `EX_USAGE` of BSD's sysexits.h. */
const EXIT_CONFIG = 78;
const EXIT_USAGE = 64;

/**
 * `pnpm raw-log [DEVICE]`: what crossed a device's line, for `pnpm vitals replay`; without a name, which
 * devices there is something of. Needs the kiosk's settings, and may run beside it.
 */
function main(deviceId: string | undefined): number {
  const read = readStoreConfig(process.env);
  if (!read.ok) {
    process.stderr.write(`${read.line}\n`);
    return EXIT_CONFIG;
  }
  // To look makes nothing: neither a key nor an empty file.
  if (!existsSync(read.config.deviceRecordsFile)) {
    process.stderr.write('KIOSK_DATA_DIR: no devices.db is there\n');
    return EXIT_CONFIG;
  }
  const records = new DeviceRecords({
    path: read.config.deviceRecordsFile,
    key: loadChartKey(read.config),
    nowMs: Date.now,
  });
  const known = records.rawSizes();
  const text = deviceId === undefined ? '' : records.rawText(deviceId);
  records.close();
  if (deviceId === undefined || text === '') {
    for (const { deviceId: id, chars } of known) process.stderr.write(`${id}  ${chars} characters\n`);
    return deviceId === undefined ? 0 : EXIT_USAGE;
  }
  process.stderr.write('This may name patients: keep it as you keep a chart.\n');
  process.stdout.write(text);
  return 0;
}

try {
  process.exitCode = main(process.argv[2]);
} catch (error) {
  if (!(error instanceof AppError)) throw error;
  process.stderr.write(`${error.code}: ${error.message}\n`);
  process.exitCode = EXIT_CONFIG;
}
