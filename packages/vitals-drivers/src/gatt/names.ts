import { sigUuid } from './uuid.ts';

/** Numbers that the Bluetooth SIG assigned. Source: Assigned Numbers; oesmith/gatt-xml. */
export const SERVICE = {
  currentTime: sigUuid(0x1805),
  glucose: sigUuid(0x1808),
  healthThermometer: sigUuid(0x1809),
  deviceInformation: sigUuid(0x180a),
  heartRate: sigUuid(0x180d),
  battery: sigUuid(0x180f),
  bloodPressure: sigUuid(0x1810),
  weightScale: sigUuid(0x181d),
  continuousGlucose: sigUuid(0x181f),
  pulseOximeter: sigUuid(0x1822),
  /** A&D's scales. Source: andengineering/AndroidSampleCode, `ADGattUUID.java`. */
  aandWeightScale: '23434100-1fe4-1eff-80cb-00ff78297d8b',
} as const;

export const CHARACTERISTIC = {
  dateTime: sigUuid(0x2a08),
  batteryLevel: sigUuid(0x2a19),
  temperature: sigUuid(0x2a1c),
  modelNumber: sigUuid(0x2a24),
  serialNumber: sigUuid(0x2a25),
  firmwareRevision: sigUuid(0x2a26),
  manufacturerName: sigUuid(0x2a29),
  currentTime: sigUuid(0x2a2b),
  glucose: sigUuid(0x2a18),
  glucoseContext: sigUuid(0x2a34),
  bloodPressure: sigUuid(0x2a35),
  cuffPressure: sigUuid(0x2a36),
  heartRate: sigUuid(0x2a37),
  recordAccess: sigUuid(0x2a52),
  plxSpotCheck: sigUuid(0x2a5e),
  plxContinuous: sigUuid(0x2a5f),
  weight: sigUuid(0x2a9d),
  cgm: sigUuid(0x2aa7),
  aandWeight: '23434101-1fe4-1eff-80cb-00ff78297d8b',
} as const;
