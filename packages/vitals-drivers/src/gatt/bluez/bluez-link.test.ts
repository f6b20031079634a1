import { afterEach, describe, expect, it, vi } from 'vitest';
import { gattBloodPressure } from '../../drivers/gatt-profiles.ts';
import { simulatedGattDevice } from '../../simulator/gatt/devices.ts';
import { SimulatedPatient } from '../../simulator/patient.ts';
import { BENCH_NOW } from '../../testing/gatt-bench.ts';
import { describeGattLinkContract } from '../../testing/gatt-link-contract.ts';
import { startFakeBluez, type FakeBluezOptions } from '../../testing/fake-bluez.ts';
import { manualClock } from '../../testing/manual-clock.ts';
import { hasMessageBus, startPrivateBus } from '../../testing/message-bus.ts';
import { GattRefusal } from '../gatt-link.ts';
import { gattTransport } from '../gatt-transport.ts';
import { CHARACTERISTIC, SERVICE } from '../names.ts';
import { type PairingPrompts } from './agent.ts';
import { type BluezLinkOptions, bluezLink } from './bluez-link.ts';

const ADDRESS = 'c0:26:da:00:00:01';

// A message bus is a program of its own, and a busy machine starts it slowly.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

describe.skipIf(!hasMessageBus)('BlueZ, on a message bus of its own (needs dbus-daemon)', () => {
  describeGattLinkContract('BlueZ over D-Bus', async peripheral => {
    const bus = await startPrivateBus();
    const daemon = await startFakeBluez({ busAddress: bus.address, address: ADDRESS, peripheral });
    const link = await bluezLink({ busAddress: bus.address });
    return {
      link,
      address: ADDRESS,
      absentAddress: 'c0:26:da:00:00:02',
      hangUp: () => daemon.hangUp(),
      stop: async () => {
        await link.close();
        daemon.stop();
        await bus.stop();
      },
    };
  });

  describe('BlueZ', () => {
    const cleanUps: (() => unknown)[] = [];
    afterEach(async () => {
      for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
    });

    const started = async (options: Partial<FakeBluezOptions> = {}, linkOptions: BluezLinkOptions = {}) => {
      const bus = await startPrivateBus();
      cleanUps.push(() => bus.stop());
      const device = simulatedGattDevice('gatt-blood-pressure', {
        patient: new SimulatedPatient(1, 'ramp'),
        shows: () => BENCH_NOW,
      });
      const { peripheral } = device;
      const daemonOptions = { busAddress: bus.address, address: ADDRESS, peripheral, ...options };
      const daemon = await startFakeBluez(daemonOptions);
      cleanUps.push(() => daemon.stop());
      const link = await bluezLink({ busAddress: bus.address, ...linkOptions });
      cleanUps.push(() => link.close());
      const connect = (bondFirst: boolean) =>
        link.connect({ address: ADDRESS }, { bondFirst }, new AbortController().signal);
      const restart = async () => {
        daemon.stop();
        const again = await startFakeBluez(daemonOptions);
        cleanUps.push(() => again.stop());
        return again;
      };
      return { bus, daemon, device, link, connect, restart };
    };

    const answering = (entered: number | undefined, same: boolean): PairingPrompts => ({
      passkey: () => Promise.resolve(entered),
      confirm: () => Promise.resolve(same),
    });

    it('reads a cuff, from the scan to its measurement', async () => {
      const { device, link } = await started();
      const transport = gattTransport({
        link,
        identity: { address: ADDRESS },
        driver: gattBloodPressure,
        timeZone: 'Asia/Tokyo',
      });
      device.measure();
      const line = await transport.open(new AbortController().signal);
      const parameters: string[] = [];
      const framer = gattBloodPressure.createFramer();
      const decoder = gattBloodPressure.createDecoder();
      for await (const chunk of line.bytes) {
        for (const reading of framer.push(chunk).flatMap(framed => decoder.decode(framed))) {
          if (reading.kind === 'numeric') parameters.push(reading.parameter);
        }
        if (parameters.length >= 4) break;
      }
      await line.close();
      expect(parameters).toEqual([
        'systolic-pressure',
        'diastolic-pressure',
        'mean-arterial-pressure',
        'pulse-rate',
      ]);
    });

    it('bonds before it connects, and does not again once it is bonded', async () => {
      const { daemon, connect } = await started();
      await (await connect(true)).close();
      expect(daemon.calls).toContain('Device1.Pair');
      expect(daemon.calls).not.toContain('Device1.Connect');
      const pairs = () => daemon.calls.filter(call => call === 'Device1.Pair').length;
      await (await connect(true)).close();
      expect(pairs()).toBe(1);
    });

    it('loses nothing that a bonded device says before it is subscribed to again', async () => {
      const { daemon, device, connect } = await started();
      const place = { service: SERVICE.bloodPressure, characteristic: CHARACTERISTIC.bloodPressure };
      const first = await connect(true);
      await first.subscribe(place, () => {});
      daemon.hangUp();
      await first.disconnected;
      device.measure();
      const again = await connect(true);
      const values: Uint8Array[] = [];
      await again.subscribe(place, value => values.push(value));
      expect(values).toHaveLength(1);
    });

    it('takes no value that it has read for one that the device sent', async () => {
      const { connect } = await started();
      const connection = await connect(false);
      const place = { service: SERVICE.bloodPressure, characteristic: CHARACTERISTIC.dateTime };
      const values: Uint8Array[] = [];
      await connection.read(place);
      await connection.subscribe(place, value => values.push(value)).catch(() => {});
      expect(values).toEqual([]);
    });

    it('gives the number that the device shows to the daemon, once a person has entered it', async () => {
      const prompts = answering(123_456, false);
      const { connect, daemon } = await started({ pairing: { passkey: 123_456 } }, { prompts });
      await (await connect(true)).close();
      expect(daemon.calls).toContain('AgentManager1.UnregisterAgent');
    });

    const REFUSALS: readonly (readonly [string, PairingPrompts, FakeBluezOptions['pairing'] & object])[] = [
      ['a wrong number', answering(1, true), { passkey: 123_456 }],
      ['no number', answering(undefined, true), { passkey: 123_456 }],
      ['a number that is not the same', answering(1, false), { confirm: 7 }],
    ];
    it.each(REFUSALS)('is refused with %s', async (_, prompts, pairing) => {
      const { connect } = await started({ pairing }, { prompts });
      await expect(connect(true)).rejects.toBeInstanceOf(GattRefusal);
    });

    it('is refused where the device wants a person and there is none', async () => {
      const { connect } = await started({ pairing: { confirm: 7 } });
      await expect(connect(true)).rejects.toBeInstanceOf(GattRefusal);
    });

    it('confirms the number that is on both', async () => {
      const asked: number[] = [];
      const prompts: PairingPrompts = {
        ...answering(undefined, true),
        confirm: (_, passkey) => {
          asked.push(passkey);
          return Promise.resolve(true);
        },
      };
      const { connect } = await started({ pairing: { confirm: 7 } }, { prompts });
      await (await connect(true)).close();
      expect(asked).toEqual([7]);
    });

    it('notices that the daemon went, and works with the next one', async () => {
      const { connect, restart } = await started();
      const connection = await connect(false);
      await restart();
      await connection.disconnected;
      // Until it has told what it has, there is no adapter: whoever connects tries again.
      const again = await vi.waitFor(() => connect(false), { interval: 5, timeout: 10_000 });
      expect(again.identity.address).toBe(ADDRESS);
    });

    it('fails with DEVICE_LOST without a bus, and without an adapter of the name', async () => {
      await expect(bluezLink({ busAddress: 'unix:path=/nonexistent/bus' })).rejects.toMatchObject({
        code: 'DEVICE_LOST',
      });
      const { connect } = await started({}, { adapter: 'hci7' });
      await expect(connect(false)).rejects.toMatchObject({ code: 'DEVICE_LOST' });
    });

    it('begins anew when scanning has died, and switches the radio off and on in the end', async () => {
      const clock = manualClock(0);
      let stuck = 0;
      const { daemon, link } = await started({}, { clock, onStuck: () => (stuck += 1) });
      const scanning = new AbortController();
      let heard = 0;
      const heardOnce = new Promise<void>(resolve => {
        void link.scan({}, () => (heard += 1) && resolve(), scanning.signal);
      });
      await heardOnce;
      daemon.setDeaf(true);
      const countOf = (call: string) => daemon.calls.filter(one => one === call).length;
      const startsAfter = async (starts: number) => {
        await clock.pass(60_000);
        await expect
          .poll(() => countOf('Adapter1.StartDiscovery'), { interval: 5, timeout: 10_000 })
          .toBe(starts);
      };
      for (const starts of [2, 3, 4]) await startsAfter(starts);
      expect(countOf('Properties.Set')).toBe(0);
      await startsAfter(5);
      expect(countOf('Properties.Set')).toBe(2);
      expect(stuck).toBe(0);
      for (const starts of [6, 7, 8, 9]) await startsAfter(starts);
      expect(stuck).toBe(1);
      daemon.setDeaf(false);
      daemon.advertise();
      await expect.poll(() => heard, { interval: 5, timeout: 10_000 }).toBe(2);
      scanning.abort();
    });
  });
});
