/** Bytes as lower-case hex without spaces. */
export function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}

/**
 * Bytes of a text in hex. White space and `#` comments up to the end of a line are left out.
 * Undefined when anything else stands there, or half a byte.
 */
export function bytesFromHex(text: string): Uint8Array | undefined {
  const digits = text.replaceAll(/#[^\n]*/g, '').replaceAll(/\s/g, '');
  return /^([0-9a-fA-F]{2})*$/.test(digits) ? Uint8Array.from(Buffer.from(digits, 'hex')) : undefined;
}
