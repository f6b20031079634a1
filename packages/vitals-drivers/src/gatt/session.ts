import { AppError } from '@shimabashi/contracts';
import { type SupervisorClock } from '../supervised.ts';
import { clockOffsetMs, encodeCurrentTime, encodeDateTime } from './clock.ts';
import { type GattValue } from './envelope.ts';
import { readGattValue } from './gatt-decoder.ts';
import { type GattProfile } from './gatt-driver.ts';
import {
  type GattCharacteristic,
  type GattConnection,
  type GattPlace,
  GattRefusal,
  samePlace,
} from './gatt-link.ts';
import { CHARACTERISTIC, SERVICE } from './names.ts';
import { type GattQuirk, PLAIN, quirkOf } from './quirks.ts';
import { RecordAccess } from './record-access.ts';
import { type PersistRecords, type RecordMemory, RecordSink } from './record-sink.ts';
import { type Uuid } from './uuid.ts';

/** What is known of a connected device, for the screen that lists devices. */
export interface GattFacts {
  readonly name: string | null;
  readonly manufacturer: string | null;
  readonly model: string | null;
  readonly serialNumber: string | null;
  readonly firmware: string | null;
  /** In percent; null where it does not say. */
  readonly battery: number | null;
  /** How far its clock was from ours when it told, in ms; null where it has none, or one that was never set. */
  readonly clockOffsetMs: number | null;
  /** Which row of the quirk table is used (`quirks.ts`). */
  readonly quirk: string;
}

export interface GattSessionOptions {
  readonly profile: GattProfile;
  readonly clock: SupervisorClock;
  /** IANA name of the zone in which the practice lives: what a device's clock should show. */
  readonly timeZone: string;
  /** Keeps records before the device may lose them. Without it nothing is ever deleted. */
  readonly persist?: PersistRecords | undefined;
  /** Whether the device's own memory is emptied after its records are kept. */
  readonly deleteKept: boolean;
  readonly memory: RecordMemory;
  /** A value to decode, in order. */
  readonly onValue: (sent: GattValue) => void;
  readonly onFacts: (facts: GattFacts) => void;
}

/**
 * One conversation with a connected device, in the order that devices want: look at what it has, ask who
 * it is, set its clock, subscribe, and only then ask for records.
 *
 * Source of the order: weliem/blessed-android, `BluetoothHandler.java`; andengineering/AndroidSampleCode.
 */
export class GattSession {
  readonly #connection: GattConnection;
  readonly #options: GattSessionOptions;
  readonly #sink: RecordSink;
  readonly #known: ReadonlySet<Uuid>;
  #characteristics: readonly GattCharacteristic[] = [];
  #quirk: GattQuirk = PLAIN;
  #facts: GattFacts | undefined;
  #access: RecordAccess | undefined;
  #setsOnItsWord = false;
  #triedToBond = false;

  constructor(connection: GattConnection, options: GattSessionOptions) {
    this.#connection = connection;
    this.#options = options;
    this.#sink = new RecordSink(options.persist, options.memory);
    this.#known = new Set(options.profile.measurements.map(place => place.characteristic));
  }

  /**
   * Finds out what the device has and who it is.
   *
   * @throws AppError `DEVICE_LOST` also when it has nothing that the driver reads.
   */
  async discover(): Promise<void> {
    this.#characteristics = await this.#connection.discover();
    if (this.#measurements().length === 0) {
      throw new AppError('DEVICE_LOST', 'The device does not have what its driver reads.');
    }
    const { name } = this.#connection;
    const manufacturer = await this.#readText(CHARACTERISTIC.manufacturerName);
    const model = await this.#readText(CHARACTERISTIC.modelNumber);
    const serialNumber = await this.#readText(CHARACTERISTIC.serialNumber);
    const firmware = await this.#readText(CHARACTERISTIC.firmwareRevision);
    const [battery = null] = (await this.#readIfThere(SERVICE.battery, CHARACTERISTIC.batteryLevel)) ?? [];
    this.#quirk = quirkOf({ name, manufacturer, model });
    this.#tell({
      name,
      manufacturer,
      model,
      serialNumber,
      firmware,
      battery,
      clockOffsetMs: null,
      quirk: this.#quirk.id,
    });
  }

  /** Sets the clock, subscribes, fetches records, and then waits until the device is gone. */
  async converse(): Promise<void> {
    const { settleMs } = this.#quirk;
    await this.#settle(settleMs);
    await this.#setClock();
    await this.#settle(settleMs);
    await this.#subscribe();
    await this.#fetchRecords();
    await this.#connection.disconnected;
    await this.#sink.settled();
  }

  #measurements(): GattCharacteristic[] {
    return this.#options.profile.measurements.flatMap(
      place => this.#characteristics.filter(has => samePlace(has, place)).slice(0, 1), // In the profile's order.
    );
  }

  async #subscribe(): Promise<void> {
    const clockPlace = this.#clockPlace();
    this.#setsOnItsWord = false;
    if (clockPlace !== undefined && hasAny(clockPlace, ['notify', 'indicate'])) {
      await this.#optional(
        this.#connection.subscribe(clockPlace, value => void this.#clockSpoke(clockPlace, value)),
      );
    }
    for (const place of this.#measurements()) {
      await this.#required(this.#subscribeTo(place));
    }
    this.#setsOnItsWord = true;
  }

  /** Many devices speak only to whom they are bonded with, and say so at this moment. */
  async #subscribeTo(place: GattPlace): Promise<void> {
    const subscribe = () => this.#connection.subscribe(place, value => this.#measured(place, value));
    try {
      await subscribe();
    } catch (error) {
      if (!(error instanceof GattRefusal) || this.#triedToBond) throw error;
      this.#triedToBond = true;
      await this.#connection.bond();
      await subscribe();
    }
  }

  #measured(place: GattPlace, value: Uint8Array): void {
    const { profile, onValue } = this.#options;
    const sent: GattValue = { characteristic: place.characteristic, dialect: this.#quirk.dialect, value };
    this.#access?.progress();
    if (profile.gives === 'spot') {
      const numbers = readGattValue(sent, this.#known).filter(reading => reading.kind === 'numeric');
      if (!this.#sink.take(sent, numbers)) return;
    }
    onValue(sent);
  }

  async #fetchRecords(): Promise<void> {
    const { recordAccess } = this.#options.profile;
    const place = this.#characteristics.find(
      has => recordAccess !== undefined && samePlace(has, recordAccess),
    );
    if (recordAccess === undefined || place === undefined) return;
    const access = await this.#required(RecordAccess.open(this.#connection, place, this.#options.clock));
    this.#access = access;
    const complete = await this.#required(this.#report(access, recordAccess.numbered));
    await this.#sink.settled();
    if (complete && this.#options.deleteKept) await this.#deleteKept(access, recordAccess.numbered);
    // It has told all that it has: let it sleep.
    await this.#connection.close();
  }

  /** Has the device give what we do not have yet. Answers whether it said that this was all. */
  async #report(access: RecordAccess, numbered: boolean): Promise<boolean> {
    const last = numbered ? this.#options.memory.lastSequence : undefined;
    if (last !== undefined && last < 0xffff) {
      const answer = await access.reportFrom(last + 1);
      if (answer === 'done') return true;
      // Nothing new, unless the meter began to count anew; its last record tells.
      if (answer === 'no-records' && !(await this.#lastIsNew(access))) return true;
    }
    return (await access.reportAll()) !== 'unsupported';
  }

  async #lastIsNew(access: RecordAccess): Promise<boolean> {
    const { memory } = this.#options;
    const before = memory.size;
    const answer = await access.reportLast();
    return answer === 'done' && memory.size > before;
  }

  /** Only what is kept: where records have no number, none must have come in between. */
  async #deleteKept(access: RecordAccess, numbered: boolean): Promise<void> {
    if (this.#options.persist === undefined) return;
    const { lastSequence } = this.#options.memory;
    if (numbered) {
      if (lastSequence !== undefined) await this.#optional(access.deleteUpTo(lastSequence));
    } else if ((await this.#optional(access.count())) === this.#sink.received) {
      await this.#optional(access.deleteAll());
    }
  }

  async #setClock(): Promise<void> {
    const place = this.#clockPlace();
    if (place === undefined) return;
    const { set, toleranceMs } = this.#quirk.clock;
    const offsetMs = place.properties.includes('read') ? await this.#readClock(place) : undefined;
    const wrong = offsetMs !== undefined && (offsetMs === null || Math.abs(offsetMs) > toleranceMs);
    if (set === 'always' || (set === 'when-wrong' && wrong)) await this.#writeClock(place);
  }

  /** The device's clock spoke by itself. Some can be set at that moment only. */
  async #clockSpoke(place: GattCharacteristic, value: Uint8Array): Promise<void> {
    const offsetMs = this.#takeClock(place, value);
    const { set, toleranceMs } = this.#quirk.clock;
    if (set !== 'on-its-word' || !this.#setsOnItsWord) return;
    this.#setsOnItsWord = false; // Only at the first time.
    const wrong = offsetMs === null || Math.abs(offsetMs) > toleranceMs;
    // A link that is lost in between is noticed by those who wait for it.
    if (wrong) await this.#writeClock(place).catch(() => {});
  }

  async #readClock(place: GattPlace): Promise<number | null | undefined> {
    const value = await this.#optional(this.#connection.read(place));
    return value === undefined ? undefined : this.#takeClock(place, value);
  }

  #takeClock({ characteristic }: GattPlace, value: Uint8Array): number | null {
    const { clock, timeZone, onValue } = this.#options;
    onValue({ characteristic, dialect: 'sig', value });
    const offsetMs = clockOffsetMs({ characteristic, value }, clock.nowMs(), timeZone);
    if (this.#facts !== undefined) this.#tell({ ...this.#facts, clockOffsetMs: offsetMs });
    return offsetMs;
  }

  async #writeClock(place: GattCharacteristic): Promise<void> {
    if (!hasAny(place, ['write', 'write-without-response'])) return;
    const { clock, timeZone } = this.#options;
    const encode = place.characteristic === CHARACTERISTIC.currentTime ? encodeCurrentTime : encodeDateTime;
    const how = place.properties.includes('write') ? 'with-response' : 'without-response';
    await this.#optional(this.#connection.write(place, encode(clock.nowMs(), timeZone), how));
  }

  /** Date Time on the measuring service comes first: devices that have it are set by it. */
  #clockPlace(): GattCharacteristic | undefined {
    const services = new Set(this.#options.profile.measurements.map(place => place.service));
    const dateTime = this.#characteristics.find(
      has => has.characteristic === CHARACTERISTIC.dateTime && services.has(has.service),
    );
    return dateTime ?? this.#characteristics.find(has => has.characteristic === CHARACTERISTIC.currentTime);
  }

  async #readText(characteristic: Uuid): Promise<string | null> {
    const value = await this.#readIfThere(SERVICE.deviceInformation, characteristic);
    // A device may send anything: only what people write is kept.
    const text = value === undefined ? '' : new TextDecoder().decode(value).replaceAll(/\p{C}/gu, '').trim();
    return text === '' ? null : text.slice(0, 80);
  }

  async #readIfThere(service: Uuid, characteristic: Uuid): Promise<Uint8Array | undefined> {
    const place = this.#characteristics.find(has => samePlace(has, { service, characteristic }));
    if (place === undefined || !place.properties.includes('read')) return undefined;
    return this.#optional(this.#connection.read(place));
  }

  #tell(facts: GattFacts): void {
    this.#facts = facts;
    this.#options.onFacts(facts);
  }

  #settle(delayMs: number): Promise<void> {
    if (delayMs === 0) return Promise.resolve();
    return new Promise(resolve => {
      this.#options.clock.after(delayMs, resolve);
    });
  }

  /** For what the device may refuse. */
  async #optional<Result>(asked: Promise<Result>): Promise<Result | undefined> {
    try {
      return await asked;
    } catch (error) {
      if (error instanceof GattRefusal) return undefined;
      throw error;
    }
  }

  /** For what makes no sense without: a refusal ends the session. */
  async #required<Result>(asked: Promise<Result>): Promise<Result> {
    try {
      return await asked;
    } catch (error) {
      if (!(error instanceof GattRefusal)) throw error;
      throw new AppError('DEVICE_LOST', 'The device refused what its driver needs.', {
        details: { reason: error.reason },
      });
    }
  }
}

function hasAny(place: GattCharacteristic, properties: readonly string[]): boolean {
  return place.properties.some(property => properties.includes(property));
}
