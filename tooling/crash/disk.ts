import { type Chance } from '../demo/chance.ts';
import { type Step } from './strace.ts';

type Change = Extract<Step, { kind: 'write' | 'truncate' }>;

/** What a power cut leaves of the changes that were not synced yet. */
export type Loss =
  /** None of them reached the disk. */
  | 'all'
  /** Some did and others did not, whatever their order: a disk has one of its own. */
  | 'some'
  /** As `some`, and of one of them only a few sectors. */
  | 'torn';

/** What a disk keeps whole: a write of more may be cut in between. */
const SECTOR_BYTES = 512;

/** Files of one program, with what is surely on the disk and what is only on its way there. */
export class RecordedDisk {
  readonly #synced: Map<string, Buffer>;
  readonly #pending: Change[] = [];

  constructor(files: ReadonlyMap<string, Buffer>) {
    this.#synced = new Map(files);
  }

  /** How many changes a power cut could take back now. */
  get pending(): number {
    return this.#pending.length;
  }

  take(step: Step): void {
    if (step.kind === 'write' || step.kind === 'truncate') this.#pending.push(step);
    if (step.kind !== 'sync') return;
    const ofFile = this.#pending.filter(({ file }) => file === step.file);
    const others = this.#pending.filter(({ file }) => file !== step.file);
    this.#pending.splice(0, this.#pending.length, ...others);
    for (const change of ofFile) apply(this.#synced, change);
  }

  /** What is there when the power is back. */
  afterPowerCut(loss: Loss, chance: Chance): ReadonlyMap<string, Buffer> {
    const files = new Map([...this.#synced].map(([file, bytes]) => [file, Buffer.from(bytes)]));
    if (loss === 'all') return files;
    const kept = this.#pending.filter(() => chance.whole(2) === 0);
    const torn = loss === 'torn' ? kept[chance.whole(Math.max(1, kept.length))] : undefined;
    for (const change of kept) {
      if (change === torn && change.kind === 'write') applySectors(files, change, chance);
      else apply(files, change);
    }
    return files;
  }
}

function apply(files: Map<string, Buffer>, change: Change): void {
  const before = files.get(change.file) ?? Buffer.alloc(0);
  if (change.kind === 'truncate') {
    files.set(change.file, resized(before, change.size));
    return;
  }
  const after = resized(before, Math.max(before.length, change.at + change.bytes.length));
  change.bytes.copy(after, change.at);
  files.set(change.file, after);
}

/** A file that grows has zeros where nothing was written. */
function resized(bytes: Buffer, size: number): Buffer {
  if (size === bytes.length) return bytes;
  const after = Buffer.alloc(size);
  bytes.copy(after);
  return after;
}

function applySectors(
  files: Map<string, Buffer>,
  { file, at, bytes }: Extract<Change, { kind: 'write' }>,
  chance: Chance,
): void {
  for (let from = 0; from < bytes.length; from += SECTOR_BYTES) {
    if (chance.whole(2) === 0) continue;
    apply(files, { kind: 'write', file, at: at + from, bytes: bytes.subarray(from, from + SECTOR_BYTES) });
  }
}
