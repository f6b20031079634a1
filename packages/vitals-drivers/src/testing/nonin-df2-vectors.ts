import { assert } from '@shimabashi/contracts';
import { bytesFromHex } from '../hex.ts';

const packet = bytesFromHex(`
  01 81 01 00 83   # HR, high bits; SYNC
  01 80 01 48 ca   # HR, low bits: 72
  01 80 01 61 e3   # SpO2: 97
  01 80 01 30 b2   # firmware revision: 48
  01 80 01 00 82   01 80 01 00 82   01 80 01 00 82   01 80 01 00 82
  01 80 01 61 e3   # SpO2-D
  01 80 01 61 e3   # SpO2 fast
  01 80 01 61 e3   # SpO2 beat to beat
  01 80 01 00 82   01 80 01 00 82
  01 80 01 00 82   01 80 01 48 ca   # E-HR
  01 80 01 61 e3   # E-SpO2
  01 80 01 61 e3   # E-SpO2-D
  01 80 01 00 82   01 80 01 00 82
  01 80 01 00 82   01 80 01 48 ca   # HR-D
  01 80 01 00 82   01 80 01 48 ca   # E-HR-D
  01 80 01 00 82   01 80 01 00 82
`);
assert(packet !== undefined, 'the hex is right');

/**
 * One packet that our encoder did not make: 72 /min, 97 %.
 *
 * Source: pez-globo/pufferfish-software (Apache-2.0), `TestNoninOEM3.cpp`, "Validate NoninOEM3 for
 * valid packet data", whose assertions state these values. Written by hand there, not recorded from
 * a device.
 */
export const PUFFERFISH_PACKET: Uint8Array = packet;
