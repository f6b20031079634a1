import { AppError } from '@shimabashi/contracts';
import { SerialPort } from 'serialport';

/** A serial adapter that is plugged in, and can be found again. */
export interface PluggedPort {
  /** A path that is the adapter's own, wherever it is plugged in. */
  readonly path: string;
  readonly manufacturer: string | null;
  /** Of the adapter, not of what hangs on it; null where it has none. */
  readonly serialNumber: string | null;
}

/** Lists serial adapters; what serialport does for us, and a test puts another in its place. */
export type ListPorts = () => Promise<readonly PluggedPort[]>;

/**
 * The serial adapters of this machine. A port whose path may be another adapter's tomorrow (`ttyUSB0`) is not
 * among them: on Linux its name below `/dev/serial/by-id` is, which udev makes of maker, model and number.
 *
 * @throws AppError `DEVICE_LOST` where ports cannot be listed (on Linux without `udevadm`).
 */
export const listSerialPorts: ListPorts = async () => {
  const ports = await SerialPort.list().catch((cause: unknown) => {
    throw new AppError('DEVICE_LOST', 'Serial ports cannot be listed.', { cause });
  });
  return ports.flatMap(({ path, pnpId, manufacturer, serialNumber }) => {
    const facts = { manufacturer: manufacturer ?? null, serialNumber: serialNumber ?? null };
    if (process.platform !== 'linux') return serialNumber === undefined ? [] : [{ path, ...facts }];
    return pnpId === undefined ? [] : [{ path: `/dev/serial/by-id/${pnpId}`, ...facts }];
  });
};
