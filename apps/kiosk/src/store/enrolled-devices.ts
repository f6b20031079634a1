import { AppError, type DeviceStoreContract, ENROLLED_MAX, type RowHandlers } from '@shimabashi/contracts';
import { type DeviceRecords, deviceStoreHandlers } from './device-records.ts';
import { type Actor } from './session.ts';
import { type StoreSettings } from './settings.ts';

interface EnrolledDevicesDeps {
  readonly settings: StoreSettings;
  readonly nowMs: () => number;
  /** @throws AppError `SIGN_IN_REQUIRED` */
  readonly actor: () => Actor;
}

/** Everything that the devices service asks of the store. */
export function devicesHandlers(
  records: DeviceRecords | AppError,
  deps: EnrolledDevicesDeps,
): RowHandlers<DeviceStoreContract, null> {
  return { ...deviceStoreHandlers(records), ...enrolledDeviceHandlers(deps) };
}

/**
 * The devices that nurses have enrolled at this kiosk, with who and when: in the chart's encrypted file, so
 * that what may speak for a patient cannot be changed beside it.
 */
function enrolledDeviceHandlers(
  deps: EnrolledDevicesDeps,
): RowHandlers<
  Pick<DeviceStoreContract, 'nurse.required' | 'enrolled.list' | 'enrolled.keep' | 'enrolled.forget'>,
  null
> {
  const { settings, nowMs, actor } = deps;
  const all = () => settings.get('enrolled-devices') ?? [];
  return {
    'nurse.required': () => {
      actor();
      return {};
    },
    'enrolled.list': () => ({
      devices: all().map(({ deviceId, name, protocol, transport, proof }) => ({
        deviceId,
        name,
        protocol,
        transport,
        proof,
      })),
    }),
    'enrolled.keep': ({ device }) => {
      const { practitionerId } = actor().nurse;
      const others = all().filter(({ deviceId }) => deviceId !== device.deviceId);
      if (others.length >= ENROLLED_MAX) {
        throw new AppError('CONFLICT', 'There are too many enrolled devices.');
      }
      const kept = { ...device, enrolledBy: practitionerId, enrolledAtMs: nowMs() };
      settings.set('enrolled-devices', [...others, kept]);
      return {};
    },
    'enrolled.forget': ({ deviceId }) => {
      actor();
      settings.set(
        'enrolled-devices',
        all().filter(device => device.deviceId !== deviceId),
      );
      return {};
    },
  };
}
