import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError, type BinaryChunk, CHUNK_BYTES } from '@shimabashi/contracts';
import { type PushItem } from './engine.ts';
import { versionIn } from './log.ts';
import { openChartLog } from './sqlite/index.ts';
import {
  AUDIT,
  binary,
  documentOf,
  type Fault,
  operation,
  SimulatedHub,
  SimulatedKiosk,
  VirtualTime,
} from './testing/index.ts';

const memoryLog = () => openChartLog({ path: ':memory:', key: new Uint8Array(32), newId: randomUUID });
const isChunk = (item: PushItem): item is BinaryChunk => 'binaryId' in item;
const FOUR_CHUNKS = 3 * CHUNK_BYTES + 500;

let time: VirtualTime;
let hub: SimulatedHub;
let kiosk: SimulatedKiosk;

beforeEach(() => {
  time = new VirtualTime();
  hub = new SimulatedHub(time, memoryLog);
  kiosk = new SimulatedKiosk('kiosk-1', memoryLog(), hub, time);
});
afterEach(() => {
  kiosk.engine.stop();
  kiosk.log.close();
  hub.log.close();
});

const [photo, thumbnail] = [binary(FOUR_CHUNKS), binary(4_000, 'thumbnail')];
function take(): void {
  kiosk.authorPhoto(documentOf([photo, thumbnail]), [photo, thumbnail]);
}
/** What each push carried, in the order in which they reached the hub. */
function carried(): string[] {
  return hub.pushes.map(items =>
    items
      .map(item => {
        if (!isChunk(item)) return versionIn(item).resource.resourceType;
        return item.binaryId === photo.binaryId ? `row ${item.index}` : 'thumbnail';
      })
      .join(' '),
  );
}
/** From now on the network is so slow that one chunk under way is enough. */
const slow = () => hub.faults.push(...Array.from({ length: 100 }, () => 'crawl' as const));

describe('a photograph', () => {
  it('goes behind what names it and its thumbnail, a row at a time, and is whole at the hub', async () => {
    take();
    slow();
    kiosk.engine.linkUp();
    await time.pass(60_000);
    expect(carried()).toEqual(['DocumentReference', 'thumbnail', 'row 0', 'row 1', 'row 2', 'row 3']);
    expect(hub.log.binaryBytes(photo.binaryId)).toEqual(Buffer.from(photo.bytes));
    expect(hub.log.binaryBytes(thumbnail.binaryId)).toEqual(Buffer.from(thumbnail.bytes));
    expect(kiosk.log.waiting().waiting).toEqual({ vitals: 0, chart: 0, thumbnail: 0, photo: 0 });
    expect(kiosk.engine.status().busy).toBe(false);
  });

  it('lets whatever is entered meanwhile go before its next row', async () => {
    take();
    slow();
    kiosk.engine.linkUp();
    await time.pass(7_000);
    const before = carried().length;
    expect(carried().at(-1)).toBe('row 0');
    kiosk.author(operation());
    await time.pass(20_000);
    // One row was under way when it was entered.
    expect(carried().slice(before, before + 3)).toEqual(['row 1', 'Observation', 'row 2']);
  });

  it('has two rows under way where the link is fast, so that its delay costs nothing', async () => {
    take();
    kiosk.engine.linkUp();
    const startMs = time.nowMs();
    let doneAtMs = 0;
    while (doneAtMs === 0) {
      // oxlint-disable-next-line no-await-in-loop -- time passes step by step
      await time.pass(10);
      if (hub.log.binary(photo.binaryId)?.isWhole === true) doneAtMs = time.nowMs();
    }
    // Operation, thumbnail, then four rows in two pairs: four trips there, and three back.
    expect(doneAtMs - startMs).toBe(140);
    const sent = hub.pushes.flat().filter(isChunk);
    expect(sent).toHaveLength(5);
    expect(new Set(sent.map(chunk => chunk.operationId)).size).toBe(5);
  });

  it('is not parked when the hub was restored with two rows under way, which it cannot place', async () => {
    const [one, other] = [binary(9 * CHUNK_BYTES, 'photo', 1), binary(9 * CHUNK_BYTES, 'photo', 2)];
    for (const each of [one, other]) kiosk.authorPhoto(documentOf([each]), [each]);
    kiosk.engine.linkUp();
    await time.pass(60);
    for (
      let tries = 0;
      tries < 30 && hub.pushes.filter(items => items.some(isChunk)).length < 4;
      tries += 1
    ) {
      // oxlint-disable-next-line no-await-in-loop -- until both workers are busy
      await time.pass(10);
    }
    hub.restore(0);
    await time.pass(60_000);
    expect(kiosk.log.parked()).toEqual([]);
    expect(hub.log.binaryBytes(one.binaryId)).toEqual(Buffer.from(one.bytes));
    expect(hub.log.binaryBytes(other.binaryId)).toEqual(Buffer.from(other.bytes));
  });

  it('does not leave the second row lying when it is lost after the link became slow', async () => {
    const push = hub.push.bind(hub);
    const underWay: number[] = [];
    hub.push = async items => {
      const [first] = items;
      if (first === undefined || !isChunk(first) || first.binaryId !== photo.binaryId) return push(items);
      underWay.push(first.index);
      // The second worker's row vanishes, long after the last one has come through slowly.
      if (first.index === 3 && underWay.length < 5) await time.wait(2_000);
      if (first.index === 2 && underWay.length < 5) {
        await time.wait(4_000);
        throw new AppError('LINK_DOWN', 'Lost.');
      }
      return push(items);
    };
    take();
    kiosk.engine.linkUp();
    await time.pass(60_000);
    expect(underWay.slice(0, 4)).toEqual([0, 1, 2, 3]);
    expect(hub.log.binaryBytes(photo.binaryId)).toEqual(Buffer.from(photo.bytes));
  });

  it('costs a cut link one row, and goes on where it was', async () => {
    take();
    slow();
    kiosk.engine.linkUp();
    await time.pass(9_000);
    kiosk.engine.linkDown();
    await time.pass(60_000);
    kiosk.restart();
    kiosk.engine.linkUp();
    await time.pass(60_000);
    const rows = carried().filter(name => name.startsWith('row'));
    expect(rows.length).toBeLessThanOrEqual(5);
    expect(hub.log.binaryBytes(photo.binaryId)).toEqual(Buffer.from(photo.bytes));
  });

  it('is sent again when it came damaged', async () => {
    take();
    let damaged = 0;
    hub.onTheWay = chunk => {
      if (chunk.binaryId !== photo.binaryId || chunk.index !== 2 || damaged === 1) return chunk;
      damaged += 1;
      return { ...chunk, dataBase64: Buffer.from(chunk.dataBase64, 'base64').fill(7).toString('base64') };
    };
    kiosk.engine.linkUp();
    await time.pass(10_000);
    expect(damaged).toBe(1);
    expect(hub.log.binaryBytes(photo.binaryId)).toEqual(Buffer.from(photo.bytes));
    expect(kiosk.log.waiting()).toMatchObject({ waiting: { photo: 0 }, parked: 0 });
  });

  it('is parked, and nothing else, when the hub never finds it whole', async () => {
    take();
    hub.onTheWay = chunk =>
      chunk.index === 2
        ? { ...chunk, dataBase64: Buffer.from(chunk.dataBase64, 'base64').fill(7).toString('base64') }
        : chunk;
    kiosk.engine.linkUp();
    await time.pass(10_000);
    expect(kiosk.log.waiting()).toMatchObject({ waiting: { thumbnail: 0, photo: 0 }, parked: 1 });
    expect(hub.pushes.flat().filter(isChunk).length).toBeLessThan(20);
    expect(kiosk.engine.status().busy).toBe(false);
  });

  it('waits while what names it is parked', async () => {
    hub.refuseOne = () => 'RESOURCE_INVALID';
    take();
    kiosk.engine.linkUp();
    await time.pass(10_000);
    expect(carried()).toEqual(['DocumentReference']);
    expect(kiosk.log.waiting()).toMatchObject({ waiting: { thumbnail: 1, photo: 1 }, parked: 1 });
  });

  it.each(['BAD_REQUEST', 'TOO_LARGE'] as const)('is parked alone for a whole %s', async code => {
    take();
    hub.refuseBatch = items => (items.some(item => isChunk(item) && item.index === 1) ? code : undefined);
    kiosk.engine.linkUp();
    await time.pass(10_000);
    expect(kiosk.log.binary(photo.binaryId)).toMatchObject({ parkedCode: code });
    expect(kiosk.log.waiting()).toMatchObject({ waiting: { thumbnail: 0, photo: 0 }, parked: 1 });
  });

  it('comes to a restored hub by one row, when that hub still has it', async () => {
    take();
    kiosk.engine.linkUp();
    await time.pass(10_000);
    const before = hub.pushes.flat().filter(isChunk).length;
    const bytes = hub.log;
    hub.restore(1, log => {
      const whole = bytes.binaryBytes(photo.binaryId);
      if (whole !== undefined) keepWhole(log, Buffer.from(whole));
    });
    kiosk.engine.poke('pull');
    await time.pass(10_000);
    expect(hub.pushes.flat().filter(isChunk).length - before).toBeLessThanOrEqual(3);
    expect(kiosk.log.waiting().waiting).toMatchObject({ thumbnail: 0, photo: 0 });
    expect(hub.log.binaryBytes(thumbnail.binaryId)).toEqual(Buffer.from(thumbnail.bytes));
  });
});

function keepWhole(log: SimulatedHub['log'], bytes: Buffer): void {
  const count = Math.ceil(bytes.length / CHUNK_BYTES);
  const chunks = Array.from({ length: count }, (_, index) => ({
    operationId: randomUUID(),
    binaryId: photo.binaryId,
    sizeBytes: bytes.length,
    index,
    dataBase64: bytes.subarray(index * CHUNK_BYTES, (index + 1) * CHUNK_BYTES).toString('base64'),
  }));
  log.acceptChunks(chunks, AUDIT);
}

/** The link was said to be up once more at the moment at which the rows of a picture could go. */
const LEFT_LYING = [
  { do: 'link-up' },
  { do: 'pass', ms: 20 },
  { do: 'fault', fault: 'request-lost' },
  { do: 'fault', fault: 'none' },
  { do: 'restore-hub', kept: 0 },
  { do: 'fault', fault: 'request-lost' },
  { do: 'photo', chunks: 0 },
  { do: 'pass', ms: 78 },
  { do: 'fault', fault: 'none' },
  { do: 'fault', fault: 'request-lost' },
  { do: 'pass', ms: 45 },
  { do: 'pass', ms: 675 },
  { do: 'fault', fault: 'answer-lost' },
  { do: 'fault', fault: 'request-lost' },
  { do: 'photo', chunks: 0 },
  { do: 'pass', ms: 592 },
] as const;

describe('photographs over a link that fails at will', () => {
  const FAULTS = ['none', 'request-lost', 'answer-lost', 'slow'] as const satisfies readonly Fault[];
  const step = fc.oneof(
    {
      weight: 2,
      arbitrary: fc.record({ do: fc.constant('photo' as const), chunks: fc.integer({ min: 0, max: 3 }) }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('vital' as const) }) },
    {
      weight: 6,
      arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 900 }) }),
    },
    {
      weight: 5,
      arbitrary: fc.record({ do: fc.constant('fault' as const), fault: fc.constantFrom(...FAULTS) }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constantFrom('link-up' as const, 'link-down' as const, 'restart' as const),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ do: fc.constant('restore-hub' as const), kept: fc.nat({ max: 6 }) }),
    },
  );

  it('are in the end at the hub, byte for byte, each once, and nothing waits', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40, size: 'max' }), async steps => {
        const clock = new VirtualTime();
        const farHub = new SimulatedHub(clock, memoryLog);
        const island = new SimulatedKiosk('kiosk-1', memoryLog(), farHub, clock);
        const push = farHub.push.bind(farHub);
        const behindRows: PushItem[] = [];
        farHub.push = items => {
          if (items.some(isChunk)) behindRows.push(...island.log.outbox({ operations: 1, bytes: 1 }));
          return push(items);
        };
        const pictures = [];
        for (const [number, current] of steps.entries()) {
          if (current.do === 'photo') {
            const taken = [
              binary(current.chunks * CHUNK_BYTES + 1 + number),
              binary(100 + number, 'thumbnail'),
            ];
            island.authorPhoto(documentOf(taken), taken);
            pictures.push(...taken);
          }
          if (current.do === 'vital') island.author(operation());
          // oxlint-disable-next-line no-await-in-loop -- one step after the other
          if (current.do === 'pass') await clock.pass(current.ms);
          if (current.do === 'fault') farHub.faults.push(current.fault);
          if (current.do === 'link-up') island.engine.linkUp();
          if (current.do === 'link-down') island.engine.linkDown();
          if (current.do === 'restart') island.restart();
          if (current.do === 'restore-hub') farHub.restore(current.kept);
        }
        island.engine.linkUp();
        await clock.pass(120_000);

        // Whatever else waits goes before the next row.
        expect(behindRows).toEqual([]);

        for (const { binaryId, bytes } of pictures) {
          expect(farHub.log.binaryBytes(binaryId)).toEqual(Buffer.from(bytes));
        }
        expect(new Set(farHub.log.operationIds())).toEqual(
          new Set(island.authored.map(item => item.operationId)),
        );
        expect(island.log.waiting()).toEqual({
          waiting: { vitals: 0, chart: 0, thumbnail: 0, photo: 0 },
          parked: 0,
        });
        expect(island.engine.status().busy).toBe(false);
        island.engine.stop();
        island.log.close();
        farHub.log.close();
      }),
      { numRuns: 60, examples: [[[...LEFT_LYING]]] },
    );
  }, 60_000);
});
