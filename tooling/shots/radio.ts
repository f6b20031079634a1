import { hasMessageBus, startFakeBluez, startPrivateBus } from '@shimabashi/vitals-drivers/far-ends';
import {
  SimulatedPatient,
  type SimulatedGattDevice,
  simulatedGattDevice,
} from '@shimabashi/vitals-drivers/simulator';

/** Bluetooth devices in reach of the first kiosk. */
export interface PlayedRadio {
  /** Settings with which a kiosk's BlueZ is ours. */
  readonly environment: Readonly<Record<string, string>>;
  /** A cuff that advertises, and measures when it is told to; undefined where there is no message bus. */
  readonly cuff: SimulatedGattDevice | undefined;
  stop(): Promise<void>;
}

const ADVERTISES_EVERY_MS = 500;
const CUFF = 'c0:26:da:01:51:23';
const SCALE = 'c0:26:da:02:77:04';

/** A cuff and a scale behind an `org.bluez` of ours: kiosk, link and drivers are the real ones. */
export async function playRadio(): Promise<PlayedRadio> {
  if (!hasMessageBus) return { environment: {}, cuff: undefined, stop: async () => {} };
  const bus = await startPrivateBus();
  const device = (protocol: string, name: string, model: string) =>
    simulatedGattDevice(protocol, {
      patient: new SimulatedPatient(1, 'ramp'),
      shows: () => null,
      name,
      manufacturer: 'A&D',
      model,
      deletesAfterTransfer: true,
    });
  const cuff = device('gatt-blood-pressure', 'A&D_UA-651BLE_015123', 'UA-651BLE');
  const scale = device('gatt-weight', 'A&D_UC-352BLE_027704', 'UC-352BLE');
  const daemon = await startFakeBluez({
    busAddress: bus.address,
    address: CUFF,
    peripheral: cuff.peripheral,
    others: [{ address: SCALE, peripheral: scale.peripheral }],
  });
  const advertising = setInterval(() => {
    for (const address of [CUFF, SCALE]) daemon.advertise(address);
  }, ADVERTISES_EVERY_MS);
  return {
    environment: { DBUS_SYSTEM_BUS_ADDRESS: bus.address },
    cuff,
    stop: async () => {
      clearInterval(advertising);
      daemon.stop();
      await bus.stop();
    },
  };
}
