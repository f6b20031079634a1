import { AppError } from '@shimabashi/contracts';
import { type Reading } from '../decoder.ts';
import { POSSIBLE } from '../decoders/possible.ts';
import { type Codec } from '../driver.ts';
import { hexOf } from '../hex.ts';
import { seededRandom } from '../simulator/random.ts';
import { validBytesOf } from '../testing/corpus.ts';

/** What streams of bytes are made of. */
export type FuzzKind = 'random' | 'mutated';

export interface FuzzResult {
  readonly passed: number;
  /** What went wrong, and the bytes that did it; the first few. */
  readonly failures: readonly { readonly problem: string; readonly hex: string }[];
  readonly failed: number;
}

const RANDOM_BYTES_MAX = 120;
const FRAMES_MAX = 3;
const DAMAGES_MAX = 6;
/** Readings come of bytes: one number may have a byte to itself, and a frame a few sentences more. */
const READINGS_PER_BYTE = 4;
const READINGS_FREE = 64;
const RAW_HEX_MAX = 2_048;
const FAILURES_KEPT = 3;

/** Feeds a codec with streams that are not what it expects. The same seed makes the same streams. */
export function fuzz(codec: Codec, kind: FuzzKind, options: { streams: number; seed: number }): FuzzResult {
  const random = seededRandom(options.seed);
  const valid = validBytesOf(codec);
  const failures: { problem: string; hex: string }[] = [];
  let failed = 0;
  for (let stream = 0; stream < options.streams; stream += 1) {
    const bytes = kind === 'random' ? noise(random) : mutated(valid, random);
    const problem = problemOf(codec, bytes, random);
    if (problem === undefined) continue;
    failed += 1;
    if (failures.length < FAILURES_KEPT) failures.push({ problem, hex: hexOf(bytes) });
  }
  return { passed: options.streams - failed, failed, failures };
}

function problemOf(codec: Codec, bytes: Uint8Array, random: () => number): string | undefined {
  try {
    const framer = codec.createFramer();
    const decoder = codec.createDecoder();
    const single = codec.createFrameDecoder?.();
    const cut = Math.floor(random() * (bytes.length + 1));
    const framed = [
      ...framer.push(bytes.subarray(0, cut)),
      ...framer.push(bytes.subarray(cut)),
      ...framer.end(),
    ];
    const readings = framed.flatMap(one => [...decoder.decode(one), ...(single?.decode(one) ?? [])]);
    if (readings.length > bytes.length * READINGS_PER_BYTE + READINGS_FREE) return 'too many readings';
    return readings.map(impossibilityOf).find(problem => problem !== undefined);
  } catch (error) {
    const name = error instanceof AppError ? error.code : error instanceof Error ? error.name : 'error';
    return `threw ${name}: ${error instanceof Error ? error.message : 'not an error'}`;
  }
}

function impossibilityOf(reading: Reading): string | undefined {
  if (reading.kind === 'waveform') {
    return reading.value === null || Number.isFinite(reading.value)
      ? undefined
      : 'a sample that is no number';
  }
  if (reading.kind !== 'numeric') return undefined;
  if (reading.rawHex.length > RAW_HEX_MAX) return 'evidence that is too long';
  const { measured, parameter } = reading;
  if (measured.status === 'absent') return undefined;
  const [low, high] = POSSIBLE[parameter];
  const isPossible = measured.value >= low && measured.value <= high;
  return isPossible ? undefined : `${parameter} ${measured.value}`;
}

function noise(random: () => number): Uint8Array {
  return Uint8Array.from({ length: below(RANDOM_BYTES_MAX + 1, random) }, () => below(256, random));
}

/** A few valid frames with a few bytes changed, lost, doubled or inserted, cut anywhere. */
function mutated(valid: readonly Uint8Array[], random: () => number): Uint8Array {
  const count = 1 + below(FRAMES_MAX, random);
  const frames = Array.from({ length: count }, () => valid[below(valid.length, random)] ?? new Uint8Array());
  const bytes = Array.from(Buffer.concat(frames));
  const damages = 1 + below(DAMAGES_MAX, random);
  for (let damage = 0; damage < damages; damage += 1) {
    const at = below(bytes.length + 1, random);
    const byte = below(256, random);
    const doubled = bytes[at] ?? byte;
    switch (below(6, random)) {
      case 0:
        bytes.splice(at, 1);
        break;
      case 1:
        bytes.splice(at, 0, doubled);
        break;
      case 2:
        bytes.splice(at, 0, byte);
        break;
      case 3:
        bytes[at] = doubled ^ (1 << below(8, random));
        break;
      case 4:
        bytes.length = at;
        break;
      default:
        bytes[at] = byte;
    }
  }
  return Uint8Array.from(bytes);
}

function below(limit: number, random: () => number): number {
  return Math.floor(random() * limit);
}
