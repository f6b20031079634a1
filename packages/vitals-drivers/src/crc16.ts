/** CRC-CCITT (D16 + D12 + D5 + 1), seed FFFF, least significant bit first ("MCRF4XX"), as in the CGM service. */
export function crc16(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc & 1) === 0 ? crc >> 1 : (crc >> 1) ^ 0x8408;
  }
  return crc;
}
