/** Bytes that begin as a JPEG does. */
export function jpeg(sizeBytes: number): Buffer {
  const bytes = Buffer.from(
    Uint8Array.from({ length: sizeBytes }, (_, index) => (index * 37 + (index >> 9)) & 0xff),
  );
  Buffer.from([0xff, 0xd8, 0xff, 0xe0]).copy(bytes);
  return bytes;
}
