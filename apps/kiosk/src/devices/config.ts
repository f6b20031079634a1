import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import * as z from 'zod';
import { AppError, DeviceId, DeviceStatus } from '@shimabashi/contracts';
import { driverOf, DRIVERS, gattDriverOf } from '@shimabashi/vitals-drivers';

const Port = z.number().int().min(1).max(65_535);
const FilePath = z.string().min(1).max(1_024);
const IpAddress = z.string().refine(text => isIP(text) !== 0, { message: 'must be an IP address' });

/** A public or static address; on macOS, which hides them, the id that it gives in their place. */
const GATT_ADDRESS = /^(([0-9a-f]{2}:){5}[0-9a-f]{2}|[0-9a-f]{32})$/i;

const TransportConfig = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('tcp'), host: z.string().min(1).max(253), port: Port }),
  z.strictObject({ kind: z.literal('serial'), path: FilePath }),
  z.strictObject({
    kind: z.literal('gatt'),
    address: z.string().regex(GATT_ADDRESS, 'must be an address such as c0:26:da:00:00:01'),
    /** `hci0` and so on; the first that there is when left out. Linux only. */
    adapter: z
      .string()
      .regex(/^hci\d{1,2}$/, 'must be an adapter such as hci0')
      .optional(),
    bondFirst: z.boolean().optional(),
    deleteKept: z.boolean().optional(),
  }),
  z.strictObject({
    kind: z.literal('hid'),
    /** Left out for the only one of its kind. */
    serialNumber: z.string().min(1).max(126).optional(),
  }),
  z
    .strictObject({
      kind: z.literal('listen'),
      /** Of the monitor: whoever calls from another address is hung up on. */
      address: IpAddress,
      /** Ours, on the monitors' network. */
      host: IpAddress,
      port: Port,
      /** PEM files; with `caFile` the monitor must show a certificate of it. */
      tls: z.strictObject({ certFile: FilePath, keyFile: FilePath, caFile: FilePath.optional() }).optional(),
      /** Said on purpose for a monitor that cannot encrypt, on a cable or network of its own. */
      unencrypted: z.literal(true).optional(),
    })
    .refine(
      ({ host, tls, unencrypted }) => isLoopback(host) || (tls === undefined) === (unencrypted ?? false),
      {
        message: 'must have either tls or unencrypted: true (HL7 carries names)',
        path: ['tls'],
      },
    ),
]);
export type TransportConfig = z.infer<typeof TransportConfig>;

export const DeviceConfig = z
  .strictObject({
    deviceId: DeviceId,
    name: DeviceStatus.shape.name.min(1),
    protocol: z.enum(DRIVERS.map(driver => driver.protocol)),
    transport: TransportConfig,
  })
  .superRefine(({ protocol, transport: { kind } }, context) => {
    const isGatt = gattDriverOf(protocol) !== undefined;
    const fits = kind === 'hid' ? driverOf(protocol)?.hid !== undefined : isGatt === (kind === 'gatt');
    if (!fits) {
      const message = `${protocol} is not spoken over ${kind}`;
      context.addIssue({ code: 'custom', message, path: ['transport', 'kind'] });
    }
  });
export type DeviceConfig = z.infer<typeof DeviceConfig>;

/** The devices that are enrolled at this kiosk: each has an id, and is never just "the first port". */
const DevicesFile = z.strictObject({
  /** IANA name of the zone of the practice: what a device's clock should show. */
  timeZone: z
    .string()
    .refine(isTimeZone, { message: 'must be a time zone such as Asia/Tokyo' })
    .default('Asia/Tokyo'),
  devices: z
    .array(DeviceConfig)
    .max(32)
    .refine(devices => areDifferent(devices.map(device => device.deviceId)), {
      message: 'two devices have the same deviceId',
    })
    .refine(devices => areDifferent(devices.map(placeOf)), {
      message: 'two devices have the same address, path or serial number',
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
  if (path === undefined || path === '') return DevicesFile.parse({ devices: [] });
  const parsed = DevicesFile.safeParse(readJson(path));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const at = issue?.path.map(String).join('.') ?? '';
  throw invalid(`${at === '' ? 'the file' : at}: ${issue?.message ?? 'does not fit'}`);
}

/** Where a device is, as a word: no two may be at one place. */
export function placeOf({
  deviceId,
  protocol,
  transport,
}: Pick<DeviceConfig, 'deviceId' | 'transport'> & { readonly protocol: string }): string {
  switch (transport.kind) {
    case 'tcp':
      return `tcp ${deviceId}`; // A server may well take several calls.
    case 'serial':
      return `serial ${transport.path}`;
    case 'gatt':
      return `gatt ${transport.address.toLowerCase()}`;
    case 'hid':
      return `hid ${protocol} ${transport.serialNumber ?? ''}`;
    case 'listen':
      return `listen ${transport.host} ${transport.port} ${transport.address}`;
  }
}

function isLoopback(host: string): boolean {
  return host.startsWith('127.') || host === '::1';
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

function areDifferent(words: readonly string[]): boolean {
  return new Set(words).size === words.length;
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
