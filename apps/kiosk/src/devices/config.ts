import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { AppError, DeviceId, DeviceStatus } from '@shimabashi/contracts';
import { DRIVERS } from '@shimabashi/vitals-drivers';

const TransportConfig = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('tcp'),
    host: z.string().min(1).max(253),
    port: z.number().int().min(1).max(65_535),
  }),
  z.strictObject({ kind: z.literal('serial'), path: z.string().min(1).max(1_024) }),
]);

/** The devices that are enrolled at this kiosk: each has an id, and is never just "the first port". */
const DevicesFile = z.strictObject({
  devices: z
    .array(
      z.strictObject({
        deviceId: DeviceId,
        name: DeviceStatus.shape.name.min(1),
        protocol: z.enum(DRIVERS.map(driver => driver.protocol)),
        transport: TransportConfig,
      }),
    )
    .max(32)
    .refine(devices => new Set(devices.map(device => device.deviceId)).size === devices.length, {
      message: 'two devices have the same deviceId',
    }),
});
export type DevicesConfig = z.infer<typeof DevicesFile>;

/** The setting that names the file. Without it the kiosk has no devices. */
const DEVICES_FILE_SETTING = 'KIOSK_DEVICES_FILE';

/**
 * Reads the enrolled devices.
 *
 * @throws AppError `CONFIG_INVALID` with one line, ready to print: the setting and what is wrong.
 */
export function readDevicesConfig(environment: Readonly<Record<string, string | undefined>>): DevicesConfig {
  const path = environment[DEVICES_FILE_SETTING];
  if (path === undefined || path === '') return { devices: [] };
  const parsed = DevicesFile.safeParse(readJson(path));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const at = issue?.path.map(String).join('.') ?? '';
  throw invalid(`${at === '' ? 'the file' : at}: ${issue?.message ?? 'does not fit'}`);
}

function readJson(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    throw invalid('the file cannot be read');
  }
  try {
    return JSON.parse(text);
  } catch {
    throw invalid('the file is not JSON');
  }
}

function invalid(problem: string): AppError {
  return new AppError('CONFIG_INVALID', `${DEVICES_FILE_SETTING}: ${problem}`);
}
