import { encodeGattValue } from '../../gatt/envelope.ts';
import { type GattDriver } from '../../gatt/gatt-driver.ts';
import { CHARACTERISTIC } from '../../gatt/names.ts';
import { type EncodedFrame, type Encoder } from '../encoder.ts';
import { type SimulatedPatient } from '../patient.ts';
import { type SimulatedGattDevice, simulatedGattDevice } from './devices.ts';
import { type ShownTime } from './encode.ts';

const REPORT_LAST = Uint8Array.of(0x01, 0x06);

/**
 * A simulated Bluetooth device without a radio: its values in envelopes, as a raw log has them. One that
 * streams sends every second; one that measures now and then does so every ten.
 */
export class GattStreamEncoder implements Encoder {
  readonly framesPerSecond: number;
  readonly #driver: GattDriver;
  #device: SimulatedGattDevice | undefined;
  #values: Uint8Array[] = [];

  constructor(driver: GattDriver) {
    this.#driver = driver;
    this.framesPerSecond = driver.gatt.gives === 'stream' ? 1 : 0.1;
  }

  nextFrame(patient: SimulatedPatient): EncodedFrame {
    patient.advance(1 / this.framesPerSecond);
    this.#device ??= this.#connected(patient);
    const { peripheral } = this.#device;
    this.#device.measure();
    // A meter speaks of its records only when it is asked.
    for (const has of peripheral.characteristics) {
      if (has.characteristic === CHARACTERISTIC.recordAccess) has.write?.(REPORT_LAST);
    }
    const bytes = Uint8Array.from(this.#values.flatMap(value => [...value]));
    this.#values = [];
    return { bytes, completed: [] };
  }

  #connected(patient: SimulatedPatient): SimulatedGattDevice {
    const device = simulatedGattDevice(this.#driver.protocol, {
      patient,
      shows: () => shownTimeOf(patient.clock()),
    });
    for (const { characteristic, subscribe } of device.peripheral.characteristics) {
      const isAnswer = characteristic === CHARACTERISTIC.recordAccess;
      subscribe?.(value => {
        if (!isAnswer) this.#values.push(encodeGattValue({ characteristic, dialect: 'sig', value }));
      });
    }
    return device;
  }
}

function shownTimeOf(clock: Date): ShownTime {
  return {
    year: clock.getUTCFullYear(),
    month: clock.getUTCMonth() + 1,
    day: clock.getUTCDate(),
    hour: clock.getUTCHours(),
    minute: clock.getUTCMinutes(),
    second: clock.getUTCSeconds(),
  };
}
