import { assert } from '@shimabashi/contracts';
import { type GattPlace } from '../../gatt/gatt-link.ts';
import { CHARACTERISTIC, SERVICE } from '../../gatt/names.ts';
import { type SimulatedPatient } from '../patient.ts';
import {
  encodeBloodPressure,
  encodeCgm,
  encodeCuffPressure,
  encodeGlucose,
  encodeHeartRate,
  encodePlxContinuous,
  encodePlxSpotCheck,
  encodeTemperature,
  encodeWeight,
  type Oxygen,
  type ShownTime,
  dateTime,
} from './encode.ts';
import {
  constantCharacteristic,
  type SimulatedCharacteristic,
  type SimulatedPeripheral,
} from './peripheral.ts';
import { SimulatedRecordStore } from './record-store.ts';

/** A device that measures its patient when it is told to. */
export interface SimulatedGattDevice {
  readonly peripheral: SimulatedPeripheral;
  /** Takes one measurement: a streaming device does so every second. */
  measure(): void;
  /** Its memory; null for one that only streams. */
  readonly store: SimulatedRecordStore | null;
  /** What its clock was set to, oldest first, as it was written. */
  readonly clockWrites: readonly Uint8Array[];
}

export interface SimulatedGattOptions {
  readonly patient: SimulatedPatient;
  /** What the device's own clock shows; null when it was never set. */
  readonly shows: () => ShownTime | null;
  readonly name?: string;
  readonly manufacturer?: string;
  readonly model?: string;
  readonly deletesAfterTransfer?: boolean;
}

const RESTING_PULSE = 72;
const BODY_MOVED = 0x01;
const BATTERY_PERCENT = 77;
const BATTERY_LOW_PERCENT = 4;

interface Parts {
  readonly service: string;
  readonly characteristics: readonly SimulatedCharacteristic[];
  readonly store: SimulatedRecordStore | null;
  readonly measure: () => void;
}

/** A device for each profile that we drive, by the protocol of its driver. */
const DEVICES: Readonly<Record<string, (options: SimulatedGattOptions) => Parts>> = {
  'gatt-blood-pressure': cuff,
  'gatt-thermometer': thermometer,
  'gatt-pulse-oximeter': oximeter,
  'gatt-pulse-oximeter-spot': spotOximeter,
  'gatt-weight': options =>
    scale(options, { service: SERVICE.weightScale, characteristic: CHARACTERISTIC.weight }, 0.005),
  'gatt-glucose': glucoseMeter,
  'gatt-heart-rate': heartRateBelt,
  'gatt-cgm': glucoseSensor,
};

/** @throws when no device of that protocol is known: a mistake of the caller. */
export function simulatedGattDevice(protocol: string, options: SimulatedGattOptions): SimulatedGattDevice {
  const build = DEVICES[protocol];
  assert(build !== undefined, 'the protocol is one of a Bluetooth profile');
  return assembled(build(options), options);
}

/** A scale of A&D, with its own service in tenths of a kilogram. */
export function simulatedAandDScale(options: SimulatedGattOptions): SimulatedGattDevice {
  const place = { service: SERVICE.aandWeightScale, characteristic: CHARACTERISTIC.aandWeight };
  return assembled(scale(options, place, 0.1), options);
}

function assembled(parts: Parts, options: SimulatedGattOptions): SimulatedGattDevice {
  const { name = 'Simulated', manufacturer = 'Shimabashi', model = 'Simulator' } = options;
  const clockWrites: Uint8Array[] = [];
  const text = (characteristic: string, said: string) =>
    constantCharacteristic(
      { service: SERVICE.deviceInformation, characteristic },
      Uint8Array.from(Buffer.from(said)),
    );
  const battery: SimulatedCharacteristic = {
    service: SERVICE.battery,
    characteristic: CHARACTERISTIC.batteryLevel,
    properties: ['read'],
    read: () => Uint8Array.of(options.patient.condition.batteryLow ? BATTERY_LOW_PERCENT : BATTERY_PERCENT),
  };
  const clock: SimulatedCharacteristic = {
    service: parts.service,
    characteristic: CHARACTERISTIC.dateTime,
    properties: ['read', 'write'],
    read: () =>
      Uint8Array.from(options.shows() === null ? [0, 0, 0, 0, 0, 0, 0] : dateTime(shownOf(options))),
    write: value => void clockWrites.push(value),
  };
  return {
    peripheral: {
      name,
      services: [parts.service],
      characteristics: [
        text(CHARACTERISTIC.manufacturerName, manufacturer),
        text(CHARACTERISTIC.modelNumber, model),
        battery,
        clock,
        ...parts.characteristics,
      ],
    },
    measure: parts.measure,
    store: parts.store,
    clockWrites,
  };
}

function cuff(options: SimulatedGattOptions): Parts {
  const service = SERVICE.bloodPressure;
  const store = new SimulatedRecordStore({
    asked: false,
    deletesAfterTransfer: options.deletesAfterTransfer ?? false,
  });
  const inflation = streamed({ service, characteristic: CHARACTERISTIC.cuffPressure });
  return {
    service,
    store,
    characteristics: [
      inflation.characteristic,
      store.measurements({ service, characteristic: CHARACTERISTIC.bloodPressure }, 'indicate'),
    ],
    measure: () => {
      const { patient } = options;
      const { systolic, diastolic } = patient.body();
      const pulse = pulseOf(patient);
      for (const mmHg of [40, 90, systolic + 30]) inflation.send(encodeCuffPressure(mmHg));
      const mean = Math.round(diastolic + (systolic - diastolic) / 3);
      const at = options.shows();
      const status = patient.condition.motion ? BODY_MOVED : 0;
      store.add(() => encodeBloodPressure({ systolic, diastolic, mean, pulse, status, at }));
    },
  };
}

function thermometer(options: SimulatedGattOptions): Parts {
  const service = SERVICE.healthThermometer;
  const store = new SimulatedRecordStore({ asked: false });
  return {
    service,
    store,
    characteristics: [
      store.measurements({ service, characteristic: CHARACTERISTIC.temperature }, 'indicate'),
    ],
    measure: () => {
      const { temperatureCel } = options.patient.body();
      store.add(() => encodeTemperature(temperatureCel, options.shows()));
    },
  };
}

function oximeter({ patient }: SimulatedGattOptions): Parts {
  const service = SERVICE.pulseOximeter;
  const stream = streamed({ service, characteristic: CHARACTERISTIC.plxContinuous });
  return {
    service,
    store: null,
    characteristics: [stream.characteristic],
    measure: () => stream.send(encodePlxContinuous(oxygenOf(patient))),
  };
}

function spotOximeter(options: SimulatedGattOptions): Parts {
  const service = SERVICE.pulseOximeter;
  const store = new SimulatedRecordStore({ asked: true });
  return {
    service,
    store,
    characteristics: [
      store.measurements({ service, characteristic: CHARACTERISTIC.plxSpotCheck }, 'indicate'),
      store.recordAccess({ service, characteristic: CHARACTERISTIC.recordAccess }),
    ],
    measure: () => store.add(() => encodePlxSpotCheck(oxygenOf(options.patient), options.shows())),
  };
}

function scale(options: SimulatedGattOptions, place: GattPlace, step: number): Parts {
  const store = new SimulatedRecordStore({ asked: false });
  return {
    service: place.service,
    store,
    characteristics: [store.measurements(place, 'indicate')],
    // The weight of the clothes changes; the patient's does not.
    measure: () => {
      const clothesKg = (pulseOf(options.patient) % 10) / 10;
      store.add(() => encodeWeight(62 + clothesKg, step, options.shows()));
    },
  };
}

function glucoseMeter(options: SimulatedGattOptions): Parts {
  const service = SERVICE.glucose;
  const store = new SimulatedRecordStore({ asked: true });
  return {
    service,
    store,
    characteristics: [
      store.measurements({ service, characteristic: CHARACTERISTIC.glucose }, 'notify'),
      store.recordAccess({ service, characteristic: CHARACTERISTIC.recordAccess }),
    ],
    measure: () => {
      const mgPerDl = sugarOf(options.patient);
      const at = shownOf(options);
      store.add(sequence => encodeGlucose({ sequence, mgPerDl, at }));
    },
  };
}

function heartRateBelt({ patient }: SimulatedGattOptions): Parts {
  const service = SERVICE.heartRate;
  const stream = streamed({ service, characteristic: CHARACTERISTIC.heartRate });
  return {
    service,
    store: null,
    characteristics: [stream.characteristic],
    measure: () => {
      const { pulse } = oxygenOf(patient);
      stream.send(encodeHeartRate(pulse, pulse === null ? [] : [60_000 / pulse]));
    },
  };
}

function glucoseSensor({ patient }: SimulatedGattOptions): Parts {
  const service = SERVICE.continuousGlucose;
  const stream = streamed({ service, characteristic: CHARACTERISTIC.cgm });
  let minutes = 0;
  return {
    service,
    store: null,
    characteristics: [stream.characteristic],
    measure: () => {
      stream.send(encodeCgm(sugarOf(patient), minutes));
      minutes += 1;
    },
  };
}

function streamed(place: GattPlace): {
  characteristic: SimulatedCharacteristic;
  send: (value: Uint8Array) => void;
} {
  let send: ((value: Uint8Array) => void) | undefined;
  return {
    characteristic: {
      ...place,
      properties: ['notify'],
      subscribe: toSubscriber => {
        send = toSubscriber;
        return () => {
          send = undefined;
        };
      },
    },
    send: value => send?.(value),
  };
}

function oxygenOf(patient: SimulatedPatient): Oxygen {
  const numbers = patient.nextNumbers();
  return { spO2: numbers?.spO2Percent ?? null, pulse: numbers?.heartRatePerMin ?? null };
}

/** The simulated body knows no sugar: a number that goes with the heart, to tell one record from another. */
function sugarOf(patient: SimulatedPatient): number {
  return 30 + pulseOf(patient);
}

function pulseOf(patient: SimulatedPatient): number {
  return patient.nextNumbers()?.heartRatePerMin ?? RESTING_PULSE;
}

function shownOf(options: SimulatedGattOptions): ShownTime {
  return options.shows() ?? { year: 2000, month: 1, day: 1, hour: 0, minute: 0, second: 0 };
}
