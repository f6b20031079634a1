import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '@shimabashi/tooling/system';
import { bound } from '../figures.ts';
import { type Island, startIsland } from './island.ts';
import { startPeer } from './peers.ts';
import { auditOf, noisyJpeg, photoOf, vitalOf } from './records.ts';

const PHOTO_BYTES = 4_000_000;
const PHOTOS = 3;
const VITALS = Number(process.env['BENCH_VITALS'] ?? 100);
const LINE = { bitsPerSecond: 300_000, delayMs: 20 } as const;
const PEER_LIMIT_MS = 30_000;

/** Vital signs that are entered while photographs of 4 MB are on a thin line. */
export async function bench(): Promise<boolean> {
  const island = await startIsland();
  try {
    const tookMs = (await measure(island)).toSorted((a, b) => a - b);
    const at = (share: number): number => tookMs[Math.ceil(share * tookMs.length) - 1]! / 1_000;
    const met = bound('a vital entered while a photograph is on 300 kbit/s: p99', at(0.99), {
      most: 3,
      unit: 's',
      also: `n ${tookMs.length}, p50 ${at(0.5).toFixed(2)}, max ${at(1).toFixed(2)} s`,
    });
    console.log(`     the same, one vital, PouchDB: ${await measurePouch(island)}`);
    return met;
  } finally {
    await island.stop();
  }
}

/** From the press of "save" until the kiosk knows that the hub has it. Milliseconds. */
async function measure(island: Island): Promise<number[]> {
  await island.whileStopped(log => {
    for (let index = 0; index < PHOTOS; index += 1) {
      const { operation, binaries } = photoOf(island.author, Date.now(), PHOTO_BYTES);
      log.author([operation], auditOf(island.author, Date.now()), binaries);
    }
  });
  const { line, nurse } = island;
  const encounterId = await island.openVisit();
  line.restore();
  const waiting = async () => (await nurse.call('sync.status', {})).waiting;
  await until(
    async () => {
      const { vitals, chart, thumbnail } = await waiting();
      return vitals + chart + thumbnail === 0 ? true : undefined;
    },
    { limitMs: 60_000, what: 'only photographs wait', everyMs: 20 },
  );
  line.shape(LINE);
  const tookMs: number[] = [];
  while (tookMs.length < VITALS && (await waiting()).photo > 0) {
    // Never in step with the rows of the photograph.
    await new Promise(resolve => setTimeout(resolve, 100 + ((tookMs.length * 379) % 600)));
    const fromMs = performance.now();
    await nurse.call('observations.save', {
      encounterId,
      entries: [
        {
          operationId: randomUUID(),
          source: { kind: 'by-hand', parameter: 'pulse-rate', value: 72, unit: '/min', reason: '機器がない' },
        },
      ],
    });
    await until(async () => ((await waiting()).vitals === 0 ? true : undefined), {
      limitMs: 60_000,
      what: 'the vital is at the hub',
      everyMs: 10,
    });
    tookMs.push(performance.now() - fromMs);
  }
  if (tookMs.length < VITALS) throw new Error(`The photographs were sent after ${tookMs.length} vitals.`);
  return tookMs;
}

async function measurePouch(island: Island): Promise<string> {
  const peer = await startPeer('pouch', island.dir, LINE);
  const file = join(island.dir, 'photo.jpg');
  writeFileSync(file, noisyJpeg(PHOTO_BYTES));
  try {
    await peer.tell({ type: 'go' });
    await peer.tell({ type: 'photo', id: 'photo', file });
    await until(async () => (peer.line.crossed.up > 200_000 ? true : undefined), {
      limitMs: 60_000,
      what: 'the photograph is on the line',
      everyMs: 10,
    });
    const { resource } = vitalOf(island.author, 0, Date.now());
    const fromMs = performance.now();
    await peer.tell({ type: 'keep', docs: [{ _id: resource.id, ...resource }] });
    const isThere = await until(async () => (peer.there.has(resource.id) ? true : undefined), {
      limitMs: PEER_LIMIT_MS,
      what: 'the vital is there',
      everyMs: 10,
    }).catch(() => false);
    const tookMs = performance.now() - fromMs;
    return isThere ? `${(tookMs / 1_000).toFixed(1)} s` : `not within ${PEER_LIMIT_MS / 1_000} s`;
  } finally {
    await peer.stop();
  }
}
