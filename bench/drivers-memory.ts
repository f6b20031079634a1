import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { assert } from '@shimabashi/contracts';
import {
  driverOf,
  gattDriverOf,
  type SupervisedDevice,
  Supervisor,
  textRawLog,
  type Transport,
} from '@shimabashi/vitals-drivers';
import { type ManualClock, manualClock, memoryRadio } from '@shimabashi/vitals-drivers/far-ends';
import {
  SimulatedPatient,
  simulatedFrames,
  simulatedFramesPerSecond,
  simulatedGattDevice,
} from '@shimabashi/vitals-drivers/simulator';
import { gattTransport, replayTransport } from '@shimabashi/vitals-drivers/transports';

const START_MS = Date.UTC(2026, 10, 22);
const HOUR_S = 3_600;
/** Code, tables and the first records are there before we weigh. */
const WARM_UP_S = 120;
const STEP_MS = 100;
const HEAP_BYTES_MAX = 1_048_576;
/** As the devices service keeps them on their way to the store. */
const RAW_LOG_CHARS_MAX = 2 * 61_440;
/** ECG 500 Hz and pleth 100 Hz; pleth 75 Hz; and those that stream for hours at a bedside otherwise. */
const LINES = ['hl7-oru', 'nonin-df2', 'contec-v7', 'ivy-ansar'] as const;
const RADIO = [
  ['gatt-pulse-oximeter', 'c0:26:da:00:00:01'],
  ['gatt-heart-rate', 'c0:26:da:00:00:02'],
] as const;

interface Played {
  readonly device: SupervisedDevice;
  /** Sends what the device says in this step, counted from the beginning. */
  send(step: number): void;
}

/**
 * What an hour at a bedside leaves in memory, at the speed of the processor: supervisor, transports,
 * framers, decoders and raw logs of six devices on a clock that is moved on.
 */
export async function measureHour(): Promise<boolean> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const clock = manualClock(START_MS);
  const radio = memoryRadio();
  const played = [
    ...LINES.map(protocol => overLine(protocol)),
    ...RADIO.map(([protocol, address]) => overRadio(protocol, address, { radio, clock })),
  ];
  const counted = { samples: 0, waveSamples: 0 };
  const logged = played.map(({ device }) => withRawLog(device));
  const devices = logged.map(({ device }) => device);
  const supervisor = new Supervisor(devices, clock, {
    onSamples: samples => (counted.samples += samples.length),
    onWaveform: ({ samples }) => (counted.waveSamples += samples.length),
    onStatus: () => {},
    onWithdrawn: () => {},
    onSessionFailed: () => {},
  });
  const stop = new AbortController();
  const running = supervisor.run(stop.signal);
  await clock.settle();
  const go = async (fromS: number, toS: number): Promise<number> => {
    let max = 0;
    for (let step = (fromS * 1_000) / STEP_MS; step < (toS * 1_000) / STEP_MS; step += 1) {
      for (const each of played) each.send(step);
      await clock.pass(STEP_MS);
      if (step % 600 === 0) max = Math.max(max, process.memoryUsage().heapUsed);
    }
    return max;
  };
  const weigh = (): number => {
    // As the service does every half a minute: what waits for the store is bounded, and no growth.
    for (const { flush } of logged) flush();
    collect();
    return process.memoryUsage().heapUsed;
  };
  await go(0, WARM_UP_S);
  const before = weigh();
  const max = await go(WARM_UP_S, WARM_UP_S + HOUR_S);
  const growth = weigh() - before;
  const isWhole = supervisor.statuses().every(({ state }) => state === 'connected');
  stop.abort();
  await running;
  const met = isWhole && growth < HEAP_BYTES_MAX;
  const of = `${counted.samples} numbers, ${counted.waveSamples} samples of waves, ${played.length} devices`;
  console.log(
    `${met ? 'ok  ' : 'FAIL'} heap after an hour: ${(growth / 1_024).toFixed(0)} KiB more  ` +
      `${of}${isWhole ? '' : ', not all connected'}  ` +
      `most between collections ${((max - before) / HEAP_BYTES_MAX).toFixed(1)} MiB  (bound: < 1 MiB)`,
  );
  return met;
}

function overLine(protocol: string): Played {
  const driver = driverOf(protocol);
  assert(driver !== undefined, 'there is such a driver');
  const { transport: recorded, device } = replayTransport();
  // What is written to a replayed device is remembered, as tests want it: here it would be the growth.
  const transport: Transport = {
    open: async signal => ({ ...(await recorded.open(signal)), write: async () => {} }),
  };
  const perStep = (simulatedFramesPerSecond(protocol) * STEP_MS) / 1_000;
  const frames = simulatedFrames(protocol, Math.ceil(((WARM_UP_S + HOUR_S) * 1_000 * perStep) / STEP_MS));
  return {
    device: { deviceId: protocol, name: protocol, driver, transport, persist: async () => {} },
    send: step => {
      const due = frames.slice(Math.floor(step * perStep), Math.floor((step + 1) * perStep));
      if (due.length > 0) device.send(Buffer.concat(due));
    },
  };
}

function overRadio(
  protocol: string,
  address: string,
  { radio, clock }: { radio: ReturnType<typeof memoryRadio>; clock: ManualClock },
): Played {
  const driver = gattDriverOf(protocol);
  assert(driver !== undefined, 'there is such a driver');
  const simulated = simulatedGattDevice(protocol, {
    patient: new SimulatedPatient(1, 'normal'),
    shows: () => null,
  });
  radio.switchOn(address, simulated.peripheral);
  const transport = gattTransport({
    link: radio.link,
    identity: { address },
    driver,
    timeZone: 'Asia/Tokyo',
    clock,
  });
  return {
    device: { deviceId: protocol, name: protocol, driver, transport },
    send: step => {
      if ((step * STEP_MS) % 1_000 === 0) simulated.measure();
    },
  };
}

function withRawLog(device: SupervisedDevice): { device: SupervisedDevice; flush: () => void } {
  let waiting: string[] = [];
  const flush = (): void => {
    waiting = [];
  };
  const rawLog = textRawLog(
    { protocol: device.driver.protocol, deviceId: device.deviceId },
    { maxBytes: RAW_LOG_CHARS_MAX, append: text => waiting.push(text), rotate: flush },
  );
  return { device: { ...device, rawLog }, flush };
}
