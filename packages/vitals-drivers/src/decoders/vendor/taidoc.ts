import { type Decoder, type Reading } from '../../decoder.ts';
import { type Framed } from '../../framing/framer.ts';
import { hexOf } from '../../hex.ts';
import { localTimeOf } from '../calendar.ts';
import { numeric, statement } from '../gatt/fields.ts';
import { rejectedBytes } from '../oximeter.ts';

/** Packets of TaiDoc meters (TD-42xx and kin). Table and sources: `docs/devices/taidoc.md`. */
export const TAIDOC = {
  packetBytes: 8,
  start: 0x51,
  answer: 0xa5,
  request: 0xa3,
  connect: 0x22,
  clock: 0x23,
  model: 0x24,
  recordTime: 0x25,
  recordValue: 0x26,
  recordCount: 0x2b,
  /** What some meters answer to "connect", besides 22 and 24. */
  connected: 0x54,
} as const;

const MEAL: Readonly<Record<number, string>> = { 0x00: 'none', 0x40: 'before', 0x80: 'after' };

export function isTaidocPacket(bytes: Uint8Array): boolean {
  const direction = bytes[6];
  return (
    bytes[0] === TAIDOC.start &&
    (direction === TAIDOC.answer || direction === TAIDOC.request) &&
    bytes[7] === (bytes.subarray(0, 7).reduce((sum, byte) => sum + byte, 0) & 0xff)
  );
}

export function taidocPacket(
  command: number,
  message: readonly number[],
  direction: number = TAIDOC.request,
): Uint8Array {
  const body = [TAIDOC.start, command, ...[0, 1, 2, 3].map(at => message[at] ?? 0), direction];
  return Uint8Array.of(...body, body.reduce((sum, byte) => sum + byte, 0) & 0xff);
}

/**
 * Decodes answers. The moment of a record comes before its number, in an answer of its own; both name no
 * record, so a number that does not follow its moment has none.
 */
export class TaidocDecoder implements Decoder {
  #moment: Uint8Array | undefined;

  decode(framed: Framed): Reading[] {
    const moment = this.#moment;
    this.#moment = undefined;
    if (framed.kind === 'rejected') return [rejectedBytes(framed.bytes, 0)];
    const { bytes } = framed;
    if (bytes[6] === TAIDOC.request) return [said(bytes, 'message', 'request', {})];
    switch (bytes[1] ?? 0) {
      case TAIDOC.recordTime:
        this.#moment = bytes;
        return [];
      case TAIDOC.recordValue:
        return [glucoseOf(bytes, moment)];
      case TAIDOC.clock:
        return [
          statement('device-clock', null, '1', {
            quality: timeOf(bytes) === null ? ['clock-wrong'] : [],
            deviceTime: timeOf(bytes),
            rawHex: hexOf(bytes),
            // It tells no seconds.
            details: { resolutionMs: 60_000 },
          }),
        ];
      case TAIDOC.model:
        return [said(bytes, 'device', `TD-${hexOf(Uint8Array.of(bytes[3] ?? 0, bytes[2] ?? 0))}`, {})];
      case TAIDOC.recordCount:
        return [said(bytes, 'record-access', word(bytes, 2), {})];
      default:
        return [said(bytes, 'message', 'answer', { command: bytes[1] ?? 0 })];
    }
  }
}

function glucoseOf(value: Uint8Array, moment: Uint8Array | undefined): Reading {
  const deviceTime = moment === undefined ? null : timeOf(moment);
  const meal = MEAL[value[5] ?? 0];
  return numeric(
    'glucose',
    { status: 'measured', value: word(value, 2) },
    {
      quality: deviceTime === null ? ['clock-wrong'] : [],
      origin: 'stored',
      deviceTime,
      rawHex: `${moment === undefined ? '' : hexOf(moment)}${hexOf(value)}`,
      details: { meal: meal ?? `unknown (${value[5] ?? 0})`, unknown: value[4] ?? 0 },
    },
  );
}

/** Seven bits of year, four of month, five of day; minute; hour. */
function timeOf(packet: Uint8Array): string | null {
  const date = word(packet, 2);
  return localTimeOf({
    year: 2_000 + (date >> 9),
    month: (date >> 5) & 0x0f,
    day: date & 0x1f,
    minute: packet[4] ?? 0,
    hour: packet[5] ?? 0,
  });
}

function said(
  bytes: Uint8Array,
  about: 'message' | 'device' | 'record-access',
  value: string | number,
  details: Readonly<Record<string, number>>,
): Reading {
  return statement(about, { status: 'measured', value }, '1', {
    quality: [],
    deviceTime: null,
    rawHex: hexOf(bytes),
    details,
  });
}

/** How many records a count says that there are. */
export function taidocCount(packet: Uint8Array): number {
  return word(packet, 2);
}

function word(packet: Uint8Array, at: number): number {
  return (packet[at] ?? 0) | ((packet[at + 1] ?? 0) << 8);
}
