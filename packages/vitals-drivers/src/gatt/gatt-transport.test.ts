import { describe, expect, it } from 'vitest';
import { AppError, Sample } from '@shimabashi/contracts';
import {
  GATT_DRIVERS,
  gattBloodPressure,
  gattGlucose,
  gattHeartRate,
  gattPulseOximeter,
  gattPulseOximeterSpot,
  gattThermometer,
  gattWeight,
} from '../drivers/gatt-profiles.ts';
import {
  simulatedAandDScale,
  type SimulatedGattDevice,
  simulatedGattDevice,
  type SimulatedGattOptions,
} from '../simulator/gatt/devices.ts';
import { type SimulatedCharacteristic } from '../simulator/gatt/peripheral.ts';
import { BENCH_ADDRESS, gattBench } from '../testing/gatt-bench.ts';
import { GattRefusal } from './gatt-link.ts';
import { CHARACTERISTIC, SERVICE } from './names.ts';

describe.each(GATT_DRIVERS)('$protocol, simulated', driver => {
  it('gives what its device measures, and nothing that it did not', async () => {
    const { clock, device, switchOn, samples, stop, ended } = gattBench(driver);
    await switchOn();
    device.measure();
    await clock.pass(1_000);
    if (device.store !== null && samples.length === 0) {
      // A meter gives its memory to who connects: it has been let go, and is asked again.
      await clock.pass(20_000);
    }
    expect(samples.length).toBeGreaterThan(0);
    expect(samples.every(sample => Sample.safeParse(sample).success)).toBe(true);
    expect(samples.every(({ measured }) => measured.status === 'measured')).toBe(true);
    stop();
    await ended;
  });

  it('comes back after the device was away, within ten seconds of its first word', async () => {
    const { clock, device, switchOn, radio, statuses, stop, ended } = gattBench(driver);
    const off = await switchOn();
    off();
    await clock.pass(60_000);
    const before = statuses.length;
    radio.switchOn(BENCH_ADDRESS, device.peripheral);
    await clock.pass(10_000);
    expect(statuses.slice(before).map(({ state }) => state)).toContain('negotiating');
    stop();
    await ended;
  });
});

describe('a cuff', () => {
  it('is asked in the order that cuffs want', async () => {
    const { radio, switchOn } = gattBench(gattBloodPressure);
    await switchOn();
    expect(radio.done).toEqual([
      'connect',
      'discover',
      'read 2a29',
      'read 2a24',
      'read 2a19',
      'read 2a08',
      'subscribe 2a36',
      'subscribe 2a35',
    ]);
  });

  it('is bonded before it is asked for anything, once', async () => {
    const { clock, radio, switchOn } = gattBench(gattBloodPressure, { transport: { bondFirst: true } });
    await switchOn();
    expect(radio.done.slice(0, 3)).toEqual(['connect', 'bond', 'discover']);
    radio.hangUp(BENCH_ADDRESS);
    await clock.pass(10_000);
    expect(radio.done.filter(word => word === 'connect')).toHaveLength(2);
    expect(radio.done.filter(word => word === 'bond')).toHaveLength(1);
  });

  it('that speaks only to whom it is bonded with is bonded when it says so', async () => {
    let refusals = 1;
    const { radio, device, switchOn, numbers } = gattBench(gattBloodPressure, {
      build: options => {
        const cuff = simulatedGattDevice('gatt-blood-pressure', options);
        const shy = cuff.peripheral.characteristics.map(has => ({
          ...has,
          ...(has.subscribe === undefined
            ? {}
            : {
                subscribe: (send: (value: Uint8Array) => void) => {
                  refusals -= 1;
                  if (refusals >= 0) throw new GattRefusal('insufficient authentication');
                  return has.subscribe?.(send) ?? (() => {});
                },
              }),
        }));
        return { ...cuff, peripheral: { ...cuff.peripheral, characteristics: shy } };
      },
    });
    device.measure();
    await switchOn();
    expect(radio.done.slice(-4)).toEqual(['subscribe 2a36', 'bond', 'subscribe 2a36', 'subscribe 2a35']);
    expect(numbers().map(([parameter]) => parameter)).toContain('systolic-pressure');
  });

  it('gives each record once, though it sends its whole memory each time', async () => {
    const { clock, radio, device, switchOn, numbers, kept } = gattBench(gattBloodPressure);
    device.measure();
    device.measure();
    await switchOn();
    expect(numbers().filter(([parameter]) => parameter === 'systolic-pressure')).toHaveLength(2);
    radio.hangUp(BENCH_ADDRESS);
    await clock.pass(10_000);
    device.measure();
    await clock.pass(1_000);
    expect(numbers().filter(([parameter]) => parameter === 'systolic-pressure')).toHaveLength(3);
    expect(kept.filter(({ parameter }) => parameter === 'systolic-pressure')).toHaveLength(3);
  });

  it('without a clock may measure the same twice', async () => {
    const { clock, device, switchOn, numbers } = gattBench(gattBloodPressure);
    await switchOn();
    const sameAgain = Uint8Array.of(0x00, 0x78, 0, 0x50, 0, 0x5d, 0);
    device.store?.reset();
    device.store?.add(() => sameAgain);
    device.store?.reset();
    device.store?.add(() => sameAgain);
    await clock.settle();
    expect(numbers().filter(([, value]) => value === 120)).toHaveLength(2);
  });

  it('shows a record that cannot be kept, and takes it again', async () => {
    let full = true;
    const { clock, device, switchOn, numbers, failures, radio } = gattBench(gattBloodPressure, {
      transport: {
        persist: async () => {
          if (full) throw new AppError('DISK_FULL', 'The disk is full.');
        },
      },
    });
    device.measure();
    await switchOn();
    radio.hangUp(BENCH_ADDRESS);
    await clock.pass(1);
    expect(numbers().map(([parameter]) => parameter)).toContain('systolic-pressure');
    expect(failures).toEqual(['DISK_FULL']);
    full = false;
    await clock.pass(10_000);
    expect(numbers().filter(([parameter]) => parameter === 'systolic-pressure')).toHaveLength(2);
  });

  it('fails with a bug of who keeps records instead of hiding it', async () => {
    const { clock, device, switchOn, ended, radio } = gattBench(gattBloodPressure, {
      transport: { persist: () => Promise.reject(new TypeError('a bug')) },
    });
    const how = ended.then(String, (error: unknown) => error);
    device.measure();
    await switchOn();
    radio.hangUp(BENCH_ADDRESS);
    await clock.settle();
    expect(await how).toMatchObject({ message: 'a bug' });
  });
});

describe('the clock of a device', () => {
  const late = { year: 2026, month: 11, day: 22, hour: 9, minute: 3, second: 42 };

  it('is told how far it is off, and is set when that is more than a minute', async () => {
    const { device, facts, switchOn } = gattBench(gattThermometer, { device: { shows: () => late } });
    await switchOn();
    expect(facts.at(-1)).toMatchObject({ clockOffsetMs: -78_000, quirk: 'plain', battery: 77 });
    expect(device.clockWrites).toEqual([Uint8Array.of(0xea, 0x07, 11, 22, 9, 5, 0)]);
  });

  it('is left alone when it is right', async () => {
    const { device, facts, switchOn } = gattBench(gattThermometer);
    await switchOn();
    expect(facts.at(-1)).toMatchObject({ clockOffsetMs: 0 });
    expect(device.clockWrites).toEqual([]);
  });

  it('is set when it never was', async () => {
    const { device, facts, switchOn } = gattBench(gattThermometer, { device: { shows: () => null } });
    await switchOn();
    expect(facts.at(-1)).toMatchObject({ clockOffsetMs: null });
    expect(device.clockWrites).toHaveLength(1);
  });

  it('of A&D is always set, a moment before the indication is enabled', async () => {
    const { clock, device, radio } = gattBench(gattWeight, {
      build: simulatedAandDScale,
      device: { manufacturer: 'A&D Medical' },
    });
    radio.switchOn(BENCH_ADDRESS, device.peripheral);
    await clock.pass(99);
    expect(radio.done.at(-1)).toBe('read 2a19');
    await clock.pass(1);
    expect(radio.done.slice(-2)).toEqual(['read 2a08', 'write 2a08']);
    await clock.pass(100);
    expect(radio.done.at(-1)).toBe('subscribe 4101');
    expect(device.clockWrites).toHaveLength(1);
  });

  it.each(['BLEsmart_0001', 'Beurer BM59', 'CareSens N'])('of %s is not set after reading it', async name => {
    const { device, switchOn } = gattBench(gattBloodPressure, { device: { name, shows: () => late } });
    await switchOn();
    expect(device.clockWrites).toEqual([]);
  });
});

describe('the clock of an Omron cuff', () => {
  /** Twelve minutes slow, and eight. */
  it.each([
    [12, 1],
    [8, 0],
  ])('%i minutes off is set %i times, at its first word after the subscriptions', async (minutes, times) => {
    let tell: (value: Uint8Array) => void = () => {};
    const writes: Uint8Array[] = [];
    const shown = Uint8Array.of(0xea, 0x07, 11, 22, 8, 65 - minutes, 0, 7, 0, 0);
    const build = (options: SimulatedGattOptions): SimulatedGattDevice => {
      const device = simulatedGattDevice('gatt-blood-pressure', options);
      const currentTime: SimulatedCharacteristic = {
        service: SERVICE.currentTime,
        characteristic: CHARACTERISTIC.currentTime,
        properties: ['read', 'write', 'notify'],
        write: value => void writes.push(value),
        read: () => shown,
        subscribe: send => {
          tell = send;
          send(shown); // Too early: it does not count.
          return () => {};
        },
      };
      const others = device.peripheral.characteristics.filter(
        has => has.characteristic !== CHARACTERISTIC.dateTime,
      );
      return { ...device, peripheral: { ...device.peripheral, characteristics: [...others, currentTime] } };
    };
    const { clock, switchOn } = gattBench(gattBloodPressure, { build, device: { name: 'BLEsmart_0001' } });
    await switchOn();
    expect(writes).toEqual([]);
    tell(shown);
    tell(shown);
    await clock.settle();
    const now = Uint8Array.of(0xea, 0x07, 11, 22, 9, 5, 1, 7, 0);
    expect(writes.map(value => value.subarray(0, 9))).toEqual(Array.from({ length: times }, () => now));
  });
});

describe('a meter with a memory', () => {
  const glucoseOf = (numbers: (string | number)[][]) =>
    numbers.filter(([parameter]) => parameter === 'glucose').map(([, value]) => value);

  it('gives all records, is let go, and next time gives only the new ones', async () => {
    const { clock, device, switchOn, numbers, radio } = gattBench(gattGlucose);
    for (let count = 0; count < 40; count += 1) device.measure();
    await switchOn();
    expect(glucoseOf(numbers())).toHaveLength(40);
    expect(radio.done.slice(-3)).toEqual(['subscribe 2a52', 'write 2a52', 'disconnect']);
    device.measure();
    await clock.pass(10_000);
    expect(glucoseOf(numbers())).toHaveLength(41);
    expect(device.store?.size).toBe(41);
  });

  it('that counts anew is read again from the beginning', async () => {
    const { clock, device, switchOn, numbers } = gattBench(gattGlucose);
    for (let count = 0; count < 5; count += 1) device.measure();
    await switchOn();
    device.store?.reset();
    device.measure();
    device.measure();
    await clock.pass(10_000);
    expect(glucoseOf(numbers())).toHaveLength(7);
  });

  it.each([gattGlucose, gattPulseOximeterSpot])(
    'of $protocol is emptied only if a practice wants it, and after its records are kept',
    async driver => {
      const order: string[] = [];
      const { device, switchOn, kept } = gattBench(driver, {
        transport: {
          deleteKept: true,
          persist: async numbers => {
            await Promise.resolve();
            order.push(`kept with ${device.store?.size ?? 0} in the device`);
            kept.push(...numbers);
          },
        },
      });
      for (let count = 0; count < 3; count += 1) device.measure();
      await switchOn();
      expect(order).toEqual(Array.from({ length: 3 }, () => 'kept with 3 in the device'));
      expect(device.store?.size).toBe(0);
    },
  );

  it.each([gattGlucose, gattPulseOximeterSpot])(
    'of $protocol loses nothing when it cannot be kept',
    async driver => {
      const failing = { deleteKept: true, persist: () => Promise.reject(new AppError('DISK_FULL', 'Full.')) };
      const { device, switchOn, failures } = gattBench(driver, { transport: failing });
      device.measure();
      await switchOn();
      expect(failures).toContain('DISK_FULL');
      expect(device.store?.size).toBe(1);
    },
  );

  it.each([gattGlucose, gattPulseOximeterSpot])(
    'of $protocol loses nothing where nobody keeps records',
    async driver => {
      const { device, switchOn } = gattBench(driver, {
        keepsRecords: false,
        transport: { deleteKept: true },
      });
      device.measure();
      await switchOn();
      expect(device.store?.size).toBe(1);
    },
  );
});

describe('a device that streams', () => {
  it.each([gattHeartRate, gattPulseOximeter])(
    '$protocol is gone after five seconds of silence',
    async driver => {
      const { clock, device, switchOn, statuses, failures } = gattBench(driver);
      await switchOn();
      device.measure();
      await clock.pass(4_999);
      expect(statuses.at(-1)?.state).toBe('connected');
      await clock.pass(1);
      expect(failures).toEqual(['DEVICE_LOST']);
      expect(statuses.at(-1)?.state).not.toBe('connected');
    },
  );

  it('keeps no records of a stream', async () => {
    const { clock, device, switchOn, kept } = gattBench(gattHeartRate);
    await switchOn();
    device.measure();
    await clock.settle();
    expect(kept).toEqual([]);
  });
});

describe('enrolment', () => {
  it('never takes another device, though it has the same name and services', async () => {
    const { clock, radio, device, samples } = gattBench(gattBloodPressure);
    radio.switchOn('c0:26:da:00:00:99', device.peripheral);
    device.measure();
    await clock.pass(60_000);
    expect(radio.done).toEqual([]);
    expect(samples).toEqual([]);
  });

  it('gives up a device that has nothing of its profile', async () => {
    const { clock, radio, device, failures } = gattBench(gattBloodPressure);
    radio.switchOn(BENCH_ADDRESS, { ...device.peripheral, characteristics: [] });
    await clock.settle();
    expect(failures).toEqual(['DEVICE_LOST']);
    expect(radio.done).toEqual(['connect', 'discover', 'disconnect']);
  });
});
