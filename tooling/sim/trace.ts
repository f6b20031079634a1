import { createHash } from 'node:crypto';

/** What happened, in order: the same seed gives the same lines and the same hash. */
export class Trace {
  readonly #hash = createHash('sha256');
  readonly #print: ((line: string) => void) | undefined;
  readonly counts = new Map<string, number>();

  constructor(print?: (line: string) => void) {
    this.#print = print;
  }

  /** `kind` is counted; the rest of the line tells which one. */
  note(atMs: number, kind: string, what = ''): void {
    const line = `${atMs} ${kind} ${what}`;
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1);
    this.#hash.update(`${line}\n`);
    this.#print?.(line);
  }

  /** Also over these bytes: what the stores hold in the end. */
  end(...stores: readonly string[]): string {
    for (const store of stores) this.#hash.update(store);
    return this.#hash.digest('hex');
  }
}
