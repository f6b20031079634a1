// `import { type … }` would leave an import behind, and load it.
import type { Device } from 'node-hid';
import { AppError } from '@shimabashi/contracts';
import { type HidSettings } from '../hid.ts';
import { type Connection, type Transport } from '../transport.ts';
import { ByteQueue } from './byte-queue.ts';

/** Looking for a device costs nothing: within 3 s after it is plugged in it is read. */
const RETRY_MAX_MS = 1_500;

/** Which device of those that are plugged in. */
export interface HidPlace {
  readonly settings: HidSettings;
  /** The serial number that the device was enrolled with; left out for the only one of its kind. */
  readonly serialNumber?: string | undefined;
}

/** One open HID device. */
export interface HidLine {
  write(report: Uint8Array): Promise<unknown>;
  sendFeatureReport(report: Uint8Array): Promise<unknown>;
  close(): Promise<void>;
}

/** What node-hid does for us; a test puts another in its place. */
export interface HidLibrary {
  devices(): Promise<
    readonly Pick<Device, 'vendorId' | 'productId' | 'serialNumber' | 'path' | 'manufacturer' | 'product'>[]
  >;
  open(
    path: string,
    on: { report: (report: Uint8Array) => void; error: (error: unknown) => void },
  ): Promise<HidLine>;
}

/**
 * A USB HID device of this machine: reports become bytes as its packing says.
 *
 * Never the first of several: where the enrolled serial number does not single one out, none is opened,
 * since the other may hold the records of another patient.
 */
export function hidTransport(place: HidPlace, library: HidLibrary = nodeHid): Transport {
  return { retryMaxMs: RETRY_MAX_MS, open: signal => openHid(place, library, signal) };
}

async function openHid(place: HidPlace, library: HidLibrary, signal: AbortSignal): Promise<Connection> {
  const { packing } = place.settings;
  if (signal.aborted) throw lost('Opening was given up.');
  const queue = new ByteQueue();
  const line = await library
    .open(await pathOf(place, library), {
      report: report => {
        const bytes = packing.unwrap(report);
        if (bytes.length > 0) queue.push(bytes);
      },
      error: error => queue.end(lost('The HID device broke.', error)),
    })
    .catch((error: unknown) => Promise.reject(asLost(error)));
  const connection = connectionOf(line, queue, place);
  try {
    for (const report of packing.featureReports) await line.sendFeatureReport(report);
    for (const report of packing.openingReports) await line.write(report);
  } catch (error) {
    await connection.close();
    throw asLost(error);
  }
  if (!signal.aborted) return connection;
  await connection.close();
  throw lost('Opening was given up.');
}

async function pathOf({ settings, serialNumber }: HidPlace, library: HidLibrary): Promise<string> {
  const devices = await library.devices().catch((error: unknown) => Promise.reject(asLost(error)));
  const fitting = devices.filter(
    device =>
      device.vendorId === settings.vendorId &&
      settings.productIds.includes(device.productId) &&
      (serialNumber === undefined || device.serialNumber === serialNumber),
  );
  const [only] = fitting;
  if (only?.path === undefined) throw lost('No such HID device is plugged in.');
  if (fitting.length > 1) throw lost('Several such HID devices are plugged in: which is meant?');
  return only.path;
}

function connectionOf(line: HidLine, queue: ByteQueue, { settings }: HidPlace): Connection {
  let isOpen = true;
  return {
    bytes: queue,
    write: async bytes => {
      if (!isOpen) throw lost('The HID device is closed.');
      try {
        for (const report of settings.packing.wrap(bytes)) await line.write(report);
      } catch (error) {
        throw asLost(error);
      }
    },
    close: async () => {
      queue.end();
      if (!isOpen) return;
      isOpen = false;
      // A device that was unplugged cannot be closed any more.
      await line.close().catch(() => {});
    },
  };
}

/** node-hid is loaded here and not before: it looks for native code as soon as it is imported. */
export const nodeHid: HidLibrary = {
  devices: async () => (await import('node-hid')).default.devicesAsync(),
  open: async (path, on) => {
    const device = await (await import('node-hid')).default.HIDAsync.open(path);
    device.on('data', on.report);
    device.on('error', on.error);
    return {
      write: report => device.write(Buffer.from(report)),
      sendFeatureReport: report => device.sendFeatureReport(Buffer.from(report)),
      close: () => device.close(),
    };
  },
};

function asLost(error: unknown): AppError {
  return error instanceof AppError ? error : lost('The HID device cannot be reached.', error);
}

function lost(message: string, cause?: unknown): AppError {
  return new AppError('DEVICE_LOST', message, { cause });
}
