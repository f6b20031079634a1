import { type Driver } from '../driver.ts';
import { type GattDriver } from '../gatt/gatt-driver.ts';
import { type Uuid } from '../gatt/uuid.ts';
import { contecV7, contecV7Stored } from './contec-v7.ts';
import { bci5Byte, contec5Byte } from './five-byte.ts';
import { contecV46Stored } from './contec-v46-stored.ts';
import { GATT_DRIVERS } from './gatt-profiles.ts';
import { contourAstm } from './contour-astm.ts';
import { freestyleText } from './freestyle-text.ts';
import { geDri } from './ge-dri.ts';
import { hl7Oru, mllp } from './hl7-oru.ts';
import { ivyAnsar } from './ivy-ansar.ts';
import { noninDf13, noninDf7, noninDf8 } from './nonin.ts';
import { noninDf2 } from './nonin-df2.ts';
import { omronHid } from './omron-hid.ts';
import { taidoc } from './taidoc.ts';

/** Every protocol that we speak. A new driver is a new line here. */
export const DRIVERS: readonly Driver[] = [
  noninDf2,
  noninDf7,
  noninDf8,
  noninDf13,
  contec5Byte,
  bci5Byte,
  contecV7,
  contecV7Stored,
  contecV46Stored,
  ...GATT_DRIVERS,
  hl7Oru,
  mllp,
  geDri,
  ivyAnsar,
  omronHid,
  contourAstm,
  freestyleText,
  taidoc,
];

/** The driver of a protocol by its id, as devices are enrolled with it. */
export function driverOf(protocol: string): Driver | undefined {
  return DRIVERS.find(driver => driver.protocol === protocol);
}

/** The driver of a Bluetooth profile: it is connected through a `gattTransport`. */
export function gattDriverOf(protocol: string): GattDriver | undefined {
  return GATT_DRIVERS.find(driver => driver.protocol === protocol);
}

/** The drivers of the Bluetooth profiles that a device says to have: mostly one, and none for a stranger. */
export function gattDriversOf(services: readonly Uuid[]): GattDriver[] {
  return GATT_DRIVERS.filter(({ gatt }) =>
    gatt.measurements.some(({ service }) => services.includes(service)),
  );
}

/** The drivers of a USB HID device: mostly one, and none for a stranger. */
export function hidDriversOf(device: { readonly vendorId: number; readonly productId: number }): Driver[] {
  return DRIVERS.filter(
    ({ hid }) => hid?.vendorId === device.vendorId && hid.productIds.includes(device.productId),
  );
}
