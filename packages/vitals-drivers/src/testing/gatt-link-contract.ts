import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  type Advertisement,
  type GattConnection,
  type GattLink,
  type GattPlace,
  GattRefusal,
} from '../gatt/gatt-link.ts';
import { CHARACTERISTIC, SERVICE } from '../gatt/names.ts';
import { type SimulatedPeripheral } from '../simulator/gatt/peripheral.ts';

/** A link and one device within its reach, so that the suite can play the device. */
export interface GattRig {
  readonly link: GattLink;
  /** Of the device that plays `peripheral`. */
  readonly address: string;
  /** An address that nobody has. */
  readonly absentAddress: string;
  /** The device ends the connection; it goes on advertising. */
  hangUp(): void | Promise<void>;
  stop(): Promise<void>;
}

const MODEL: GattPlace = { service: SERVICE.deviceInformation, characteristic: CHARACTERISTIC.modelNumber };
const SILENT: GattPlace = {
  service: SERVICE.deviceInformation,
  characteristic: CHARACTERISTIC.firmwareRevision,
};
const ECHO: GattPlace = { service: SERVICE.glucose, characteristic: CHARACTERISTIC.recordAccess };
const CLOCK: GattPlace = { service: SERVICE.glucose, characteristic: CHARACTERISTIC.dateTime };
const BURST: GattPlace = { service: SERVICE.glucose, characteristic: CHARACTERISTIC.glucose };
const BURST_VALUES = Array.from({ length: 20 }, (_, at) => Uint8Array.of(at, 1, 2, 3));
const REFUSED = 0xee;

/** The device that the suite talks to. What it was written without response is in `heard`. */
function contractPeripheral(heard: (value: Uint8Array) => void): SimulatedPeripheral {
  let answer: (value: Uint8Array) => void = () => {};
  return {
    name: 'Contract',
    services: [SERVICE.glucose],
    characteristics: [
      { ...MODEL, properties: ['read'], read: () => Uint8Array.from(Buffer.from('Model 1')) },
      {
        ...SILENT,
        properties: ['read'],
        read: () => {
          throw new GattRefusal('refused');
        },
      },
      {
        ...ECHO,
        properties: ['write', 'indicate'],
        write: value => {
          if (value[0] === REFUSED) throw new GattRefusal('refused');
          answer(value.toReversed());
        },
        subscribe: send => {
          answer = send;
          return () => {
            answer = () => {};
          };
        },
      },
      { ...CLOCK, properties: ['write-without-response'], write: heard },
      {
        ...BURST,
        properties: ['notify'],
        subscribe: send => {
          for (const value of BURST_VALUES) send(value);
          return () => {};
        },
      },
    ],
  };
}

/** What every link promises. `start` puts the given device within its reach. */
export function describeGattLinkContract(
  name: string,
  start: (peripheral: SimulatedPeripheral) => Promise<GattRig>,
): void {
  describe(`link contract: ${name}`, () => {
    let rig: GattRig;
    const heard: Uint8Array[] = [];
    const connections: GattConnection[] = [];
    beforeAll(async () => {
      rig = await start(contractPeripheral(value => void heard.push(value)));
    });
    afterEach(async () => {
      for (const connection of connections.splice(0)) await connection.close();
    });
    afterAll(() => rig.stop());

    const connect = async (address = rig.address) => {
      const signal = new AbortController().signal;
      const connection = await rig.link.connect({ address }, { bondFirst: false }, signal);
      connections.push(connection);
      await connection.discover();
      return connection;
    };

    it('tells who advertises, until it is aborted', async () => {
      const [found] = await scanned(rig.link, [SERVICE.glucose]);
      expect(found).toMatchObject({ identity: { address: rig.address }, name: 'Contract' });
      expect(found?.services).toContain(SERVICE.glucose);
    });

    it('finds a device by its address, however that is written, and what it has', async () => {
      const connection = await connect(rig.address.toUpperCase());
      expect(connection.identity.address).toBe(rig.address);
      const has = await connection.discover();
      expect(has).toContainEqual({ ...MODEL, properties: ['read'] });
      expect(has).toContainEqual({ ...ECHO, properties: ['write', 'indicate'] });
      expect(has).toContainEqual({ ...CLOCK, properties: ['write-without-response'] });
      expect(has).toContainEqual({ ...BURST, properties: ['notify'] });
    });

    it('reads, and lives on when the device refuses', async () => {
      const connection = await connect();
      await expect(connection.read(SILENT)).rejects.toBeInstanceOf(GattRefusal);
      expect(Buffer.from(await connection.read(MODEL)).toString()).toBe('Model 1');
    });

    it('writes with a response, and hears the indication that it causes', async () => {
      const connection = await connect();
      const answered = firstValue(connection, ECHO);
      await answered.subscribed;
      await connection.write(ECHO, Uint8Array.of(4, 1), 'with-response');
      expect(await answered.value).toEqual(Uint8Array.of(1, 4));
      const refused = connection.write(ECHO, Uint8Array.of(REFUSED), 'with-response');
      await expect(refused).rejects.toBeInstanceOf(GattRefusal);
    });

    it('writes without a response', async () => {
      const connection = await connect();
      heard.length = 0;
      await connection.write(CLOCK, Uint8Array.of(0xea, 0x07), 'without-response');
      await connection.read(MODEL); // Comes after it, and is answered.
      expect(heard).toEqual([Uint8Array.of(0xea, 0x07)]);
    });

    it('brings notifications whole, all of them and in order', async () => {
      const connection = await connect();
      const values: Uint8Array[] = [];
      await new Promise<void>((resolve, reject) => {
        connection
          .subscribe(BURST, value => {
            values.push(value);
            if (values.length === BURST_VALUES.length) resolve();
          })
          .catch(reject);
      });
      expect(values).toEqual(BURST_VALUES);
    });

    it('ends a connection, once, and then everything fails with DEVICE_LOST', async () => {
      const connection = await connect();
      await connection.close();
      await connection.close();
      await connection.disconnected;
      await expect(connection.read(MODEL)).rejects.toMatchObject({ code: 'DEVICE_LOST' });
      await expect(connection.write(ECHO, Uint8Array.of(1), 'with-response')).rejects.toMatchObject({
        code: 'DEVICE_LOST',
      });
    });

    it('notices that the device ended the connection, and connects again', async () => {
      const connection = await connect();
      await rig.hangUp();
      await connection.disconnected;
      await expect(connection.read(MODEL)).rejects.toMatchObject({ code: 'DEVICE_LOST' });
      const again = await connect();
      expect(Buffer.from(await again.read(MODEL)).toString()).toBe('Model 1');
    });

    it('waits for a device that is not there, until it is given up, and takes no other', async () => {
      const givingUp = new AbortController();
      const absent = { address: rig.absentAddress };
      const connecting = rig.link.connect(absent, { bondFirst: false }, givingUp.signal);
      givingUp.abort();
      await expect(connecting).rejects.toMatchObject({ code: 'DEVICE_LOST' });
      await expect(
        rig.link.connect({ address: rig.address }, { bondFirst: false }, AbortSignal.abort()),
      ).rejects.toMatchObject({ code: 'DEVICE_LOST' });
    });
  });
}

/** Scans until something is found. */
async function scanned(link: GattLink, services: readonly string[]): Promise<Advertisement[]> {
  const enough = new AbortController();
  const found: Advertisement[] = [];
  const take = (advertisement: Advertisement) => {
    found.push(advertisement);
    enough.abort();
  };
  await link.scan({ services }, take, enough.signal);
  return found;
}

function firstValue(
  connection: GattConnection,
  place: GattPlace,
): { subscribed: Promise<void>; value: Promise<Uint8Array> } {
  let subscribed: Promise<void> = Promise.resolve();
  const value = new Promise<Uint8Array>(resolve => {
    subscribed = connection.subscribe(place, resolve);
  });
  return { subscribed, value };
}
