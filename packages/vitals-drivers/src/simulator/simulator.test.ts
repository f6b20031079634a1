import { createConnection } from 'node:net';
import { once } from 'node:events';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { assert } from '@shimabashi/contracts';
import { type Driver, readingsOf } from '../driver.ts';
import { noninDf2 } from '../drivers/nonin-df2.ts';
import { tcpTransport } from '../transports/tcp.ts';
import { decodeAll, numbersOf, numericsOf } from '../testing/driver-contract.ts';
import { type Encoder } from './encoder.ts';
import { NoninDf2Encoder } from './nonin-df2-encoder.ts';
import { startPacer } from './pacer.ts';
import { SimulatedPatient } from './patient.ts';
import { type Scenario } from './scenarios.ts';
import { type Simulator, startSimulator } from './simulator.ts';

/** The bytes of so many seconds of a scenario, without waiting for them. */
function bytesOf(scenario: Scenario, seconds: number, seed = 7): Uint8Array {
  const encoder: Encoder = new NoninDf2Encoder();
  const patient = new SimulatedPatient(seed, scenario);
  const frames = Array.from({ length: seconds * 75 }, () => encoder.nextFrame(patient).bytes);
  return Uint8Array.from(frames.flatMap(frame => [...frame]));
}

const readingsIn = (scenario: Scenario, seconds: number, driver: Driver = noninDf2) =>
  decodeAll(driver, [bytesOf(scenario, seconds)]);
const valuesOf = (scenario: Scenario, seconds: number, wanted: string) =>
  numbersOf(readingsIn(scenario, seconds)).flatMap(([parameter, value]) =>
    parameter === wanted ? [value] : [],
  );

describe('scenarios in Nonin DF2', () => {
  it('are the same for the same seed', () => {
    expect(bytesOf('normal', 10, 3)).toEqual(bytesOf('normal', 10, 3));
    expect(bytesOf('normal', 10, 3)).not.toEqual(bytesOf('normal', 10, 4));
  });

  it('normal stays near rest, three numbers a second and no bad frame', () => {
    const rates = valuesOf('normal', 600, 'pulse-rate');
    expect(rates).toHaveLength(1_800);
    expect(Math.min(...rates)).toBeGreaterThanOrEqual(62);
    expect(Math.max(...rates)).toBeLessThanOrEqual(82);
    const saturations = valuesOf('normal', 600, 'SpO2');
    expect(Math.min(...saturations)).toBeGreaterThanOrEqual(95);
    expect(Math.max(...saturations)).toBeLessThanOrEqual(99);
    expect(readingsIn('normal', 60).some(({ kind }) => kind === 'rejected')).toBe(false);
  });

  it('desaturation falls to 84 and recovers, again and again', () => {
    const saturations = valuesOf('desaturation', 160, 'SpO2');
    for (const cycleS of [0, 80]) {
      const perSecond = saturations.slice(cycleS * 3, (cycleS + 80) * 3);
      expect(Math.min(...perSecond)).toBeGreaterThanOrEqual(82);
      expect(Math.min(...perSecond)).toBeLessThanOrEqual(84);
      expect(perSecond.at(-1)).toBeGreaterThanOrEqual(95);
    }
  });

  it('probe-off has no number, and says why', () => {
    const readings = numericsOf(readingsIn('probe-off', 2));
    expect(readings.map(({ measured }) => measured)).toEqual(
      readings.map(() => ({ status: 'absent', reason: 'sensor-off' })),
    );
    expect(readings).toHaveLength(12);
  });

  it('ramp changes both numbers with every packet', () => {
    const rates = valuesOf('ramp', 120, 'pulse-rate');
    const saturations = valuesOf('ramp', 120, 'SpO2');
    expect(rates.every((rate, at) => rate >= 60 && rate <= 180 && rate !== rates[at + 1])).toBe(true);
    expect(
      saturations.every((value, at) => value >= 80 && value <= 99 && value !== saturations[at + 1]),
    ).toBe(true);
    const pairs = rates.slice(0, 300).map((rate, at) => `${rate} ${saturations[at]}`);
    expect(new Set(pairs).size).toBe(300);
  });

  it('draws as many beats as it counts', () => {
    const pleth = readingsIn('normal', 60).flatMap(reading =>
      reading.kind === 'waveform' ? [reading.value ?? 0] : [],
    );
    const rises = pleth.filter((value, at) => value < 170 && (pleth[at + 1] ?? 0) >= 170).length;
    const rates = valuesOf('normal', 60, 'pulse-rate');
    const mean = rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
    expect(Math.abs(rises - mean)).toBeLessThanOrEqual(2);
  });
});

describe('startPacer', () => {
  it('keeps the rate without drift, catches up a late timer, and does not burst after a pause', () => {
    let nowMs = 0;
    let due = () => {};
    let steps = 0;
    startPacer({
      perSecond: 75,
      step: () => (steps += 1),
      monotonicMs: () => nowMs,
      after: (_, run) => {
        due = run;
        return () => {};
      },
    });
    for (nowMs = 7; nowMs <= 10_000; nowMs += 17) due();
    expect(steps).toBe(748);
    nowMs += 60_000;
    due();
    expect(steps).toBeLessThan(760);
  });
});

describe('startSimulator', () => {
  const running: Simulator[] = [];
  const start = async (options: Partial<Parameters<typeof startSimulator>[0]> = {}) => {
    const simulator = await startSimulator({
      protocol: 'nonin-df2',
      scenario: 'ramp',
      seed: 1,
      to: { kind: 'tcp', port: 0 },
      ...options,
    });
    running.push(simulator);
    assert(simulator.port !== null, 'a TCP simulator has a port');
    return { simulator, port: simulator.port };
  };
  afterEach(async () => {
    for (const simulator of running.splice(0)) await simulator.stop();
  });

  it('is read by the driver over TCP like a monitor, and tells when it wrote what', async () => {
    const written: string[] = [];
    const { port } = await start({
      onFrameWritten: ({ completed }) => {
        written.push(...completed.map(({ parameter, value }) => `${parameter} ${value}`));
      },
    });
    const session = new AbortController();
    const connection = await tcpTransport({ host: '127.0.0.1', port }).open(session.signal);
    const read: string[] = [];
    for await (const readings of readingsOf({ driver: noninDf2, connection, signal: session.signal })) {
      read.push(...numbersOf(readings).map(([parameter, value]) => `${parameter} ${value}`));
      if (read.length >= 4) session.abort();
    }
    expect(written.join()).toContain(read.join());
  });

  it('serves several clients at once', async () => {
    const { port } = await start();
    const clients = [
      createConnection({ port, host: '127.0.0.1' }),
      createConnection({ port, host: '127.0.0.1' }),
    ];
    await Promise.all(clients.map(client => once(client, 'data')));
    for (const client of clients) client.destroy();
    expect(clients).toHaveLength(2);
  });

  it('says which port is taken', async () => {
    const { port } = await start();
    await expect(start({ to: { kind: 'tcp', port } })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });

  it('does not know every protocol', async () => {
    await expect(start({ protocol: 'none' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('falls silent and goes on when it is told to, at 75 frames a second', async () => {
    vi.useFakeTimers();
    let bytes = 0;
    const simulator = await startSimulator({
      protocol: 'nonin-df2',
      scenario: 'normal',
      seed: 1,
      to: { kind: 'writer', write: frame => (bytes += frame.length) },
    });
    vi.advanceTimersByTime(2_000);
    expect(bytes).toBe(2 * 75 * 5);
    simulator.stall();
    vi.advanceTimersByTime(5_000);
    expect(bytes).toBe(2 * 75 * 5);
    simulator.resume();
    vi.advanceTimersByTime(1_000);
    expect(bytes).toBe(3 * 75 * 5);
    await simulator.stop();
    vi.useRealTimers();
  });
});
