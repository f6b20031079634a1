import { afterEach, describe, expect, it } from 'vitest';
import { Supervisor } from '../supervisor.ts';
import { systemClock } from '../system-clock.ts';
import { mllp } from '../drivers/hl7-oru.ts';
import { decodeAll, numbersOf, numericsOf } from '../testing/driver-contract.ts';
import { listenForMonitors } from '../transports/listening.ts';
import { Hl7Encoder } from './hl7-encoder.ts';
import { NoninDf2Encoder } from './nonin-df2-encoder.ts';
import { SimulatedPatient } from './patient.ts';
import { type Scenario } from './scenarios.ts';
import { startSimulator } from './simulator.ts';
import { noninDf2 } from '../drivers/nonin-df2.ts';

/** What a bedside monitor says in so many seconds. */
function monitored(scenario: Scenario, seconds: number) {
  const encoder = new Hl7Encoder();
  const patient = new SimulatedPatient(3, scenario);
  return decodeAll(
    mllp,
    Array.from({ length: seconds }, () => encoder.nextFrame(patient).bytes),
  );
}
const lastOf = (scenario: Scenario, seconds: number, wanted: string) =>
  numbersOf(monitored(scenario, seconds)).findLast(([parameter]) => parameter === wanted)?.[1];

describe('the stories of a patient', () => {
  it('normal is a resting adult', () => {
    const last = (wanted: string) => lastOf('normal', 30, wanted);
    expect(last('systolic-pressure')).toBeGreaterThan(115);
    expect(last('body-temperature')).toBeCloseTo(36.6, 0);
    expect(last('respiratory-rate')).toBeCloseTo(15, -1);
  });

  it('hypotension, fever and arrhythmia end where they say', () => {
    expect(lastOf('hypotension', 90, 'systolic-pressure')).toBeLessThan(90);
    expect(lastOf('hypotension', 90, 'pulse-rate')).toBeGreaterThan(105);
    expect(lastOf('fever', 150, 'body-temperature')).toBeGreaterThan(39);
    expect(lastOf('fever', 150, 'pulse-rate')).toBeGreaterThan(98);
    expect(lastOf('arrhythmia', 30, 'pulse-rate')).toBeGreaterThan(95);
  });

  it('arrhythmia makes no two beats alike, and ECG and pleth have the same beats', () => {
    const beatsOf = (scenario: Scenario, wave: string, limit: number) => {
      const values = monitored(scenario, 60).flatMap(reading =>
        reading.kind === 'waveform' && reading.waveform === wave ? [reading.value ?? 0] : [],
      );
      return values.flatMap((value, at) => (value < limit && (values[at + 1] ?? 0) >= limit ? [at] : []));
    };
    const spread = (beats: readonly number[]) => {
      const gaps = beats.slice(1).map((beat, at) => beat - (beats[at] ?? 0));
      return Math.max(...gaps) / Math.min(...gaps);
    };
    expect(spread(beatsOf('normal', 'ecg', 0.7))).toBeLessThan(1.2);
    expect(spread(beatsOf('arrhythmia', 'ecg', 0.7))).toBeGreaterThan(1.8);
    const ecg = beatsOf('arrhythmia', 'ecg', 0.7).length;
    expect(Math.abs(ecg - beatsOf('arrhythmia', 'pleth', 2_600).length)).toBeLessThanOrEqual(2);
  });

  it('a wrong clock stands in another century', () => {
    expect(numericsOf(monitored('wrong-clock', 1))[0]?.deviceTime).toBe('2001-01-01T00:00:01');
  });

  it('motion and a cold hand are told by the device', () => {
    const qualityIn = (scenario: Scenario) => {
      const encoder = new NoninDf2Encoder();
      const patient = new SimulatedPatient(3, scenario);
      const frames = Array.from({ length: 750 }, () => encoder.nextFrame(patient).bytes);
      return new Set(numericsOf(decodeAll(noninDf2, frames)).flatMap(({ quality }) => quality));
    };
    expect(qualityIn('normal')).toEqual(new Set());
    expect(qualityIn('motion')).toContain('artifact');
    expect(qualityIn('low-perfusion')).toContain('perfusion-low');
  });
});

describe('a simulated monitor that calls', () => {
  const cleanUps: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
  });

  it('is heard by the supervisor on the listening port', async () => {
    const gateway = await listenForMonitors({ host: '127.0.0.1', port: 0 });
    cleanUps.push(() => gateway.close());
    const heard = Promise.withResolvers<readonly string[]>();
    const kept: string[] = [];
    const persist = async (numbers: readonly { parameter: string }[]) => {
      kept.push(...numbers.map(({ parameter }) => parameter));
    };
    const device = {
      deviceId: 'monitor-1',
      name: 'BSM',
      driver: mllp,
      transport: gateway.transportFor('127.0.0.1'),
    };
    const stop = new AbortController();
    const running = new Supervisor([{ ...device, persist }], systemClock, {
      onSamples: samples => heard.resolve(samples.map(({ parameter }) => parameter)),
      onWaveform: () => {},
      onStatus: () => {},
      onWithdrawn: () => {},
      onSessionFailed: () => {},
    }).run(stop.signal);
    const simulator = await startSimulator({
      protocol: 'mllp',
      scenario: 'normal',
      seed: 1,
      to: { kind: 'call', host: '127.0.0.1', port: gateway.port },
    });
    cleanUps.push(() => simulator.stop());
    expect(await heard.promise).toContain('systolic-pressure');
    stop.abort();
    await running;
  });

  it('has a neighbour in the scenario of two devices', async () => {
    const simulator = await startSimulator({
      protocol: 'nonin-df2',
      scenario: 'two-devices',
      seed: 1,
      to: { kind: 'tcp', port: 0 },
    });
    cleanUps.push(() => simulator.stop());
    expect(simulator.secondPort).not.toBeNull();
    expect(simulator.secondPort).not.toBe(simulator.port);
    await expect(
      startSimulator({
        protocol: 'nonin-df2',
        scenario: 'two-devices',
        seed: 1,
        to: { kind: 'writer', write: () => {} },
      }),
    ).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });
});
