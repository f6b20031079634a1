import { readFileSync } from 'node:fs';
import { LANES, type LaneCounts } from '@shimabashi/contracts';
import { type System, until } from '@shimabashi/tooling/system';
import { pidsOf } from '../../tooling/crash/victims.ts';
import { bound } from '../figures.ts';
import { type Island, startIsland } from './island.ts';
import { auditOf, photoOf, visitOf, vitalOf } from './records.ts';

const DAYS = 7;
const OPERATIONS = 10_000;
const PHOTOS = 200;
const PHOTO_BYTES = Number(process.env['BENCH_PHOTO_BYTES'] ?? 1_000_000);
const DAY_MS = 86_400_000;
/** A fifth of what a kiosk writes is not vital signs. */
const VISIT_EVERY = 5;
const LIMIT_MS = 240_000;

/** A week without a link, and its end. */
export async function bench(): Promise<boolean> {
  const island = await startIsland();
  try {
    await island.whileStopped(log => {
      const beganAtMs = Date.now() - DAYS * DAY_MS;
      for (let index = 0; index < OPERATIONS; index += 1) {
        const atMs = beganAtMs + Math.round((index * DAYS * DAY_MS) / OPERATIONS);
        const photo =
          index % (OPERATIONS / PHOTOS) === 0 ? photoOf(island.author, atMs, PHOTO_BYTES) : undefined;
        const other =
          index % VISIT_EVERY === 0 ? visitOf(island.author, atMs) : vitalOf(island.author, index, atMs);
        log.author([photo?.operation ?? other], auditOf(island.author, atMs), photo?.binaries);
      }
    });
    return await drain(island);
  } finally {
    await island.stop();
  }
}

async function drain({ system, line, nurse }: Island): Promise<boolean> {
  const memory = await watchMemory(system);
  const seen: LaneCounts[] = [];
  const fromMs = performance.now();
  const takenAtMs: Partial<Record<string, number>> = {};
  line.restore();
  await until(
    async () => {
      const { waiting, parked } = await nurse.call('sync.status', {});
      if (parked > 0) throw new Error('The hub has refused something.');
      seen.push(waiting);
      for (const lane of LANES) if (waiting[lane] === 0) takenAtMs[lane] ??= performance.now() - fromMs;
      return LANES.every(lane => waiting[lane] === 0) ? true : undefined;
    },
    { limitMs: LIMIT_MS, what: 'the week is at the hub', everyMs: 20 },
  );
  const { storeMiB, hubMiB } = memory.stop();
  const times = LANES.map(lane => `${lane} ${((takenAtMs[lane] ?? 0) / 1_000).toFixed(1)} s`).join(', ');
  const total = (PHOTOS * PHOTO_BYTES) / 2 ** 20;
  const what = `${DAYS} days, ${OPERATIONS} operations, ${PHOTOS} photographs (${total.toFixed(0)} MiB)`;
  return [
    bound(`${what}: lanes overtaken`, overtakings(seen), { most: 0, unit: 'times', also: times }),
    bound(`${what}: memory of the kiosk's store, grown`, storeMiB, { most: MEMORY_MIB_MAX, unit: 'MiB' }),
    bound(`${what}: memory of the hub, grown`, hubMiB, { most: MEMORY_MIB_MAX, unit: 'MiB' }),
  ].every(Boolean);
}

/** What the programs may grow by over their idle size, however much is sent. */
const MEMORY_MIB_MAX = 256;

/** How often something of a lane was gone while a higher one still waited. */
function overtakings(seen: readonly LaneCounts[]): number {
  return seen.filter((counts, index) => {
    const before = seen[index - 1];
    if (before === undefined) return false;
    return LANES.some((lane, rank) => {
      const higher = LANES.slice(0, rank).reduce((sum, each) => sum + counts[each], 0);
      return counts[lane] < before[lane] && higher > 0;
    });
  }).length;
}

/** How far the resident memory of both programs rises over where it was. */
async function watchMemory(system: System) {
  const pids = { store: (await pidsOf('store', system))[0]!, hub: system.hub.program.pid };
  const before = { store: residentMiB(pids.store), hub: residentMiB(pids.hub) };
  const most = { ...before };
  const timer = setInterval(() => {
    most.store = Math.max(most.store, residentMiB(pids.store));
    most.hub = Math.max(most.hub, residentMiB(pids.hub));
  }, 100);
  return {
    stop() {
      clearInterval(timer);
      return { storeMiB: most.store - before.store, hubMiB: most.hub - before.hub };
    },
  };
}

function residentMiB(pid: number): number {
  const text = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(text)?.[1]) / 1_024;
}
