/** One value that our code did not make, and what its source says that it means. */
export interface GattVector {
  readonly protocol: string;
  readonly source: string;
  readonly hex: string;
  /** Parameter or statement, with its number or the reason for its absence. */
  readonly says: readonly (readonly [parameter: string, value: number | string | null])[];
  readonly deviceTime?: string | null;
  readonly quality?: readonly string[];
  readonly recordNumber?: number;
  /** Some of the details. */
  readonly details?: Readonly<Record<string, unknown>>;
  /** Why a shorter one may be sound too; every other vector must be refused when it is cut. */
  readonly cutMayBeSound?: string;
}

const NORDIC = 'NordicSemiconductor/Android-BLE-Common-Library (BSD-3-Clause)';
const SPEZI = 'StanfordSpezi/SpeziBluetooth (MIT), PLXTests.swift';
// Two public test files that a code index showed without the names of their repositories.
const GLUCOSE_SPEC = 'ble-glucose-meter.service.spec.ts';
const READINGS_TEST = 'device-readings.test.ts';
const SIG_PYTHON = 'RonanB96/bluetooth-sig-python (MIT)';

const PRESSURE_AND_HEART: readonly GattVector[] = [
  {
    protocol: 'gatt-2a35',
    source: `${NORDIC}, BloodPressureMeasurementDataCallbackTest, full: the year is not set`,
    hex: '1e 8a00 5800 7800 0000 04 11 14 29 3b 3c00 01 2700',
    says: [
      ['systolic-pressure', 138],
      ['diastolic-pressure', 88],
      ['mean-arterial-pressure', 120],
      ['pulse-rate', 60],
    ],
    deviceTime: null,
    quality: ['motion', 'cuff-loose', 'irregular-pulse', 'position-wrong'],
    details: { userId: 1, pulseRateRange: 'within', deviceClock: 'not-set' },
  },
  {
    protocol: 'gatt-2a35',
    source: `${NORDIC}, BloodPressureMeasurementDataCallbackTest, some: 18.9 / 11.0 / 15.9 kPa`,
    hex: '15 bdf0 0b00 9ff0 3c00 1200',
    says: [
      ['systolic-pressure', 141.7616],
      ['diastolic-pressure', 82.5068],
      ['mean-arterial-pressure', 119.2598],
      ['pulse-rate', 60],
    ],
    details: { deviceUnit: 'kPa', measurementStatus: ['cuff-too-loose'], pulseRateRange: 'below' },
  },
  {
    protocol: 'gatt-2a36',
    source: `${NORDIC}, IntermediateCuffPressureDataCallbackTest, minimal`,
    hex: '00 d7f0 0000 0000',
    says: [['cuff-pressure', 21.5]],
  },
  {
    protocol: 'gatt-2a36',
    source: `${NORDIC}, IntermediateCuffPressureDataCallbackTest, full`,
    hex: '1e 0400 0000 0000 0000 04 11 14 29 3b 3c00 01 2700',
    says: [
      ['cuff-pressure', 4],
      ['pulse-rate', 60],
    ],
  },
  {
    protocol: 'gatt-2a37',
    source: `${NORDIC}, HeartRateMeasurementDataCallbackTest, simple`,
    hex: '00 55',
    says: [['heart-rate', 85]],
  },
  {
    protocol: 'gatt-2a37',
    source: `${NORDIC}, HeartRateMeasurementDataCallbackTest, noContact`,
    hex: '04 ff',
    says: [['heart-rate', 'sensor-off']],
    details: { skinContact: false },
  },
  {
    protocol: 'gatt-2a37',
    source: `${NORDIC}, HeartRateMeasurementDataCallbackTest, uint8: one interval of 33/1024 s`,
    hex: '1e 55 3200 2100',
    says: [['heart-rate', 85]],
    details: { skinContact: true, energyExpendedKj: 50, rrIntervalsMs: [32.23] },
  },
  {
    protocol: 'gatt-2a37',
    source: `${NORDIC}, HeartRateMeasurementDataCallbackTest, uint16: 1, 258 and 65535/1024 s`,
    hex: '1f 0101 3201 0100 0201 ffff',
    says: [['heart-rate', 257]],
    details: { energyExpendedKj: 306, rrIntervalsMs: [0.98, 251.95, 63_999.02] },
    cutMayBeSound: 'the number of intervals is told by the length alone',
  },
];

const TEMPERATURE_AND_WEIGHT: readonly GattVector[] = [
  {
    protocol: 'gatt-2a1c',
    source: `${NORDIC}, TemperatureMeasurementDataCallbackTest`,
    hex: '06 b00e00fe dc07 0c 05 0b 32 1b 04',
    says: [['body-temperature', 37.6]],
    deviceTime: '2012-12-05T11:50:27',
    details: { site: 'finger' },
  },
  {
    protocol: 'gatt-2a1c',
    source: `${READINGS_TEST}: 98.6 degrees Fahrenheit`,
    hex: '03 da0300ff ea07 07 15 09 0f 1e',
    says: [['body-temperature', 37]],
    deviceTime: '2026-07-21T09:15:30',
    details: { deviceUnit: '[degF]' },
  },
  {
    protocol: 'ieee11073-float',
    source: `${READINGS_TEST}: 36.9`,
    hex: '710100ff',
    says: [['number', 36.9]],
  },
  {
    protocol: 'gatt-2a9d',
    source: `${SIG_PYTHON}, test_weight_measurement.py, 1`,
    hex: '00 b036',
    says: [['body-weight', 70]],
  },
  {
    protocol: 'gatt-2a9d',
    source: `${SIG_PYTHON}, test_weight_measurement.py, 2: 157 lb`,
    hex: '01 543d',
    says: [['body-weight', 71.214]],
    details: { deviceUnit: '[lb_av]' },
  },
  {
    protocol: 'gatt-2a9d',
    source: `${SIG_PYTHON}, test_weight_measurement.py, 3`,
    hex: '02 b036 e707 0c 19 0e 1e 2d',
    says: [['body-weight', 70]],
    deviceTime: '2023-12-25T14:30:45',
  },
  {
    protocol: 'gatt-2a9d',
    source: 'KristianP26/ble-scale-sync, parseWeightMeasurement: 65 kg, user 2, BMI 21.2, 175.5 cm',
    hex: '0e c832 e907 0c 1f 17 3b 3a 02 d400 db06',
    says: [['body-weight', 65]],
    deviceTime: '2025-12-31T23:59:58',
    details: { userId: 2, bmi: 21.2, heightCm: 175.5 },
  },
  {
    protocol: 'gatt-2a9d',
    source: 'KristianP26/ble-scale-sync, parseWeightMeasurement: measurement unsuccessful',
    hex: '01 ffff',
    says: [['body-weight', 'invalid']],
  },
];

const OXIMETER: readonly GattVector[] = [
  {
    protocol: 'gatt-2a5e',
    source: SPEZI,
    hex: '0f acf3 bef5 e807 0b 1d 17 08 39 2040 220000 66e3',
    says: [
      ['SpO2', 94],
      ['pulse-rate', 147],
      ['perfusion-index', 8.7],
    ],
    deviceTime: '2024-11-29T23:08:57',
    quality: ['questionable', 'sensor-alarm', 'perfusion-low'],
    details: {
      measurementStatus: ['ongoing', 'questionable'],
      sensorStatus: ['equipment-malfunction', 'low-perfusion'],
    },
  },
  {
    protocol: 'gatt-2a5f',
    source: SPEZI,
    hex: '00 e8f3 84f3',
    says: [
      ['SpO2', 100],
      ['pulse-rate', 90],
    ],
  },
  {
    protocol: 'gatt-2a5f',
    source: SPEZI,
    hex: '1c 5f00 5a00 2000 000000 57f0',
    says: [
      ['SpO2', 95],
      ['pulse-rate', 90],
      ['perfusion-index', 8.7],
    ],
    details: { measurementStatus: ['ongoing'], sensorStatus: [] },
  },
  {
    protocol: 'gatt-2a5f',
    source: SPEZI,
    hex: '1f def3 caf3 caf3 5af5 d4f3 b2f2 2001 000000 7ae3',
    says: [
      ['SpO2', 99],
      ['pulse-rate', 97],
      ['perfusion-index', 8.9],
    ],
    details: {
      spO2Fast: 97,
      pulseRateFast: 137,
      spO2Slow: 98,
      pulseRateSlow: 69,
      measurementStatus: ['ongoing', 'fully-qualified'],
    },
  },
];

const GLUCOSE: readonly GattVector[] = [
  {
    protocol: 'gatt-2a18',
    source: `${NORDIC}, GlucoseMeasurementDataCallbackTest: its 30 kg/L is in nobody's blood`,
    hex: '1b 0100 e307 02 1b 0b 0a 1e fbff 1e00 12 0501',
    says: [['glucose', 'invalid']],
    deviceTime: '2019-02-27T11:05:30',
    quality: ['battery-low', 'questionable'],
    recordNumber: 1,
    details: {
      baseTime: '2019-02-27T11:10:30',
      timeOffsetMin: -5,
      sampleType: 'capillary plasma',
      sampleLocation: 'finger',
      sensorStatus: ['battery-low', 'sample-insufficient', 'temperature-too-low'],
      contextFollows: true,
    },
  },
  {
    protocol: 'gatt-2a18',
    source: `${GLUCOSE_SPEC}: 0.0012 kg/L are 120 mg/dL`,
    hex: '02 0100 ea07 01 0f 08 1e 00 0cc0 00',
    says: [['glucose', 120]],
    deviceTime: '2026-01-15T08:30:00',
    recordNumber: 1,
    details: { deviceValue: 120, deviceUnit: 'mg/dL' },
  },
  {
    protocol: 'gatt-2a18',
    source: `${GLUCOSE_SPEC}: 0.0055 mol/L are 5.5 mmol/L, half an hour before the base time`,
    hex: '07 0200 ea07 03 0a 0e 00 00 e2ff 37c0 00',
    says: [['glucose', 99.0858]],
    deviceTime: '2026-03-10T13:30:00',
    recordNumber: 2,
    details: { deviceValue: 5.5, deviceUnit: 'mmol/L' },
  },
  {
    protocol: 'gatt-2a34',
    source: `${NORDIC}, GlucoseMeasurementContextDataCallbackTest, full; the three amounts are ours`,
    hex: 'ff 0000 b3 03 6400 04 12 3c00 32 04 7b00 59f1',
    says: [['glucose-context', null]],
    recordNumber: 0,
    details: {
      carbohydrate: 'dinner',
      meal: 'casual',
      tester: 'health care professional',
      health: 'minor health issues',
      exerciseSeconds: 60,
      exerciseIntensityPercent: 50,
      medication: 'long acting insulin',
      hbA1cPercent: 34.5,
    },
  },
  {
    protocol: 'gatt-2a34',
    source: `${NORDIC}, GlucoseMeasurementContextDataCallbackTest, empty: 14 bytes more than needed`,
    hex: '00 0100 0000000000000000000000000000',
    says: [['glucose-context', null]],
    recordNumber: 1,
    cutMayBeSound: 'the specification may append',
  },
  {
    protocol: 'gatt-2aa7',
    source: `${NORDIC}, ContinuousGlucoseMeasurementDataCallbackTest, full: result both too low and too high`,
    hex: '0f e3 d2e4 0500 02 14 ff 02f0 e5f3 8e3f',
    says: [['interstitial-glucose', 'invalid']],
    quality: ['battery-low', 'questionable'],
    details: {
      deviceValue: 12.34,
      timeOffsetMin: 5,
      trendMgPerDlPerMin: 0.2,
      qualityPercent: 99.7,
      secured: true,
    },
  },
  {
    protocol: 'gatt-2aa7',
    source: `${NORDIC}, ContinuousGlucoseMeasurementDataCallbackTest, double`,
    hex: '06 00 0c10 0500 06 00 0c10 0600',
    says: [
      ['interstitial-glucose', 120],
      ['interstitial-glucose', 120],
    ],
    details: { timeOffsetMin: 5, secured: false },
    cutMayBeSound: 'the first of the two stands alone',
  },
  {
    protocol: 'gatt-2aa7',
    source: `${NORDIC}, ContinuousGlucoseMeasurementDataCallbackTest, crcError with the CRC that it calculates`,
    hex: '08 00 0c10 0600 596f',
    says: [['interstitial-glucose', 120]],
    details: { timeOffsetMin: 6, secured: true },
  },
];

const CLOCKS_AND_RECORDS: readonly GattVector[] = [
  {
    protocol: 'gatt-2a08',
    source: `${NORDIC}, DateTimeDataCallbackTest, today`,
    hex: 'e207 04 11 0f 33 00',
    says: [['device-clock', '2018-04-17T15:51:00']],
    deviceTime: '2018-04-17T15:51:00',
  },
  {
    protocol: 'gatt-2a08',
    source: `${NORDIC}, DateTimeDataCallbackTest, dateNotKnown`,
    hex: '0000 00 00 12 1a 20',
    says: [['device-clock', 'not-available']],
    deviceTime: null,
    quality: [],
  },
  {
    protocol: 'gatt-2a2b',
    source: `${SIG_PYTHON}, test_current_time.py`,
    hex: 'e907 01 0f 0e 1e 2d 03 21 01',
    says: [['device-clock', '2025-01-15T14:30:45']],
    details: { dayOfWeek: 'Wednesday', fractions256: 33, adjustReason: ['manual'] },
  },
  {
    protocol: 'gatt-2a2b',
    source: `${SIG_PYTHON}, test_current_time.py: month 13`,
    hex: 'e907 0d 01 00 00 00 01 00 00',
    says: [['device-clock', 'invalid']],
    deviceTime: null,
    quality: ['clock-wrong'],
  },
  ...(
    [
      ['06 00 01 01', 'success'],
      ['06 00 0c 02', 'operation-not-supported'],
      ['06 00 01 03', 'invalid-operator'],
      ['06 00 02 04', 'operator-not-supported'],
      ['06 00 01 05', 'invalid-operand'],
      ['06 00 01 06', 'no-records'],
      ['06 00 03 07', 'abort-unsuccessful'],
      ['06 00 02 08', 'not-completed'],
      ['06 00 02 09', 'operand-not-supported'],
      ['06 00 01 0a', 'reserved (10)'],
      ['05 00 01', 1],
      ['05 00 02 01', 258],
      ['05 00 04 03 02 01', 16_909_060],
    ] as const
  ).map(([hex, answer]) => ({
    protocol: 'gatt-2a52',
    source: `${NORDIC}, RecordAccessControlPointDataCallbackTest`,
    hex,
    says: [['record-access', answer]] as const,
    ...(typeof answer === 'number' ? { cutMayBeSound: 'the size of a count is the service’s own' } : {}),
  })),
];

export const GATT_VECTORS: readonly GattVector[] = [
  ...PRESSURE_AND_HEART,
  ...TEMPERATURE_AND_WEIGHT,
  ...OXIMETER,
  ...GLUCOSE,
  ...CLOCKS_AND_RECORDS,
];

/** What the same sources refuse. */
export const GATT_REFUSED: readonly (readonly [protocol: string, hex: string])[] = [
  ['gatt-2a35', '010203040506'],
  ['gatt-2a35', '03020304050607'],
  ['gatt-2a36', '03020304050607'],
  ['gatt-2a37', '170101'],
  ['gatt-2a1c', '06b00e00fedc070c050b321b'],
  ['gatt-2a18', '1b0000e207041a0b091e1e00120501'],
  ['gatt-2a34', 'ff0000b303'],
  ['gatt-2aa7', '08000c100600586f'],
  ['gatt-2aa7', '06e30c1006'],
  ['gatt-2aa7', '07e30c10060000'],
  ['gatt-2a52', '0500030201'],
  ['gatt-2a52', '0601 01'],
  ['gatt-2a08', 'e20704110f33'],
  ['gatt-2a9d', '0001'],
];
