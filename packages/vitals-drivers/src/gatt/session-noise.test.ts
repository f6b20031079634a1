import * as fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { Sample } from '@shimabashi/contracts';
import { POSSIBLE } from '../decoders/possible.ts';
import { GATT_DRIVERS } from '../drivers/gatt-profiles.ts';
import { simulatedGattDevice } from '../simulator/gatt/devices.ts';
import { type SimulatedPeripheral } from '../simulator/gatt/peripheral.ts';
import { gattBench } from '../testing/gatt-bench.ts';
import { GattRefusal } from './gatt-link.ts';

// Half a minute of nonsense, thirty times over: a busy machine takes its time.
vi.setConfig({ testTimeout: 60_000 });

/** A device that answers anything with what `noise` has, refuses now and then, and speaks unasked. */
function noisy(peripheral: SimulatedPeripheral, noise: readonly Uint8Array[]): SimulatedPeripheral {
  let at = 0;
  const next = () => {
    const value = noise[at % noise.length] ?? new Uint8Array();
    at += 1;
    if (value.length === 1) throw new GattRefusal('noise');
    return value;
  };
  const senders: ((value: Uint8Array) => void)[] = [];
  const speak = () => {
    for (const send of senders) send(noise[at % noise.length] ?? new Uint8Array());
  };
  return {
    ...peripheral,
    characteristics: peripheral.characteristics.map(({ service, characteristic, properties }) => ({
      service,
      characteristic,
      properties,
      read: next,
      write: () => {
        next();
        speak();
      },
      subscribe: (send: (value: Uint8Array) => void) => {
        next();
        senders.push(send);
        speak();
        return () => {};
      },
    })),
  };
}

describe.each(GATT_DRIVERS)('$protocol against a device that makes no sense', driver => {
  it('gives possible numbers or none, fails as a lost device does, and ends when it is told', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ maxLength: 24 }), { minLength: 1, maxLength: 12 }),
        async noise => {
          const bench = gattBench(driver, {
            transport: { deleteKept: true },
            build: options => ({
              peripheral: noisy(simulatedGattDevice(driver.protocol, options).peripheral, noise),
              measure: () => {},
              store: null,
              clockWrites: [],
            }),
          });
          await bench.switchOn();
          await bench.clock.pass(40_000);
          bench.stop();
          await bench.ended;
          expect(bench.samples.filter(sample => !isPossible(sample))).toEqual([]);
          expect(new Set([...bench.failures, 'DEVICE_LOST'])).toEqual(new Set(['DEVICE_LOST']));
        },
      ),
      { numRuns: 30 },
    );
  });
});

function isPossible(sample: Sample): boolean {
  if (!Sample.safeParse(sample).success) return false;
  const [low, high] = POSSIBLE[sample.parameter];
  const { measured } = sample;
  return measured.status === 'absent' || (measured.value >= low && measured.value <= high);
}
