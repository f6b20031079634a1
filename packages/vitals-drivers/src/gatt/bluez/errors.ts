import { DBusError } from '@jellybrick/dbus-next';
import { AppError } from '@shimabashi/contracts';
import { GattRefusal } from '../gatt-link.ts';

/** What the daemon's error means to a driver. */
export function errorOf(error: unknown, during: 'pairing' | 'scanning' | 'asking'): Error {
  if (error instanceof AppError || error instanceof GattRefusal) return error;
  if (!(error instanceof DBusError)) return error instanceof Error ? error : new Error('Unknown failure.');
  const refused = during === 'asking' ? !GONE.has(error.type) : REFUSED_PAIRING.has(error.type);
  return refused
    ? new GattRefusal(`${error.type}: ${error.text}`)
    : new AppError('DEVICE_LOST', 'The device or the radio is gone.', { cause: error });
}

const GONE: ReadonlySet<string> = new Set([
  'org.bluez.Error.NotConnected',
  'org.bluez.Error.DoesNotExist',
  'org.bluez.Error.NotReady',
  'org.freedesktop.DBus.Error.UnknownObject',
  'org.freedesktop.DBus.Error.UnknownMethod',
  'org.freedesktop.DBus.Error.NoReply',
  'org.freedesktop.DBus.Error.ServiceUnknown',
]);
const REFUSED_PAIRING: ReadonlySet<string> = new Set([
  'org.bluez.Error.AuthenticationCanceled',
  'org.bluez.Error.AuthenticationFailed',
  'org.bluez.Error.AuthenticationRejected',
  'org.bluez.Error.AuthenticationTimeout',
]);
