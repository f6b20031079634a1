import { type GattDriver, gattDriver } from '../gatt/gatt-driver.ts';
import { CHARACTERISTIC, SERVICE } from '../gatt/names.ts';

/** A device that measures now and then may stay connected for so long without a word, in milliseconds. */
const BETWEEN_MEASUREMENTS_MS = 180_000;
/** Values come every second; the radio itself gives up a lost link only after up to 32 s. */
const STREAM_QUIET_MS = 5_000;

/** Notes: `docs/devices/gatt-blood-pressure.md`. */
export const gattBloodPressure: GattDriver = gattDriver({
  protocol: 'gatt-blood-pressure',
  title: 'Bluetooth cuff, Blood Pressure Profile (2A35, 2A36)',
  evidence: 'records of a Beurer BM85 and an unnamed cuff by another project; Nordic; no device of ours yet',
  maxQuietMs: BETWEEN_MEASUREMENTS_MS,
  profile: {
    gives: 'spot',
    measurements: [
      { service: SERVICE.bloodPressure, characteristic: CHARACTERISTIC.cuffPressure },
      { service: SERVICE.bloodPressure, characteristic: CHARACTERISTIC.bloodPressure },
    ],
  },
});

/** Notes: `docs/devices/gatt-thermometer.md`. */
export const gattThermometer: GattDriver = gattDriver({
  protocol: 'gatt-thermometer',
  title: 'Bluetooth thermometer, Health Thermometer Profile (2A1C)',
  evidence: 'vectors as of gatt-2a1c; no device yet',
  maxQuietMs: BETWEEN_MEASUREMENTS_MS,
  profile: {
    gives: 'spot',
    measurements: [{ service: SERVICE.healthThermometer, characteristic: CHARACTERISTIC.temperature }],
  },
});

/** Notes: `docs/devices/gatt-pulse-oximeter.md`. */
export const gattPulseOximeter: GattDriver = gattDriver({
  protocol: 'gatt-pulse-oximeter',
  title: 'Bluetooth oximeter on the finger, Pulse Oximeter Profile, continuous (2A5F)',
  evidence: 'vectors as of gatt-2a5f; no device yet',
  maxQuietMs: STREAM_QUIET_MS,
  profile: {
    gives: 'stream',
    measurements: [{ service: SERVICE.pulseOximeter, characteristic: CHARACTERISTIC.plxContinuous }],
  },
});

/** Notes: `docs/devices/gatt-pulse-oximeter.md`. */
export const gattPulseOximeterSpot: GattDriver = gattDriver({
  protocol: 'gatt-pulse-oximeter-spot',
  title: 'Bluetooth oximeter, Pulse Oximeter Profile, spot checks and memory (2A5E)',
  evidence: 'vector as of gatt-2a5e; no device yet',
  maxQuietMs: BETWEEN_MEASUREMENTS_MS,
  profile: {
    gives: 'spot',
    measurements: [{ service: SERVICE.pulseOximeter, characteristic: CHARACTERISTIC.plxSpotCheck }],
    recordAccess: {
      service: SERVICE.pulseOximeter,
      characteristic: CHARACTERISTIC.recordAccess,
      records: CHARACTERISTIC.plxSpotCheck,
      numbered: false,
    },
  },
});

/** Notes: `docs/devices/gatt-weight.md`. */
export const gattWeight: GattDriver = gattDriver({
  protocol: 'gatt-weight',
  title: "Bluetooth scale, Weight Scale Profile (2A9D) and A&D's own service",
  evidence: 'vectors as of gatt-2a9d; A&D simulator only; no device yet',
  maxQuietMs: BETWEEN_MEASUREMENTS_MS,
  profile: {
    gives: 'spot',
    measurements: [
      { service: SERVICE.weightScale, characteristic: CHARACTERISTIC.weight },
      { service: SERVICE.aandWeightScale, characteristic: CHARACTERISTIC.aandWeight },
    ],
  },
});

/** Notes: `docs/devices/gatt-glucose.md`. */
export const gattGlucose: GattDriver = gattDriver({
  protocol: 'gatt-glucose',
  title: 'Bluetooth glucose meter, Glucose Profile (2A18, 2A34, 2A52)',
  evidence: 'vectors as of gatt-2a18, gatt-2a34, gatt-2a52; no device yet',
  maxQuietMs: BETWEEN_MEASUREMENTS_MS,
  profile: {
    gives: 'spot',
    measurements: [
      { service: SERVICE.glucose, characteristic: CHARACTERISTIC.glucose },
      { service: SERVICE.glucose, characteristic: CHARACTERISTIC.glucoseContext },
    ],
    recordAccess: {
      service: SERVICE.glucose,
      characteristic: CHARACTERISTIC.recordAccess,
      records: CHARACTERISTIC.glucose,
      numbered: true,
    },
  },
});

/** Notes: `docs/devices/gatt-heart-rate.md`. */
export const gattHeartRate: GattDriver = gattDriver({
  protocol: 'gatt-heart-rate',
  title: 'Bluetooth heart rate sensor, Heart Rate Profile (2A37)',
  evidence: 'vectors as of gatt-2a37; no device yet',
  maxQuietMs: STREAM_QUIET_MS,
  profile: {
    gives: 'stream',
    measurements: [{ service: SERVICE.heartRate, characteristic: CHARACTERISTIC.heartRate }],
  },
});

/** Notes: `docs/devices/gatt-cgm.md`. */
export const gattCgm: GattDriver = gattDriver({
  protocol: 'gatt-cgm',
  title: 'Bluetooth glucose sensor under the skin, Continuous Glucose Monitoring Profile (2AA7)',
  evidence: 'vectors as of gatt-2aa7; no device yet',
  // A value every one to fifteen minutes, as the device is set (2AAC).
  maxQuietMs: 960_000,
  profile: {
    gives: 'stream',
    measurements: [{ service: SERVICE.continuousGlucose, characteristic: CHARACTERISTIC.cgm }],
  },
});

/** All profiles of Bluetooth that we drive. */
export const GATT_DRIVERS: readonly GattDriver[] = [
  gattBloodPressure,
  gattThermometer,
  gattPulseOximeter,
  gattPulseOximeterSpot,
  gattWeight,
  gattGlucose,
  gattHeartRate,
  gattCgm,
];
