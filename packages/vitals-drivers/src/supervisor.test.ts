import { describe, expect, it } from 'vitest';
import { DeviceStatus, type Sample, Sample as SampleSchema, WaveformBlock } from '@shimabashi/contracts';
import { type Driver } from './driver.ts';
import { noninDf2 } from './drivers/nonin-df2.ts';
import { Supervisor } from './supervisor.ts';
import { joined } from './testing/chunks.ts';
import { manualClock } from './testing/manual-clock.ts';
import { PUFFERFISH_PACKET } from './testing/nonin-df2-vectors.ts';
import { replayTransport } from './transports/replay.ts';

const START_MS = Date.UTC(2026, 10, 22, 0, 0, 0);

function started(driver: Driver = noninDf2, { present = true } = {}) {
  const clock = manualClock(START_MS);
  const { transport, device } = replayTransport();
  device.setPresent(present);
  const samples: Sample[] = [];
  const blocks: WaveformBlock[] = [];
  const said: string[] = [];
  const supervisor = new Supervisor([{ deviceId: 'spo2-1', name: 'Ward', driver, transport }], clock, {
    onSamples: batch => {
      samples.push(...batch);
      said.push('samples');
    },
    onWaveform: block => blocks.push(block),
    onStatus: status => {
      expect(DeviceStatus.safeParse(status).success).toBe(true);
      said.push(status.state);
    },
    onWithdrawn: deviceId => said.push(`withdrawn ${deviceId}`),
    onSessionFailed: (_, error) => said.push(error.code),
  });
  const stop = new AbortController();
  const ended = supervisor.run(stop.signal);
  return { clock, device, samples, blocks, said, supervisor, ended, stop: () => stop.abort() };
}

describe('Supervisor', () => {
  it('takes a device from initial to connected, and gives what it measures', async () => {
    const { clock, device, samples, blocks, said } = started();
    await clock.settle();
    expect(said).toEqual(['connecting', 'negotiating']);
    device.send(PUFFERFISH_PACKET);
    await clock.settle();
    expect(said).toEqual(['connecting', 'negotiating', 'connected', 'samples']);
    expect(
      samples.map(({ parameter, unit, sequence, receivedAtMs }) => [parameter, unit, sequence, receivedAtMs]),
    ).toEqual([
      ['pulse-rate', '/min', 0, START_MS],
      ['SpO2', '%', 1, START_MS],
    ]);
    expect(samples.every(sample => SampleSchema.safeParse(sample).success)).toBe(true);
    expect(new Set(samples.map(sample => sample.deviceName))).toEqual(new Set(['Ward']));
    expect(blocks.every(block => WaveformBlock.safeParse(block).success)).toBe(true);
  });

  it('gives numbers at once and the wave in blocks of at most 80 ms', async () => {
    const { clock, device, samples, blocks } = started();
    await clock.settle();
    for (let at = 0; at < 6; at += 1) {
      device.send(PUFFERFISH_PACKET.subarray(at * 5, at * 5 + 5));
      await clock.pass(13);
      expect(samples).toHaveLength(at < 3 ? 0 : 2);
    }
    expect(blocks.map(({ firstSequence, samples: wave }) => [firstSequence, wave.length])).toEqual([[0, 6]]);
  });

  it('withdraws every value and closes the line when the device falls silent', async () => {
    const { clock, device, said, supervisor } = started();
    await clock.settle();
    device.send(PUFFERFISH_PACKET);
    await clock.pass(2_999);
    expect(said.at(-1)).toBe('samples');
    await clock.pass(1);
    expect(said.slice(4)).toEqual(['DEVICE_LOST', 'withdrawn spo2-1', 'connecting']);
    expect(device.openLines).toBe(0);
    expect(supervisor.statuses()[0]).toMatchObject({ state: 'connecting', lastHeardAtMs: START_MS });
  });

  it('does not take noise for a device', async () => {
    const { clock, device, said } = started();
    await clock.settle();
    for (let second = 0; second < 3; second += 1) {
      device.send(new Uint8Array(50).fill(0x55));
      await clock.pass(1_000);
    }
    expect(said).not.toContain('connected');
    expect(said.slice(-2)).toEqual(['DEVICE_LOST', 'connecting']);
  });

  it('comes back when the device does, with ids that were never used', async () => {
    const { clock, device, samples, said } = started();
    await clock.settle();
    device.send(PUFFERFISH_PACKET);
    await clock.settle();
    device.breakLine();
    await clock.settle();
    expect(said.slice(4)).toEqual(['DEVICE_LOST', 'withdrawn spo2-1', 'connecting']);
    await clock.pass(500);
    device.send(PUFFERFISH_PACKET);
    await clock.settle();
    expect(said.slice(7)).toEqual(['negotiating', 'connected', 'samples']);
    expect(new Set(samples.map(({ sampleId }) => sampleId)).size).toBe(4);
  });

  it('waits longer from try to try, up to five seconds', async () => {
    const { clock, said } = started(noninDf2, { present: false });
    const tries: number[] = [];
    for (let second = 0; second < 30; second += 1) {
      await clock.pass(1_000);
      tries.push(said.filter(word => word === 'DEVICE_LOST').length);
    }
    expect(tries.slice(0, 9)).toEqual([2, 2, 3, 3, 3, 3, 4, 4, 4]);
    expect(tries.at(-1)).toBe(8);
  });

  it('counts bad frames and draws them as a gap', async () => {
    const { clock, device, blocks, supervisor } = started();
    await clock.settle();
    const bad = PUFFERFISH_PACKET.with(54, 0); // The sum of the eleventh frame.
    device.send(joined([bad, PUFFERFISH_PACKET]));
    await clock.settle();
    expect(supervisor.statuses()[0]).toMatchObject({ state: 'connected', badFrames: 1 });
    expect(blocks.flatMap(({ samples }) => samples).indexOf(null)).toBe(10);
  });

  it('ends when it is stopped, and closes the line', async () => {
    const { clock, device, ended, stop, said } = started();
    await clock.settle();
    device.send(PUFFERFISH_PACKET);
    await clock.settle();
    stop();
    await ended;
    expect(device.openLines).toBe(0);
    expect(said.slice(4)).toEqual(['withdrawn spo2-1', 'connecting', 'initial']);
  });

  it('ends while it waits for the next try', async () => {
    const { clock, ended, stop } = started(noninDf2, { present: false });
    await clock.settle();
    stop();
    await expect(ended).resolves.toBeUndefined();
  });

  it('runs until it is stopped, even without a device', async () => {
    const clock = manualClock(START_MS);
    const nothing = () => {};
    const supervisor = new Supervisor([], clock, {
      onSamples: nothing,
      onWaveform: nothing,
      onStatus: nothing,
      onWithdrawn: nothing,
      onSessionFailed: nothing,
    });
    const stop = new AbortController();
    let over = false;
    const ended = supervisor.run(stop.signal).then(() => (over = true));
    await clock.pass(60_000);
    expect(over).toBe(false);
    stop.abort();
    await expect(ended).resolves.toBe(true);
  });

  it('takes one more device while it runs, and lets go of one without touching the others', async () => {
    const { clock, device, said, supervisor } = started();
    const another = replayTransport();
    const other = { deviceId: 'spo2-2', name: 'Bed 2', driver: noninDf2, transport: another.transport };
    await clock.settle();
    supervisor.add(other);
    await clock.settle();
    device.send(PUFFERFISH_PACKET);
    another.device.send(PUFFERFISH_PACKET);
    await clock.settle();
    expect(supervisor.statuses().map(({ deviceId, state }) => [deviceId, state])).toEqual([
      ['spo2-1', 'connected'],
      ['spo2-2', 'connected'],
    ]);
    await supervisor.remove('spo2-1');
    expect(said).toContain('withdrawn spo2-1');
    expect([device.openLines, another.device.openLines]).toEqual([0, 1]);
    expect(supervisor.statuses().map(({ deviceId }) => deviceId)).toEqual(['spo2-2']);
    // The same one may come back.
    supervisor.add({ ...other, deviceId: 'spo2-1', transport: replayTransport().transport });
    expect(supervisor.statuses()).toHaveLength(2);
  });

  it('fails with a bug of a driver instead of hiding it', async () => {
    const buggy: Driver = {
      ...noninDf2,
      createDecoder: () => ({
        decode: () => {
          throw new TypeError('a bug');
        },
      }),
    };
    const { clock, device, ended } = started(buggy);
    await clock.settle();
    device.send(PUFFERFISH_PACKET);
    await expect(ended).rejects.toThrow('a bug');
    expect(device.openLines).toBe(0);
  });
});
