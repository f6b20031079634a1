import { assert } from '@shimabashi/contracts';
import { driverOf, type GattFacts, type SupervisedDevice } from '@shimabashi/vitals-drivers';
import { type DeviceConfig } from './config.ts';
import { type Lines } from './lines.ts';
import { type RawLogs } from './raw-logs.ts';
import { type RecordKeeper } from './record-keeper.ts';

/** An enrolled device with its driver, its line, and all that is kept of it. */
export function enrolledDevice(
  device: DeviceConfig,
  deps: {
    readonly lines: Lines;
    readonly keeper: RecordKeeper;
    /** Left out while a device is only tried. */
    readonly rawLogs?: RawLogs;
    readonly onFacts: (deviceId: string, facts: GattFacts) => void;
    readonly timeZone: string;
  },
): SupervisedDevice {
  const { deviceId, name, protocol } = device;
  const { lines, keeper, rawLogs, onFacts, timeZone } = deps;
  const driver = driverOf(protocol);
  assert(driver !== undefined, 'the configuration was checked');
  const isSpot = driver.gives === 'spot';
  const persist = keeper.persistOf({ deviceId, name, isSpot });
  const transport = lines.transportOf(device, { persist, onFacts: facts => onFacts(deviceId, facts) });
  return {
    deviceId,
    name,
    driver,
    timeZone,
    transport: isSpot ? keeper.guarded(transport) : transport,
    persist,
    ...(rawLogs === undefined ? {} : { rawLog: rawLogs.logOf(device) }),
  };
}
