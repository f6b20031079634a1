import { type Codec } from '../driver.ts';
import { DRIVERS } from '../drivers/index.ts';
import { GATT_CODECS } from './gatt.ts';
import { VENDOR_CODECS } from './vendor.ts';

/** Every protocol that we can decode: those of the drivers, and those that have no link yet. */
export const CODECS: readonly Codec[] = [...DRIVERS, ...VENDOR_CODECS, ...GATT_CODECS];

export function codecOf(protocol: string): Codec | undefined {
  return CODECS.find(codec => codec.protocol === protocol);
}
