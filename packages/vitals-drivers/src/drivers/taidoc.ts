import {
  isTaidocPacket,
  TAIDOC,
  taidocCount,
  TaidocDecoder,
  taidocPacket,
} from '../decoders/vendor/taidoc.ts';
import { type Conversation, type Driver, type DriverClock } from '../driver.ts';
import { FixedLengthFramer } from '../framing/fixed-length-framer.ts';
import { cp2110Packing } from '../hid.ts';

const BAUD_RATE = 19_200;
/** After the last record, the count is asked for again, so that a new one comes at once. */
const ASK_AGAIN_MS = 2_000;
/** A meter that does not tell its clock by then tells its records without. */
const CLOCK_WITHIN_MS = 1_000;

/** Meters of TaiDoc. Notes: `docs/devices/taidoc.md`. */
export const taidoc: Driver = {
  protocol: 'taidoc',
  title: 'TaiDoc TD-42xx glucose meters and their other names, memory (glucose, meal)',
  evidence: 'dates in the notes of another project (glucometerutils); the packets: simulator only',
  carries: 'stream',
  gives: 'spot',
  maxQuietMs: 5_000,
  serial: { baudRate: BAUD_RATE, dataBits: 8, parity: 'none', stopBits: 1 },
  hid: { vendorId: 0x10c4, productIds: [0xea80], packing: cp2110Packing(BAUD_RATE) },
  waveforms: {},
  createFramer: () => new FixedLengthFramer(TAIDOC.packetBytes, isTaidocPacket),
  createDecoder: () => new TaidocDecoder(),
  converse: (send, clock) => new TaidocConversation(send, clock),
};

/** Connect, the clock, how many, and moment and number of each, the oldest first. */
class TaidocConversation implements Conversation {
  readonly #send: (bytes: Uint8Array) => void;
  readonly #clock: DriverClock;
  #known = 0;
  #left = 0;
  #waitsForClock = false;
  #cancel = () => {};

  constructor(send: (bytes: Uint8Array) => void, clock: DriverClock) {
    this.#send = send;
    this.#clock = clock;
    this.#ask(TAIDOC.connect);
  }

  hear({ kind, bytes }: { kind: string; bytes: Uint8Array }): void {
    if (kind === 'rejected' || bytes[6] !== TAIDOC.answer) return;
    switch (bytes[1] ?? 0) {
      case TAIDOC.recordCount:
        this.#left = Math.max(taidocCount(bytes) - this.#known, 0);
        this.#known = taidocCount(bytes);
        this.#next();
        return;
      case TAIDOC.recordTime:
        this.#ask(TAIDOC.recordValue, this.#left - 1);
        return;
      case TAIDOC.recordValue:
        this.#left -= 1;
        this.#next();
        return;
      case TAIDOC.connect:
      case TAIDOC.model:
      case TAIDOC.connected:
        this.#cancel();
        this.#waitsForClock = true;
        this.#cancel = this.#clock.after(CLOCK_WITHIN_MS, () => this.#clockIsDone());
        this.#ask(TAIDOC.clock);
        return;
      case TAIDOC.clock:
        this.#clockIsDone();
        return;
      default:
    }
  }

  end(): void {
    this.#cancel();
  }

  /** It told, or had its time: once, so that an answer that comes late asks for nothing twice. */
  #clockIsDone(): void {
    if (!this.#waitsForClock) return;
    this.#waitsForClock = false;
    this.#cancel();
    this.#ask(TAIDOC.recordCount);
  }

  #next(): void {
    this.#cancel();
    if (this.#left > 0) this.#ask(TAIDOC.recordTime, this.#left - 1);
    else this.#cancel = this.#clock.after(ASK_AGAIN_MS, () => this.#ask(TAIDOC.recordCount));
  }

  #ask(command: number, index = 0): void {
    this.#send(taidocPacket(command, [index & 0xff, index >> 8]));
  }
}
