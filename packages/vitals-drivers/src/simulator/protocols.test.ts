import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { assert } from '@shimabashi/contracts';
import { codecOf } from '../codecs/index.ts';
import { decodeAll, numbersOf, numericsOf } from '../testing/driver-contract.ts';
import { type Scenario } from './scenarios.ts';
import { SIMULATED_PROTOCOLS, startSimulator } from './simulator.ts';

/** Everything that a simulated device sends in so many seconds. */
async function sentIn(protocol: string, scenario: Scenario, seconds: number): Promise<Uint8Array[]> {
  const chunks: Uint8Array[] = [];
  const to = { kind: 'writer', write: (bytes: Uint8Array) => void chunks.push(bytes) } as const;
  const simulator = await startSimulator({ protocol, scenario, seed: 7, to });
  vi.advanceTimersByTime(seconds * 1_000);
  await simulator.stop();
  return chunks;
}

/** Bluetooth devices measure what their profile says, and some of them only now and then. */
const isRadio = (protocol: string) => protocol.startsWith('gatt-');
const RADIOS = SIMULATED_PROTOCOLS.filter(isRadio);
const OTHERS = SIMULATED_PROTOCOLS.filter(protocol => !isRadio(protocol));

describe.each(OTHERS)('%s, simulated', protocol => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());
  const driver = codecOf(protocol);
  assert(driver !== undefined, 'what is simulated can be decoded');

  it('is decoded without a bad frame', async () => {
    const readings = decodeAll(driver, await sentIn(protocol, 'normal', 20));
    const values = numbersOf(readings);
    for (const parameter of ['pulse-rate', 'SpO2']) {
      const own = values.filter(([name]) => name === parameter).map(([, value]) => value);
      expect(own.length).toBeGreaterThanOrEqual(8);
      expect(Math.min(...own)).toBeGreaterThanOrEqual(62);
      expect(Math.max(...own)).toBeLessThanOrEqual(100);
    }
    expect(readings.filter(({ kind }) => kind === 'rejected')).toEqual([]);
  });

  it('has no number without a finger', async () => {
    const readings = numericsOf(decodeAll(driver, await sentIn(protocol, 'probe-off', 5))).filter(
      ({ parameter }) => parameter === 'SpO2' || parameter === 'pulse-rate',
    );
    expect(readings.length).toBeGreaterThan(0);
    expect(readings.every(({ measured }) => measured.status === 'absent')).toBe(true);
  });
});

it.each(RADIOS)('%s, simulated, is read by its driver without a bad frame', async protocol => {
  vi.useFakeTimers();
  const driver = codecOf(protocol);
  assert(driver !== undefined, 'what is simulated has a driver');
  const readings = decodeAll(driver, await sentIn(protocol, 'normal', 60));
  vi.useRealTimers();
  expect(numbersOf(readings).length).toBeGreaterThanOrEqual(6);
  expect(readings.filter(({ kind }) => kind === 'rejected')).toEqual([]);
});

it.each([
  ['nonin-df2', 375],
  ['nonin-df7', 375],
  ['nonin-df8', 4],
  ['nonin-df13', 11],
  ['contec-5byte', 300],
  ['bci-5byte', 500],
  ['contec-v7', 540],
])('%s sends %i bytes a second, as a device does', async (protocol, bytesPerSecond) => {
  vi.useFakeTimers();
  const bytes = (await sentIn(protocol, 'normal', 10)).reduce((sum, chunk) => sum + chunk.length, 0);
  vi.useRealTimers();
  expect(bytes / 10).toBeCloseTo(bytesPerSecond, -1);
});
