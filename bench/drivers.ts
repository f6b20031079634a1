import { type Codec, CODECS, driverOf, Supervisor, systemClock } from '@shimabashi/vitals-drivers';
import { validBytesOf } from '@shimabashi/vitals-drivers/corpus';
import {
  SIMULATED_PROTOCOLS,
  simulatedFrames,
  simulatedFramesPerSecond,
} from '@shimabashi/vitals-drivers/simulator';
import { replayTransport } from '@shimabashi/vitals-drivers/transports';
import { measureHour } from './drivers-memory.ts';
import { measureReplugOfHid, measureService } from './drivers-service.ts';

const TIMES_WIRE_MIN = 1_000;
/** Of the processor, for each protocol. */
const MEASURE_MS = 200;
const CHUNK_BYTES = 64;
/** Values of characteristics and records: no device gives more of them in a second. */
const VALUES_PER_SECOND = 10;
const LATENCY_MS = 5;
const LATENCY_SAMPLES = 2_000;
/**
 * How fast bytes are decoded against how fast devices send them, how long a number takes from its last
 * byte to the supervisor's listener, what an hour of a stream leaves in memory, what the devices service
 * costs, and how soon it is back after a device was unplugged.
 */
export async function bench(): Promise<boolean> {
  const speed = CODECS.map(codec => measureSpeed(codec));
  const latency = await measureLatency('nonin-df2');
  const heap = await measureHour();
  const replug = await measureReplugOfHid();
  const service = await measureService();
  return [...speed, latency, heap, replug, service].every(Boolean);
}

/** What a device sends in a second, in frames and bytes. */
function wireOf(codec: Codec, valid: readonly Uint8Array[]): { frames: number; bytes: number } {
  const frameBytes = valid.reduce((sum, bytes) => sum + bytes.length, 0) / valid.length;
  if (SIMULATED_PROTOCOLS.includes(codec.protocol)) {
    const frames = simulatedFramesPerSecond(codec.protocol);
    return { frames, bytes: frames * frameBytes };
  }
  const serial = driverOf(codec.protocol)?.serial;
  if (codec.carries === 'values' || serial === undefined) {
    return { frames: VALUES_PER_SECOND, bytes: VALUES_PER_SECOND * frameBytes };
  }
  const bytes =
    serial.baudRate / (1 + serial.dataBits + (serial.parity === 'none' ? 0 : 1) + serial.stopBits);
  return { frames: bytes / frameBytes, bytes };
}

/** Of this process: what else the machine does at the time does not count. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

function measureSpeed(codec: Codec): boolean {
  const valid = validBytesOf(codec);
  const wire = wireOf(codec, valid);
  const chunks = codec.carries === 'values' ? valid : chopped(Buffer.concat(valid));
  const framer = codec.createFramer();
  const decoder = codec.createDecoder();
  const round = (): void => {
    for (const chunk of chunks) for (const framed of framer.push(chunk)) decoder.decode(framed);
  };
  const warmUntilMs = cpuMs() + MEASURE_MS / 4;
  while (cpuMs() < warmUntilMs) round();
  const startMs = cpuMs();
  let rounds = 0;
  while (cpuMs() - startMs < MEASURE_MS) {
    round();
    rounds += 1;
  }
  const seconds = (cpuMs() - startMs) / 1_000;
  const framesPerSecond = (rounds * valid.length) / seconds;
  const times = framesPerSecond / wire.frames;
  const met = times >= TIMES_WIRE_MIN;
  const figures = [
    `${Math.round(framesPerSecond)} frames/s of CPU`,
    `wire ${wire.frames.toFixed(1)}`,
    `${Math.round(times)} times`,
    `n ${rounds * valid.length}`,
  ].join('  ');
  console.log(`${met ? 'ok  ' : 'FAIL'} ${codec.protocol}: ${figures}  (bound: ≥ ${TIMES_WIRE_MIN} times)`);
  return met;
}

function chopped(stream: Uint8Array): Uint8Array[] {
  return Array.from({ length: Math.ceil(stream.length / CHUNK_BYTES) }, (_, index) =>
    stream.subarray(index * CHUNK_BYTES, (index + 1) * CHUNK_BYTES),
  );
}

/** From the write of the frame that completes a number to the listener that gets its sample. */
async function measureLatency(protocol: string): Promise<boolean> {
  const driver = driverOf(protocol);
  if (driver === undefined) throw new Error('No such driver.');
  const { transport, device } = replayTransport();
  const stop = new AbortController();
  const latenciesMs: number[] = [];
  let writtenMs = 0;
  const supervisor = new Supervisor(
    [{ deviceId: 'bench', name: 'bench', driver, transport }],
    { ...systemClock, random: () => 0 },
    {
      onSamples: samples => {
        const nowMs = performance.now();
        for (const _ of samples) latenciesMs.push(nowMs - writtenMs);
      },
      onWaveform: () => {},
      onStatus: () => {},
      onWithdrawn: () => {},
      onSessionFailed: () => {},
    },
  );
  const running = supervisor.run(stop.signal);
  const frames = simulatedFrames(protocol, 3_000);
  for (let at = 0; latenciesMs.length < LATENCY_SAMPLES; at += 1) {
    writtenMs = performance.now();
    device.send(frames[at % frames.length]!);
    // The next frame comes when the event loop has been round.
    await new Promise(resolve => setImmediate(resolve));
  }
  stop.abort();
  await running;
  const sorted = latenciesMs.toSorted((one, other) => one - other);
  const p99 = sorted[Math.ceil(sorted.length * 0.99) - 1]!;
  const met = p99 < LATENCY_MS;
  console.log(
    `${met ? 'ok  ' : 'FAIL'} byte → sample (${protocol}): n ${sorted.length}  p50 ${sorted[sorted.length >> 1]!.toFixed(3)}  ` +
      `p99 ${p99.toFixed(3)}  max ${sorted.at(-1)!.toFixed(3)} ms  (bound: p99 < ${LATENCY_MS} ms)`,
  );
  return met;
}
