import { AppError } from '@shimabashi/contracts';
import { type SupervisorClock } from '../supervised.ts';
import { type GattConnection, type GattPlace } from './gatt-link.ts';

/** Record Access Control Point. Source: Bluetooth SIG, `…characteristic.record_access_control_point`. */
const OP = { report: 0x01, delete: 0x02, count: 0x04, countAnswer: 0x05, response: 0x06 } as const;
const OPERATOR = { none: 0x00, all: 0x01, lessOrEqual: 0x02, greaterOrEqual: 0x03, last: 0x06 } as const;
/** Filter of the glucose service: by sequence number. Source: Glucose Service 1.0, 3.4.2. */
const BY_SEQUENCE = 0x01;
const SUCCESS = 1;
const NO_RECORDS = 6;
/** A procedure in which nothing comes for so long has failed. Source: Glucose Profile 1.0, 5.6. */
const PROCEDURE_TIMEOUT_MS = 30_000;

/** How a request ended. `unsupported`: the device knows no such request, so that another may do. */
export type RecordAnswer = 'done' | 'no-records' | 'unsupported';

/** Asks for the records of a device, one request after the other. */
export class RecordAccess {
  readonly #connection: GattConnection;
  readonly #place: GattPlace;
  readonly #clock: SupervisorClock;
  #onAnswer: (value: Uint8Array) => void = () => {};
  #onProgress: () => void = () => {};

  private constructor(connection: GattConnection, place: GattPlace, clock: SupervisorClock) {
    this.#connection = connection;
    this.#place = place;
    this.#clock = clock;
  }

  static async open(
    connection: GattConnection,
    place: GattPlace,
    clock: SupervisorClock,
  ): Promise<RecordAccess> {
    const access = new RecordAccess(connection, place, clock);
    await connection.subscribe(place, value => access.#onAnswer(value));
    return access;
  }

  /** To be called at each record: the device is at work. */
  progress(): void {
    this.#onProgress();
  }

  reportAll(): Promise<RecordAnswer> {
    return this.#procedure([OP.report, OPERATOR.all]);
  }

  /** Records with this number or a later one. */
  reportFrom(sequence: number): Promise<RecordAnswer> {
    return this.#procedure([OP.report, OPERATOR.greaterOrEqual, ...bySequence(sequence)]);
  }

  reportLast(): Promise<RecordAnswer> {
    return this.#procedure([OP.report, OPERATOR.last]);
  }

  /** Deletes records up to this number. Only after they are kept elsewhere. */
  deleteUpTo(sequence: number): Promise<RecordAnswer> {
    return this.#procedure([OP.delete, OPERATOR.lessOrEqual, ...bySequence(sequence)]);
  }

  deleteAll(): Promise<RecordAnswer> {
    return this.#procedure([OP.delete, OPERATOR.all]);
  }

  /** How many records there are; undefined when the device does not say. */
  async count(): Promise<number | undefined> {
    const [op, , low, high] = await this.#request([OP.count, OPERATOR.all]);
    if (op !== OP.countAnswer || low === undefined) return undefined;
    return low | ((high ?? 0) << 8);
  }

  async #procedure(request: readonly number[]): Promise<RecordAnswer> {
    const [op, , asked, code] = await this.#request(request);
    if (op !== OP.response || asked !== request[0]) return 'unsupported';
    if (code === SUCCESS) return 'done';
    return code === NO_RECORDS ? 'no-records' : 'unsupported';
  }

  /** @throws AppError `DEVICE_LOST` when it says nothing for too long, or is gone. */
  async #request(request: readonly number[]): Promise<Uint8Array> {
    let cancel = () => {};
    try {
      const answered = new Promise<Uint8Array>((resolve, reject) => {
        this.#onAnswer = resolve;
        this.#onProgress = () => {
          cancel();
          cancel = this.#clock.after(PROCEDURE_TIMEOUT_MS, () => reject(silent()));
        };
        this.#onProgress();
        void this.#connection.disconnected.then(() => reject(silent()));
      });
      answered.catch(() => {}); // A write that fails first is the failure to tell.
      await this.#connection.write(this.#place, Uint8Array.from(request), 'with-response');
      return await answered;
    } finally {
      cancel();
      this.#onAnswer = () => {};
      this.#onProgress = () => {};
    }
  }
}

function bySequence(sequence: number): number[] {
  return [BY_SEQUENCE, sequence & 0xff, sequence >> 8];
}

function silent(): AppError {
  return new AppError('DEVICE_LOST', 'The device did not finish giving its records.');
}
