import { assert } from '@shimabashi/contracts';
import { DF2_STATUS, type NoninFrameFields } from './nonin-df2.ts';

/** Nonin serial data format 7: format 2 with a pleth of 16 bits. Notes: `docs/devices/nonin-df7.md`. */
export const DF7 = { frameBytes: 5, plethFullScale: 65_535 } as const;

/** Five bytes: status with bit 7 set, pleth (high byte first), data without bit 7, sum of the four. */
export function isDf7Frame(bytes: Uint8Array): boolean {
  const [status = 0, plethHigh = 0, plethLow = 0, data = 0, sum = 0] = bytes;
  return (
    bytes.length === DF7.frameBytes &&
    (status & DF2_STATUS.alwaysSet) !== 0 &&
    (data & 0x80) === 0 &&
    ((status + plethHigh + plethLow + data) & 0xff) === sum
  );
}

export function df7FieldsOf(frame: Uint8Array): NoninFrameFields {
  const [status, plethHigh, plethLow, data] = frame;
  assert(
    status !== undefined && plethHigh !== undefined && plethLow !== undefined && data !== undefined,
    'the framer gave a whole frame',
  );
  return { status, pleth: (plethHigh << 8) | plethLow, data };
}
