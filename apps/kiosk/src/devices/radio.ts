import { AppError } from '@shimabashi/contracts';
import { type GattLink } from '@shimabashi/vitals-drivers';

/** Opens the Bluetooth of this machine. @throws AppError `DEVICE_LOST` where there is none. */
export type OpenRadio = (adapter: string | undefined) => Promise<GattLink>;

/** Loads the libraries only now: a kiosk without Bluetooth never needs them. */
export const openRadio: OpenRadio = async adapter => {
  const { bluezLink, nobleLink } = await import('@shimabashi/vitals-drivers/gatt');
  if (process.platform !== 'linux') return nobleLink();
  return bluezLink(adapter === undefined ? {} : { adapter });
};

/**
 * One radio for all devices, opened when one of them first asks. Where opening fails it is tried again at
 * the next asking, since Bluetooth may come up later than we do.
 */
export function sharedRadio(open: () => Promise<GattLink>): GattLink {
  let opening: Promise<GattLink> | undefined;
  const opened = (): Promise<GattLink> => {
    opening ??= open().catch((error: unknown) => {
      opening = undefined;
      if (error instanceof AppError) throw error;
      throw new AppError('DEVICE_LOST', 'The radio cannot be opened.', { cause: error });
    });
    return opening;
  };
  return {
    scan: async (filter, onAdvertisement, signal) => (await opened()).scan(filter, onAdvertisement, signal),
    connect: async (identity, options, signal) => (await opened()).connect(identity, options, signal),
    close: async () => {
      const radio = await opening?.catch(() => undefined);
      await radio?.close();
    },
  };
}
