import { describe, expect, it } from 'vitest';
import { type Sample } from '@shimabashi/contracts';
import { taidocPacket } from './decoders/vendor/taidoc.ts';
import { type NumericReading } from './decoder.ts';
import { taidoc } from './drivers/taidoc.ts';
import { Supervisor } from './supervisor.ts';
import { manualClock } from './testing/manual-clock.ts';
import { replayTransport } from './transports/replay.ts';

const record = [
  taidocPacket(0x25, [0x21, 0x24, 0x0e, 0x15], 0xa5),
  taidocPacket(0x26, [104, 0, 0, 0], 0xa5),
] as const;

/** A meter that is read, pulled, and read again. Gives the samples, and what was kept. */
async function readTwice(persist?: (numbers: readonly NumericReading[]) => Promise<void>): Promise<Sample[]> {
  const { transport, device } = replayTransport();
  const clock = manualClock(0);
  const stop = new AbortController();
  const samples: Sample[] = [];
  const supervisor = new Supervisor(
    [{ deviceId: 'meter', name: 'Meter', driver: taidoc, transport, ...(persist && { persist }) }],
    clock,
    {
      onSamples: some => void samples.push(...some),
      onWaveform: () => {},
      onStatus: () => {},
      onWithdrawn: () => {},
      onSessionFailed: () => {},
    },
  );
  const running = supervisor.run(stop.signal);
  for (let round = 0; round < 2; round += 1) {
    await clock.pass(1_000);
    device.send(...record);
    await clock.pass(100);
    device.hangUp();
    await clock.pass(1_000);
  }
  stop.abort();
  await clock.settle();
  await running;
  return samples;
}

describe('a memory that is read anew', () => {
  it('gives a record once, when it is kept', async () => {
    const kept: NumericReading[] = [];
    const samples = await readTwice(async numbers => void kept.push(...numbers));
    expect(samples.map(({ measured }) => measured)).toEqual([{ status: 'measured', value: 104 }]);
    expect(kept).toHaveLength(1);
  });

  it('gives it again while it could not be kept', async () => {
    const samples = await readTwice(() => Promise.reject(new Error('no space')));
    expect(samples).toHaveLength(2);
  });

  it('gives it again to those who keep nothing', async () => {
    expect(await readTwice()).toHaveLength(2);
  });
});
