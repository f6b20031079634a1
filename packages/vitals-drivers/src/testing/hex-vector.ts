import { assert } from '@shimabashi/contracts';
import { bytesFromHex } from '../hex.ts';

/** Bytes written as hex in a test; comments begin with `#`. */
export function hexVector(text: string): Uint8Array {
  const bytes = bytesFromHex(text);
  assert(bytes !== undefined, 'the hex is right');
  return bytes;
}
