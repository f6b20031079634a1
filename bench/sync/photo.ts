import { createHash, randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ThinLine, until } from '@shimabashi/tooling/system';
import { bound } from '../figures.ts';
import { type Island, startIsland } from './island.ts';
import { type Peer, startPeer } from './peers.ts';
import { noisyJpeg } from './records.ts';

const PHOTO_BYTES = 4_000_000;
const THUMBNAIL_BYTES = 12_000;
const LINE = { bitsPerSecond: 3_000_000, delayMs: 20 } as const;
const UP_MS = 6_000;
const CUT_MS = 1_500;
const PEER_LIMIT_MS = 90_000;

/** What the line itself needs for these bytes, its cuts included. */
const IDEAL_MS = (() => {
  const sendingMs = (PHOTO_BYTES * 8_000) / LINE.bitsPerSecond;
  return sendingMs + Math.floor(sendingMs / UP_MS) * CUT_MS;
})();

/** One photograph over a line that is cut again and again, from the moment when it is kept. */
export async function bench(): Promise<boolean> {
  const island = await startIsland();
  try {
    const ours = await send(island);
    const overhead = (ours.bytesUp / (PHOTO_BYTES + THUMBNAIL_BYTES) - 1) * 100;
    const what = '4 MB over 3 Mbit/s, cut every 6 s for 1.5 s';
    const met = [
      bound(`${what}: time by ideal`, ours.tookMs / IDEAL_MS, {
        most: 1.15,
        unit: 'times',
        also: `${seconds(ours.tookMs)} of ${seconds(IDEAL_MS)}`,
      }),
      bound(`${what}: bytes beyond the pictures' own`, overhead, { most: 2, unit: '%' }),
    ];
    for (const kind of ['tus', 'pouch'] as const) {
      const theirs = await sendByPeer(kind, island);
      const time = theirs.isThere ? seconds(theirs.tookMs) : `not within ${seconds(PEER_LIMIT_MS)}`;
      console.log(`     the same, ${kind}: ${time}, ${(theirs.bytesUp / 1e6).toFixed(2)} MB sent`);
    }
    return met.every(Boolean);
  } finally {
    await island.stop();
  }
}

interface Crossing {
  readonly isThere: boolean;
  readonly tookMs: number;
  readonly bytesUp: number;
}

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(2)} s`;

async function send(island: Island): Promise<Crossing> {
  const { line, nurse } = island;
  const encounterId = await island.openVisit();
  await island.empty(20_000);
  line.shape(LINE);
  await nurse.call('photos.save', {
    operationId: randomUUID(),
    encounterId,
    takenAtMs: Date.now(),
    contentType: 'image/jpeg',
    widthPx: 4_208,
    heightPx: 3_120,
    source: 'exam-camera',
    full: true,
    dataBase64: noisyJpeg(PHOTO_BYTES).toString('base64'),
    thumbnailBase64: noisyJpeg(THUMBNAIL_BYTES).toString('base64'),
  });
  return timed(line, async () => {
    await island.empty(60_000);
    return true;
  });
}

async function sendByPeer(kind: 'pouch' | 'tus', island: Island): Promise<Crossing> {
  const peer: Peer = await startPeer(kind, island.dir, LINE);
  const bytes = noisyJpeg(PHOTO_BYTES);
  const file = join(island.dir, 'photo.jpg');
  writeFileSync(file, bytes);
  const id = kind === 'tus' ? createHash('sha256').update(bytes).digest('hex') : 'photo';
  try {
    await peer.tell({ type: 'go' });
    return await timed(peer.line, async () => {
      await peer.tell({ type: 'photo', id, file });
      return until(async () => (peer.there.has(id) ? true : undefined), {
        limitMs: PEER_LIMIT_MS,
        what: `${kind} has sent the photograph`,
        everyMs: 10,
      }).catch(() => false);
    });
  } finally {
    await peer.stop();
  }
}

/** Sends while the line is cut at its times; `work` says whether everything is there. */
async function timed(line: ThinLine, work: () => Promise<boolean>): Promise<Crossing> {
  const bytesBefore = line.crossed.up;
  const fromMs = performance.now();
  let timer = setTimeout(cut, UP_MS);
  function cut(): void {
    line.cut();
    timer = setTimeout(restore, CUT_MS);
  }
  function restore(): void {
    line.restore();
    timer = setTimeout(cut, UP_MS);
  }
  try {
    const isThere = await work();
    return { isThere, tookMs: performance.now() - fromMs, bytesUp: line.crossed.up - bytesBefore };
  } finally {
    clearTimeout(timer);
    line.restore();
  }
}
