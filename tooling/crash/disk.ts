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
  readonly #synced: Map<string, FileImage>;
  readonly #pending: Change[] = [];

  constructor(files: ReadonlyMap<string, Buffer>) {
    this.#synced = new Map([...files].map(([file, bytes]) => [file, new FileImage(bytes)]));
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
    for (const change of ofFile) imageOf(this.#synced, change.file).apply(change);
  }

  /** What is there when the power is back. */
  afterPowerCut(loss: Loss, chance: Chance): ReadonlyMap<string, Buffer> {
    const files = new Map([...this.#synced].map(([file, image]) => [file, new FileImage(image.bytes)]));
    const kept = loss === 'all' ? [] : this.#pending.filter(() => chance.whole(2) === 0);
    const torn = loss === 'torn' ? kept[chance.whole(Math.max(1, kept.length))] : undefined;
    for (const change of kept) {
      const parts = change === torn && change.kind === 'write' ? someSectors(change, chance) : [change];
      for (const part of parts) imageOf(files, change.file).apply(part);
    }
    return new Map([...files].map(([file, image]) => [file, image.bytes]));
  }
}

function imageOf(files: Map<string, FileImage>, file: string): FileImage {
  const known = files.get(file);
  if (known !== undefined) return known;
  const image = new FileImage(Buffer.alloc(0));
  files.set(file, image);
  return image;
}

/** One file. Where nothing was written it has zeros. */
class FileImage {
  /** With room to grow: a log grows by a page a thousand times. */
  #room: Buffer;
  #size: number;

  constructor(bytes: Buffer) {
    this.#room = Buffer.from(bytes);
    this.#size = bytes.length;
  }

  get bytes(): Buffer {
    return this.#room.subarray(0, this.#size);
  }

  apply(change: Change): void {
    if (change.kind === 'truncate') {
      this.#grow(change.size);
      this.#room.fill(0, change.size, Math.max(this.#size, change.size));
      this.#size = change.size;
      return;
    }
    const end = change.at + change.bytes.length;
    this.#grow(end);
    change.bytes.copy(this.#room, change.at);
    this.#size = Math.max(this.#size, end);
  }

  #grow(size: number): void {
    if (size <= this.#room.length) return;
    const room = Buffer.alloc(2 * size);
    this.bytes.copy(room);
    this.#room = room;
  }
}

function someSectors(change: Extract<Change, { kind: 'write' }>, chance: Chance): Change[] {
  const sectors: Change[] = [];
  for (let from = 0; from < change.bytes.length; from += SECTOR_BYTES) {
    if (chance.whole(2) === 0) continue;
    sectors.push({
      ...change,
      at: change.at + from,
      bytes: change.bytes.subarray(from, from + SECTOR_BYTES),
    });
  }
  return sectors;
}
