import { answerOf, OMRON_HID, OMRON_HID_SHAPE, OmronHidDecoder } from '../decoders/vendor/omron-hid.ts';
import { type Conversation, type Driver } from '../driver.ts';
import { VariableLengthFramer } from '../framing/variable-length-framer.ts';
import { rawPacking } from '../hid.ts';

const BANKS = 2;
const COMMAND = { count: 'GDC', reading: 'GME', end: 'END' } as const;

/** Omron's cuffs with USB. Notes: `docs/devices/omron-hid.md`. */
export const omronHid: Driver = {
  protocol: 'omron-hid',
  title: 'Omron cuffs over USB (HEM-790IT and kin), memory (pressures, pulse rate)',
  evidence: 'answers of a HEM-790IT in the notes of another project (libomron); no device of ours',
  carries: 'stream',
  gives: 'spot',
  // The cuff says nothing unasked; its memory is read again after so long.
  maxQuietMs: 60_000,
  serial: { baudRate: 9_600, dataBits: 8, parity: 'none', stopBits: 1 },
  hid: {
    vendorId: 0x0590,
    productIds: [0x0028],
    packing: rawPacking({
      reportBytes: OMRON_HID.reportBytes,
      // Single readings; other modes give averages of a week.
      featureReports: [Uint8Array.of(0x00, 0x74, 0xbc)],
      openingReports: [new Uint8Array(OMRON_HID.reportBytes + 1)],
    }),
  },
  waveforms: {},
  createFramer: () => new VariableLengthFramer(OMRON_HID_SHAPE),
  createDecoder: () => new OmronHidDecoder(),
  converse: send => new OmronConversation(send),
};

/** For each bank: how many readings, and each of them. */
class OmronConversation implements Conversation {
  readonly #send: (bytes: Uint8Array) => void;
  #bank = 0;
  #index = 0;
  #count: number | undefined;

  constructor(send: (bytes: Uint8Array) => void) {
    this.#send = send;
    this.#ask(COMMAND.count, [this.#bank, 0, 0]);
  }

  hear({ kind, bytes }: { kind: string; bytes: Uint8Array }): void {
    if (kind === 'rejected' || this.#bank >= BANKS) return;
    const answer = answerOf(bytes);
    if (this.#count === undefined) {
      this.#count = answer.length === OMRON_HID.countBytes ? (answer[6] ?? 0) : 0;
      this.#index = 0;
    } else this.#index += 1;
    if (this.#index < this.#count) {
      this.#ask(COMMAND.reading, [this.#bank, 0, this.#index]);
      return;
    }
    this.#bank += 1;
    this.#count = undefined;
    if (this.#bank < BANKS) this.#ask(COMMAND.count, [this.#bank, 0, 0]);
    else this.#send(omronReports([...Buffer.from(COMMAND.end, 'latin1'), 0xff, 0xff]));
  }

  end(): void {}

  #ask(command: string, args: readonly [number, number, number]): void {
    const data = [0, ...args];
    const check = data.reduce((sum, byte) => sum ^ byte, 0);
    this.#send(omronReports([...Buffer.from(command, 'latin1'), ...data, check]));
  }
}

/** Reports of eight bytes, the first of which counts those that follow. */
export function omronReports(bytes: readonly number[]): Uint8Array {
  const { reportBytes, payloadBytesMax } = OMRON_HID;
  const reports = new Uint8Array(Math.ceil(bytes.length / payloadBytesMax) * reportBytes);
  for (let at = 0; at < bytes.length; at += payloadBytesMax) {
    const piece = bytes.slice(at, at + payloadBytesMax);
    reports.set([piece.length, ...piece], (at / payloadBytesMax) * reportBytes);
  }
  return reports;
}
