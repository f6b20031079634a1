import { type Driver } from '../driver.ts';
import { contecV7, contecV7Stored } from './contec-v7.ts';
import { bci5Byte, contec5Byte } from './five-byte.ts';
import { noninDf2 } from './nonin-df2.ts';

/** Every protocol that we speak. A new driver is a new line here. */
export const DRIVERS: readonly Driver[] = [noninDf2, contec5Byte, bci5Byte, contecV7, contecV7Stored];

/** The driver of a protocol by its id, as devices are enrolled with it. */
export function driverOf(protocol: string): Driver | undefined {
  return DRIVERS.find(driver => driver.protocol === protocol);
}
