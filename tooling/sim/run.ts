import { breaches, goneWithDisk } from './invariants.ts';
import { type Sabotage } from './sabotage.ts';
import { newTrace, World } from './world.ts';

export interface SeedReport {
  readonly seed: string;
  /** Over everything that happened and the final content of every store. */
  readonly traceHash: string;
  readonly breaches: readonly string[];
  /** How often each deed and each fault struck. */
  readonly counts: ReadonlyMap<string, number>;
}

/** Plays one seed to its end. The same seed gives the same report. */
export async function runSeed(
  seed: string,
  options: { readonly sabotage?: Sabotage; readonly print?: (line: string) => void } = {},
): Promise<SeedReport> {
  const trace = newTrace(options.print);
  const world = new World(seed, trace, options.sabotage);
  try {
    await world.run();
    for (const id of goneWithDisk(world)) trace.note(world.time.nowMs(), 'gone-with-disk', id);
    const stores = [world.hub.log, ...world.kiosks.map(({ log }) => log)].map(log =>
      JSON.stringify(log.operationIds().concat(log.heads({}).map(head => JSON.stringify(head)))),
    );
    return { seed, traceHash: trace.end(...stores), breaches: breaches(world), counts: trace.counts };
  } finally {
    world.close();
  }
}
