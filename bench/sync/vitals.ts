import { type Operation } from '@shimabashi/contracts';
import { until } from '@shimabashi/tooling/system';
import { bound, figuresOf } from '../figures.ts';
import { type Island, startIsland } from './island.ts';
import { type Peer, startPeer } from './peers.ts';
import { auditOf, vitalOf } from './records.ts';

const VITALS = 500;
const BATCH = 100;
const ROUNDS = 5;
const THIN = { bitsPerSecond: 300_000, delayMs: 20 } as const;

/** Vital signs that were kept while the line was cut, from its return until the hub has them. */
export async function bench(): Promise<boolean> {
  const island = await startIsland();
  const met: boolean[] = [];
  try {
    island.line.shape(THIN);
    const ours: Crossing[] = [];
    for (let round = 0; round < ROUNDS; round += 1) ours.push(await cross(island, VITALS));
    const theirs = await crossWithPouch(island, VITALS);
    const tookMs = figuresOf(ours.map(crossing => crossing.tookMs));
    met.push(
      bound(`${VITALS} vitals over 300 kbit/s, ours, from the line's return`, tookMs.max / 1_000, {
        most: 2.5,
        unit: 's',
        also: `p50 ${(tookMs.p50 / 1_000).toFixed(2)} s, ${(ours[0]!.bytesUp / VITALS).toFixed(0)} bytes each`,
      }),
    );
    console.log(
      `     the same, PouchDB, from the start of its replication: ${(theirs.tookMs / 1_000).toFixed(2)} s, ` +
        `${(theirs.bytesUp / VITALS).toFixed(0)} bytes each`,
    );
    const batches: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const empty = await cross(island, 0);
      const full = await cross(island, BATCH);
      batches.push((full.bytesUp - empty.bytesUp) / BATCH);
    }
    const bytes = figuresOf(batches);
    met.push(
      bound(`a vital in a batch of ${BATCH}, with its share of HTTP`, bytes.max, {
        most: 90,
        unit: 'bytes',
        also: `p50 ${bytes.p50.toFixed(1)}`,
      }),
    );
    return met.every(Boolean);
  } finally {
    await island.stop();
  }
}

interface Crossing {
  readonly tookMs: number;
  readonly bytesUp: number;
}

function vitals(island: Island, count: number): Operation[] {
  const nowMs = Date.now();
  return Array.from({ length: count }, (_, index) =>
    vitalOf(island.author, index, nowMs - (count - index) * 1_000),
  );
}

/** What a line's return costs with so many vitals, until the kiosk knows that the hub has them. */
async function cross(island: Island, count: number): Promise<Crossing> {
  const { author, line } = island;
  await island.whileStopped(log => {
    for (const operation of vitals(island, count)) log.author([operation], auditOf(author, Date.now()));
  });
  const bytesBefore = line.crossed.up;
  const fromMs = performance.now();
  line.restore();
  await until(async () => ((await island.nurse.call('sync.status', {})).link === 'up' ? true : undefined), {
    limitMs: 20_000,
    what: 'the link is up',
    everyMs: 10,
  });
  const tookMs = (await island.empty(60_000)) - fromMs;
  return { tookMs, bytesUp: line.crossed.up - bytesBefore };
}

async function crossWithPouch(island: Island, count: number): Promise<Crossing> {
  const peer: Peer = await startPeer('pouch', island.dir, THIN);
  try {
    const docs = vitals(island, count).map(({ resource }) => ({ _id: resource.id, ...resource }));
    await peer.tell({ type: 'keep', docs });
    const bytesBefore = peer.line.crossed.up;
    const fromMs = performance.now();
    await peer.tell({ type: 'go' });
    await until(async () => (peer.there.size === count ? true : undefined), {
      limitMs: 120_000,
      what: 'PouchDB has sent everything',
      everyMs: 10,
    });
    return { tookMs: performance.now() - fromMs, bytesUp: peer.line.crossed.up - bytesBefore };
  } finally {
    await peer.stop();
  }
}
