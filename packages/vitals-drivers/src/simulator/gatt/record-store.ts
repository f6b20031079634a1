import { assert } from '@shimabashi/contracts';
import { type GattPlace, type GattProperty, GattRefusal } from '../../gatt/gatt-link.ts';
import { type SimulatedCharacteristic } from './peripheral.ts';

interface StoredRecord {
  readonly sequence: number;
  readonly value: Uint8Array;
}

const OP = { report: 1, delete: 2, abort: 3, count: 4, countAnswer: 5, response: 6 } as const;
const CODE = { success: 1, notSupported: 2, invalidOperator: 3, noRecords: 6 } as const;

/**
 * The memory of a device that stores and forwards: as a cuff, which gives everything to whoever subscribes,
 * or as a meter, which is asked through its record access control point.
 */
export class SimulatedRecordStore {
  readonly #asked: boolean;
  readonly #deletesAfterTransfer: boolean;
  #records: StoredRecord[] = [];
  #sendRecord: ((value: Uint8Array) => void) | undefined;
  #sendAnswer: ((value: Uint8Array) => void) | undefined;
  #nextSequence = 0;

  constructor(how: { asked: boolean; deletesAfterTransfer?: boolean }) {
    this.#asked = how.asked;
    this.#deletesAfterTransfer = how.deletesAfterTransfer ?? false;
  }

  get size(): number {
    return this.#records.length;
  }

  /** A new measurement: stored, and sent at once to who is subscribed. */
  add(encode: (sequence: number) => Uint8Array): void {
    const record = { sequence: this.#nextSequence, value: encode(this.#nextSequence) };
    this.#nextSequence += 1;
    this.#records.push(record);
    if (!this.#asked) this.#forward();
  }

  /** As after a change of battery: empty, and counting from nought. */
  reset(): void {
    this.#records = [];
    this.#nextSequence = 0;
  }

  measurements(place: GattPlace, property: GattProperty): SimulatedCharacteristic {
    return {
      ...place,
      properties: [property],
      subscribe: send => {
        this.#sendRecord = send;
        if (!this.#asked) this.#forward();
        return () => {
          this.#sendRecord = undefined;
        };
      },
    };
  }

  recordAccess(place: GattPlace): SimulatedCharacteristic {
    return {
      ...place,
      properties: ['write', 'indicate'],
      subscribe: send => {
        this.#sendAnswer = send;
        return () => {
          this.#sendAnswer = undefined;
        };
      },
      write: request => {
        // The service: "Client Characteristic Configuration descriptor improperly configured".
        if (this.#sendAnswer === undefined) throw new GattRefusal('0x81');
        this.#answer(request);
      },
    };
  }

  #forward(): void {
    const send = this.#sendRecord;
    if (send === undefined) return;
    for (const record of this.#records) send(record.value);
    if (this.#deletesAfterTransfer) this.#records = [];
  }

  #answer(request: Uint8Array): void {
    const [op] = request;
    const chosen = this.#chosen(request);
    if (op === undefined || op === OP.abort || op > OP.count) this.#respond(op ?? 0, CODE.notSupported);
    else if (chosen === undefined) this.#respond(op, CODE.invalidOperator);
    else if (op === OP.count) this.#say(OP.countAnswer, 0, chosen.length & 0xff, chosen.length >> 8);
    else if (chosen.length === 0) this.#respond(op, CODE.noRecords);
    else {
      if (op === OP.report) for (const record of chosen) this.#sendRecord?.(record.value);
      else this.#records = this.#records.filter(record => !chosen.includes(record));
      this.#respond(op, CODE.success);
    }
  }

  #chosen([, operator, filter, low = 0, high = 0]: Uint8Array): StoredRecord[] | undefined {
    const bound = low | (high << 8);
    if (operator === 1) return this.#records;
    if (operator === 2 && filter === 1) return this.#records.filter(({ sequence }) => sequence <= bound);
    if (operator === 3 && filter === 1) return this.#records.filter(({ sequence }) => sequence >= bound);
    if (operator === 5) return this.#records.slice(0, 1);
    if (operator === 6) return this.#records.slice(-1);
    return undefined;
  }

  #respond(asked: number, code: number): void {
    this.#say(OP.response, 0, asked, code);
  }

  #say(...bytes: readonly number[]): void {
    const send = this.#sendAnswer;
    assert(send !== undefined, 'nobody is answered who did not subscribe');
    send(Uint8Array.of(...bytes));
  }
}
