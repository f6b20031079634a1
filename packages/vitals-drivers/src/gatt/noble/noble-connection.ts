import type { Characteristic, Peripheral } from '@stoprocent/noble';
import { AppError } from '@shimabashi/contracts';
import { type SupervisorClock } from '../../supervised.ts';
import {
  type GattCharacteristic,
  type GattConnection,
  type GattIdentity,
  type GattPlace,
  type GattProperty,
  GattRefusal,
  samePlace,
} from '../gatt-link.ts';
import { longUuid } from '../uuid.ts';

const PROPERTY_OF: Readonly<Record<string, GattProperty>> = {
  read: 'read',
  write: 'write',
  writeWithoutResponse: 'write-without-response',
  notify: 'notify',
  indicate: 'indicate',
};

/**
 * How long an answer may take, in milliseconds. Over HCI noble drops a device's refusal of a write, so that
 * no answer ever comes (2.8.0, `hci-socket/gatt.js`): silence is taken for a refusal.
 */
const ANSWER_TIMEOUT_MS = 5_000;

/** One device that noble holds connected. */
export class NobleConnection implements GattConnection {
  readonly identity: GattIdentity;
  readonly name: string | null;
  readonly disconnected: Promise<void>;
  readonly #peripheral: Peripheral;
  readonly #clock: SupervisorClock;
  readonly #endSubscriptions: (() => void)[] = [];
  #found: { place: GattCharacteristic; characteristic: Characteristic }[] | undefined;
  #open = true;
  /** noble answers by events that do not say which request they answer: one request at a time. */
  #lane: Promise<unknown> = Promise.resolve();

  constructor(peripheral: Peripheral, identity: GattIdentity, clock: SupervisorClock) {
    this.#peripheral = peripheral;
    this.#clock = clock;
    this.identity = identity;
    this.name = peripheral.advertisement.localName ?? null;
    this.disconnected = new Promise(resolve => {
      peripheral.once('disconnect', () => {
        this.#open = false;
        for (const end of this.#endSubscriptions) end();
        resolve();
      });
    });
  }

  async bond(): Promise<void> {
    await this.#ask(() => this.#peripheral.pairAsync());
  }

  async discover(): Promise<readonly GattCharacteristic[]> {
    if (this.#found === undefined) {
      await this.#ask(() => this.#peripheral.discoverAllServicesAndCharacteristicsAsync());
      this.#found = this.#peripheral.services.flatMap(service =>
        service.characteristics.map(characteristic => ({
          place: {
            service: longUuid(service.uuid),
            characteristic: longUuid(characteristic.uuid),
            properties: characteristic.properties.flatMap(property => PROPERTY_OF[property] ?? []),
          },
          characteristic,
        })),
      );
    }
    return this.#found.map(({ place }) => place);
  }

  async read(place: GattPlace): Promise<Uint8Array> {
    const characteristic = await this.#at(place);
    const value = Uint8Array.from(await this.#ask(() => characteristic.readAsync()));
    // Over HCI noble gives a refused read as an empty one. Nothing that we read is ever empty.
    if (value.length === 0) throw new GattRefusal('nothing was read');
    return value;
  }

  async write(place: GattPlace, value: Uint8Array, how: 'with-response' | 'without-response'): Promise<void> {
    const characteristic = await this.#at(place);
    await this.#ask(() => characteristic.writeAsync(Buffer.from(value), how === 'without-response'));
  }

  async subscribe(place: GattPlace, onValue: (value: Uint8Array) => void): Promise<void> {
    const characteristic = await this.#at(place);
    const take = (data: Buffer, isNotification: boolean) => {
      if (isNotification && this.#open) onValue(Uint8Array.from(data));
    };
    const end = () => void characteristic.removeListener('data', take);
    characteristic.on('data', take); // First values may come before the answer.
    try {
      await this.#ask(() => characteristic.subscribeAsync());
      this.#endSubscriptions.push(end);
    } catch (error) {
      end();
      throw error;
    }
  }

  async close(): Promise<void> {
    if (this.#open && this.#peripheral.state !== 'disconnecting') this.#peripheral.disconnect();
    await this.disconnected;
  }

  async #at(place: GattPlace): Promise<Characteristic> {
    this.#expectOpen();
    await this.discover();
    const found = this.#found?.find(has => samePlace(has.place, place));
    if (found === undefined) throw new GattRefusal('no such characteristic');
    return found.characteristic;
  }

  #ask<Result>(request: () => Promise<Result>): Promise<Result> {
    const answered = this.#lane.then(async () => {
      this.#expectOpen();
      const { silence, cancel } = this.#silence();
      return Promise.race([request(), silence, this.disconnected.then(gone)]).finally(cancel);
    });
    this.#lane = answered.catch(() => {});
    return answered.catch((error: unknown) => {
      this.#expectOpen();
      throw error instanceof AppError || error instanceof GattRefusal
        ? error
        : new GattRefusal(String(error));
    });
  }

  #silence(): { silence: Promise<never>; cancel: () => void } {
    let cancel = () => {};
    const silence = new Promise<never>((_, reject) => {
      cancel = this.#clock.after(ANSWER_TIMEOUT_MS, () => reject(new GattRefusal('no answer')));
    });
    return { silence, cancel };
  }

  #expectOpen(): void {
    if (!this.#open) gone();
  }
}

function gone(): never {
  throw new AppError('DEVICE_LOST', 'The device is not connected.');
}
