import { AppError } from '@shimabashi/contracts';
import { gattDriverOf } from '../drivers/index.ts';
import { bluezLink } from '../gatt/bluez/bluez-link.ts';
import { gattTransport } from '../gatt/gatt-transport.ts';
import { nobleLink } from '../gatt/noble/noble-link.ts';
import { type Port } from './port.ts';

/** What a device's clock is set to, where it is: that of the practices we serve. */
const TIME_ZONE = 'Asia/Tokyo';

/**
 * A Bluetooth device by its address. Its clock is treated as at a bed; its memory is left as it is.
 *
 * @throws AppError `DEVICE_LOST` without Bluetooth.
 */
export async function gattPort(address: string): Promise<Port> {
  const link = process.platform === 'linux' ? await bluezLink() : await nobleLink();
  return {
    transport: ({ protocol = '' }) => {
      const driver = gattDriverOf(protocol);
      if (driver === undefined)
        throw new AppError('CONFIG_INVALID', 'This protocol is not spoken over Bluetooth.');
      return gattTransport({ link, identity: { address }, driver, timeZone: TIME_ZONE });
    },
    isSerial: false,
    needsDriver: true,
    note: `waiting for ${address}`,
    close: () => link.close(),
  };
}
