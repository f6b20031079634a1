import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { gattThermometer } from '../../drivers/gatt-profiles.ts';
import { simulatedGattDevice } from '../../simulator/gatt/devices.ts';
import { SimulatedPatient } from '../../simulator/patient.ts';
import { numbersOf } from '../../testing/driver-contract.ts';
import { BENCH_NOW } from '../../testing/gatt-bench.ts';
import { describeGattLinkContract } from '../../testing/gatt-link-contract.ts';
import {
  hasVirtualRadio,
  playPeripheral,
  startVirtualAir,
  type VirtualAir,
} from '../../testing/virtual-radio.ts';
import { gattTransport } from '../gatt-transport.ts';
import { type SupervisorClock } from '../../supervised.ts';
import { systemClock } from '../../system-clock.ts';
import { nobleLink } from './noble-link.ts';

// Emulators are programs of their own, and a busy machine starts them slowly.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

/** noble loses refusals of writes, and the suite need not wait for their answer as long as a ward would. */
const HASTY_CLOCK: SupervisorClock = {
  ...systemClock,
  after: (delayMs, run) => systemClock.after(delayMs / 3, run),
};

describe.skipIf(!hasVirtualRadio)('noble, on emulated controllers (needs btvirt, socat, gcc)', () => {
  describeGattLinkContract('noble over HCI', async peripheral => {
    const air = await startVirtualAir();
    const device = await playPeripheral(await air.controller(), peripheral);
    const uart = { port: await air.controller(), baudRate: 115_200 };
    const link = await nobleLink({ uart, clock: HASTY_CLOCK });
    return {
      link,
      address: device.address,
      absentAddress: 'c0:26:da:00:00:02',
      hangUp: () => device.hangUp(),
      stop: async () => {
        await link.close();
        device.stop();
        await air.stop();
      },
    };
  });

  describe('a thermometer on the air', () => {
    let air: VirtualAir;
    beforeAll(async () => {
      air = await startVirtualAir();
    });
    afterAll(() => air.stop());

    it('is found, connected, discovered, set and read, and its indication is confirmed', async () => {
      let second = 0; // A slow clock of 2020, and each measurement at another moment of it.
      const device = simulatedGattDevice('gatt-thermometer', {
        patient: new SimulatedPatient(3, 'ramp'),
        shows: () => ({ ...BENCH_NOW, year: 2020, second: (second += 1) }),
      });
      device.measure();
      device.measure();
      const played = await playPeripheral(await air.controller(), device.peripheral);
      const link = await nobleLink({ uart: { port: await air.controller(), baudRate: 115_200 } });
      const transport = gattTransport({
        link,
        identity: { address: played.address },
        driver: gattThermometer,
        timeZone: 'Asia/Tokyo',
      });
      const line = await transport.open(new AbortController().signal);
      const framer = gattThermometer.createFramer();
      const decoder = gattThermometer.createDecoder();
      const numbers: [string, number][] = [];
      for await (const chunk of line.bytes) {
        numbers.push(...numbersOf(framer.push(chunk).flatMap(framed => decoder.decode(framed))));
        if (numbers.length === 2) break;
      }
      await line.close();
      await link.close();
      played.stop();
      expect(numbers.map(([parameter]) => parameter)).toEqual(['body-temperature', 'body-temperature']);
      expect(device.clockWrites).toHaveLength(1);
    });
  });
});
