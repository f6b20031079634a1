import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AppError, type Operation } from '@shimabashi/contracts';
import { openChartLog } from './sqlite/index.ts';
import { AUDIT, operation, patient, SimulatedHub, SimulatedKiosk, VirtualTime } from './testing/index.ts';

const memoryLog = () => openChartLog({ path: ':memory:', key: new Uint8Array(32), newId: randomUUID });
const operations = (count: number) => Array.from({ length: count }, () => operation());
const idsOf = (items: readonly Operation[]) => items.map(item => item.operationId);

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

describe('with a good link', () => {
  it('delivers what was entered offline, then rests', async () => {
    const offline = operations(7);
    kiosk.author(...offline);
    await time.pass(60_000);
    expect(hub.pushes).toEqual([]);

    kiosk.engine.linkUp();
    expect(kiosk.engine.status().busy).toBe(true);
    await time.pass(1_000);
    expect(hub.log.operationIds()).toEqual(idsOf(offline));
    expect(kiosk.log.heads({}).every(head => head.place === 'at-hospital')).toBe(true);
    expect(kiosk.engine.status().busy).toBe(false);

    const { pulls } = hub;
    await time.pass(3_600_000);
    expect(hub.pushes).toHaveLength(1);
    expect(hub.pulls).toBe(pulls);
  });

  it('pushes a new entry at once, without asking for news', async () => {
    kiosk.engine.linkUp();
    await time.pass(1_000);
    const { pulls } = hub;
    kiosk.author(operation());
    await time.pass(40);
    expect(kiosk.log.waiting().waiting.vitals).toBe(0);
    expect(hub.pulls).toBe(pulls);
  });

  it('pushes once more when something is entered while it pushes', async () => {
    kiosk.engine.linkUp();
    await time.pass(1_000);
    const [first, second] = [operation(), operation()];
    kiosk.author(first);
    await time.pass(10);
    kiosk.author(second);
    await time.pass(1_000);
    expect(hub.log.operationIds()).toEqual(idsOf([first, second]));
  });

  it('pulls page after page until there is no more, and says whose charts changed', async () => {
    const news = [...operations(8), operation({ patientId: 'patient-2' })];
    hub.log.accept(news, AUDIT);
    kiosk.engine.linkUp();
    await time.pass(1_000);
    expect(kiosk.log.operationIds()).toEqual(idsOf(news));
    expect(hub.pulls).toBe(3);
    expect(new Set(kiosk.pulled)).toEqual(new Set(['patient-1', 'patient-2']));

    const later = operation();
    hub.log.accept([later], AUDIT);
    kiosk.engine.poke('pull');
    await time.pass(1_000);
    expect(kiosk.log.operationIds().at(-1)).toBe(later.operationId);
  });

  it('pulls once more when it is poked while a page is on its way', async () => {
    kiosk.engine.linkUp();
    await time.pass(30);
    const news = operation();
    hub.log.accept([news], AUDIT);
    kiosk.engine.poke('pull');
    await time.pass(1_000);
    expect(kiosk.log.operationIds()).toEqual([news.operationId]);
  });

  it('knows when the hub last confirmed, and as of when its news is complete', async () => {
    expect(kiosk.engine.status()).toEqual({
      progress: null,
      lastConfirmedAtMs: null,
      lastPulledAtMs: null,
      busy: false,
    });
    const startMs = time.nowMs();
    kiosk.engine.linkUp();
    await time.pass(1_000);
    expect(kiosk.engine.status()).toEqual({
      progress: null,
      lastConfirmedAtMs: null,
      lastPulledAtMs: startMs,
      busy: false,
    });
    kiosk.author(operation());
    await time.pass(1_000);
    expect(kiosk.engine.status().lastConfirmedAtMs).toBe(startMs + 1_040);
  });

  it('keeps a push within 500 operations and a mebibyte', async () => {
    kiosk.author(...operations(501));
    kiosk.author(
      ...Array.from({ length: 6 }, () =>
        operation({ resource: { ...patient(), note: '海'.repeat(80_000) } }),
      ),
    );
    kiosk.engine.linkUp();
    await time.pass(5_000);
    expect(kiosk.log.outbox({ operations: 1, bytes: 1 })).toEqual([]);
    expect(hub.pushes[0]).toHaveLength(500);
    expect(hub.pushes.slice(1).map(batch => batch.length)).toEqual([5, 2]);
  });
});

describe('with a bad link', () => {
  it('tries again with growing pauses, and at once when the link is new', async () => {
    hub.faults.push(...Array.from({ length: 40 }, () => 'request-lost' as const));
    kiosk.engine.linkUp();
    await time.pass(20 + 312 + 20 + 624);
    expect(kiosk.failures).toEqual(['pull LINK_DOWN', 'pull LINK_DOWN']);
    await time.pass(120_000);
    const slow = kiosk.failures.length;
    await time.pass(75_000);
    expect(kiosk.failures.length - slow).toBe(12); // 5 s and a quarter, and 20 ms of network

    hub.faults.length = 0;
    kiosk.engine.linkDown();
    kiosk.engine.linkUp();
    await time.pass(40);
    expect(kiosk.engine.status().lastPulledAtMs).toBe(time.nowMs() - 40);
  });

  it('sends again what was not answered, and the hub has it once', async () => {
    hub.faults.push('none', 'answer-lost', 'answer-lost');
    kiosk.engine.linkUp();
    await time.pass(100);
    const saved = operation();
    kiosk.author(saved);
    await time.pass(10_000);
    expect(hub.pushes).toHaveLength(3);
    expect(hub.log.operationIds()).toEqual([saved.operationId]);
    expect(kiosk.log.history(saved.resource.id)).toMatchObject([{ place: 'at-hospital' }]);
  });

  it('uses no answer that comes after the link went down, nor after it was stopped', async () => {
    const saved = operation();
    kiosk.author(saved);
    kiosk.engine.linkUp();
    await time.pass(30);
    kiosk.engine.linkDown();
    expect(kiosk.engine.status().busy).toBe(false);
    await time.pass(10_000);
    expect(hub.log.operationIds()).toEqual([saved.operationId]);
    expect(kiosk.log.waiting().waiting.vitals).toBe(1);

    kiosk.engine.linkUp();
    await time.pass(30);
    kiosk.engine.stop();
    kiosk.engine.linkUp();
    kiosk.engine.poke();
    await time.pass(10_000);
    expect(kiosk.log.waiting().waiting.vitals).toBe(1);
    expect(kiosk.failures).toEqual([]);
  });
});

describe('with operations that the hub does not take', () => {
  it('parks what is rejected, and only it', async () => {
    const items = operations(4);
    hub.refuseOne = item => (item.operationId === items[1]!.operationId ? 'RESOURCE_INVALID' : undefined);
    kiosk.author(...items);
    kiosk.engine.linkUp();
    await time.pass(1_000);
    expect(hub.log.operationIds()).toEqual(idsOf([items[0]!, items[2]!, items[3]!]));
    expect(kiosk.log.waiting()).toMatchObject({ waiting: { vitals: 0 }, parked: 1 });
  });

  it.each(['BAD_REQUEST', 'TOO_LARGE'] as const)(
    'finds the one for which a whole batch is refused with %s, and parks it',
    async code => {
      const items = operations(20);
      const poison = new Set(idsOf([items[3]!, items[17]!]));
      hub.refuseBatch = batch => (batch.some(item => poison.has(item.operationId)) ? code : undefined);
      kiosk.author(...items);
      kiosk.engine.linkUp();
      await time.pass(10_000);
      expect(hub.log.operationIds()).toHaveLength(18);
      expect(kiosk.log.waiting()).toMatchObject({ waiting: { vitals: 0 }, parked: 2 });
      expect(kiosk.log.history(items[3]!.resource.id)).toMatchObject([{ place: 'parked', parkedCode: code }]);
      expect(kiosk.failures).toEqual([]);
    },
  );

  it.each(['FORBIDDEN', 'SIGN_IN_REQUIRED', 'TOO_MANY_ATTEMPTS', 'INTERNAL'] as const)(
    'parks nothing for %s: it is about the sender or the moment',
    async code => {
      kiosk.author(operation());
      hub.refuseBatch = () => code;
      kiosk.engine.linkUp();
      await time.pass(60_000);
      expect(kiosk.log.waiting()).toMatchObject({ waiting: { vitals: 1 }, parked: 0 });
      hub.refuseBatch = () => undefined;
      await time.pass(10_000);
      expect(kiosk.log.waiting()).toMatchObject({ waiting: { vitals: 0 }, parked: 0 });
    },
  );

  it('goes on pulling while no push succeeds', async () => {
    hub.refuseBatch = () => 'INTERNAL';
    kiosk.author(operation());
    kiosk.engine.linkUp();
    await time.pass(30_000);
    const news = operation();
    hub.log.accept([news], AUDIT);
    kiosk.engine.poke('pull');
    await time.pass(100);
    expect(kiosk.log.operationIds()).toContain(news.operationId);
  });

  it('takes no answer for what it did not send, and keeps what was not answered', async () => {
    const [answered, unanswered] = operations(2);
    kiosk.author(answered!, unanswered!);
    const push = hub.push.bind(hub);
    hub.push = async batch => {
      const { epoch, results } = await push(
        batch.filter(item => item.operationId !== unanswered!.operationId),
      );
      return {
        epoch,
        results: [...results, { operationId: randomUUID(), outcome: 'applied', sequence: 99 }],
      };
    };
    kiosk.engine.linkUp();
    await time.pass(20_000);
    expect(kiosk.log.outbox({ operations: 9, bytes: 9_999 })).toEqual([unanswered]);
    expect(new Set(kiosk.failures)).toEqual(new Set(['push INTERNAL']));
    expect(hub.pushes.length).toBeLessThan(15);
  });

  it('does not follow a cursor that leads nowhere', async () => {
    const pull = hub.pull.bind(hub);
    hub.pull = async request => ({ ...(await pull(request)), nextSequence: 0, more: true });
    kiosk.engine.linkUp();
    await time.pass(20_000);
    expect(new Set(kiosk.failures)).toEqual(new Set(['pull INTERNAL']));
    expect(hub.pulls).toBeLessThan(15);
  });
});

describe('when its own disk fails', () => {
  it('loses neither answers nor news, and goes on when there is room again', async () => {
    const [saved, news] = operations(2);
    kiosk.author(saved!);
    hub.log.accept([news!], AUDIT);
    for (const method of ['settle', 'applyPulled'] as const) {
      vi.spyOn(kiosk.log, method).mockImplementation(() => {
        throw new AppError('DISK_FULL', 'The disk is full.');
      });
    }
    kiosk.engine.linkUp();
    await time.pass(10_000);
    expect(new Set(kiosk.failures)).toEqual(new Set(['push DISK_FULL', 'pull DISK_FULL']));

    vi.restoreAllMocks();
    await time.pass(10_000);
    expect(kiosk.log.waiting().waiting.vitals).toBe(0);
    expect(kiosk.log.operationIds()).toEqual(idsOf([saved!, news!]));
  });
});

describe('when the hub was restored from a backup', () => {
  it('fills it again with everything of its own, and reads it from the start', async () => {
    const before = operations(6);
    kiosk.author(...before);
    kiosk.engine.linkUp();
    await time.pass(1_000);
    const cursor = kiosk.log.cursor();

    hub.restore(2);
    const after = operation({ deviceId: 'kiosk-2' });
    hub.log.accept([after], AUDIT);
    kiosk.engine.poke('pull');
    await time.pass(5_000);
    expect(new Set(hub.log.operationIds())).toEqual(new Set(idsOf([...before, after])));
    expect(kiosk.log.operationIds()).toContain(after.operationId);
    expect(kiosk.log.heads({}).every(head => head.place === 'at-hospital')).toBe(true);
    expect(kiosk.log.cursor()).toEqual({ epoch: hub.log.epoch, sequence: 7 });
    expect(kiosk.log.cursor().epoch).not.toBe(cursor.epoch);
    expect(kiosk.failures).toEqual(['pull CONFLICT']);
  });

  it('notices it by the answer to a push as well', async () => {
    const before = operations(3);
    kiosk.author(...before);
    kiosk.engine.linkUp();
    await time.pass(1_000);
    hub.restore(0);
    const after = operation();
    kiosk.author(after);
    await time.pass(5_000);
    expect(new Set(hub.log.operationIds())).toEqual(new Set(idsOf([...before, after])));
    expect(kiosk.log.cursor().epoch).toBe(hub.log.epoch);
    expect(kiosk.log.heads({}).every(head => head.place === 'at-hospital')).toBe(true);
  });

  it('drops a page of the lost hub that was still on its way', async () => {
    kiosk.author(...operations(3));
    kiosk.engine.linkUp();
    await time.pass(1_000);
    const pull = hub.pull.bind(hub);
    const lost = operation();
    hub.log.accept([lost], AUDIT);
    hub.pull = async request => {
      const page = await pull(request);
      await time.wait(500);
      return page;
    };
    kiosk.engine.poke('pull');
    await time.pass(100);
    hub.restore(2);
    kiosk.author(operation());
    await time.pass(5_000);
    expect(kiosk.log.operationIds()).not.toContain(lost.operationId);
    expect(kiosk.log.cursor().epoch).toBe(hub.log.epoch);
    expect(hub.log.operationIds()).toHaveLength(4);
    expect(kiosk.failures).toEqual([]);
  });
});

describe('patients who are read apart', () => {
  const patientOf = (patientId: string) => operation({ resource: patient({ id: patientId }), patientId });
  /** The hub names them with the first page. */
  const nameThem = (...patientIds: string[]) => {
    const pull = hub.pull.bind(hub);
    hub.pull = async request => {
      const page = await pull(request);
      return request.cursor.sequence === 0 ? { ...page, backfill: patientIds } : page;
    };
  };

  it('are here long before the whole chart is', async () => {
    const others = Array.from({ length: 60 }, (_, index) => patientOf(`other-${index}`));
    const ofToday = patientOf('today');
    hub.log.accept([...others, ofToday], AUDIT);
    nameThem('today');
    kiosk.engine.linkUp();
    await time.pass(160);
    expect(kiosk.log.heads({ resourceId: 'today' })).toHaveLength(1);
    expect(kiosk.log.operationIds().length).toBeLessThan(20);
    await time.pass(5_000);
    expect(kiosk.log.operationIds()).toHaveLength(61);
    expect(kiosk.log.backfillDue()).toBeUndefined();
  });

  it('do not hold up the others when they cannot be read, and are read when they can', async () => {
    hub.log.accept([patientOf('today'), patientOf('other')], AUDIT);
    nameThem('gone', 'today');
    const backfill = hub.backfill.bind(hub);
    let isBroken = true;
    hub.backfill = async request => {
      if (isBroken) throw new AppError('INTERNAL', 'Played.');
      if (request.patientId === 'gone') throw new AppError('NOT_FOUND', 'Played.');
      return backfill(request);
    };
    kiosk.engine.linkUp();
    await time.pass(2_000);
    expect(kiosk.log.operationIds()).toHaveLength(2);
    expect(kiosk.log.backfillDue()).toMatchObject({ patientId: 'gone' });
    expect(new Set(kiosk.failures)).toEqual(new Set(['backfill INTERNAL']));
    isBroken = false;
    await time.pass(10_000);
    expect(kiosk.log.backfillDue()).toBeUndefined();
    expect(kiosk.engine.status().busy).toBe(false);
  });

  it('are read on after a cut, and from their beginning at a hub that was restored', async () => {
    hub.log.accept(
      Array.from({ length: 8 }, () => operation()),
      AUDIT,
    );
    nameThem(operation().patientId!);
    kiosk.engine.linkUp();
    await time.pass(100);
    kiosk.engine.linkDown();
    hub.restore(8);
    kiosk.engine.linkUp();
    await time.pass(20_000);
    expect(kiosk.log.backfillDue()).toBeUndefined();
    expect(kiosk.log.operationIds()).toHaveLength(8);
  });
});

it('says how far it is while there is more, where the hub does', async () => {
  hub.log.accept(operations(9), AUDIT);
  const pull = hub.pull.bind(hub);
  hub.pull = async request => {
    const page = await pull(request);
    return page.more ? { ...page, progress: { done: page.nextSequence, total: 9 } } : page;
  };
  kiosk.engine.linkUp();
  await time.pass(50);
  expect(kiosk.engine.status().progress).toEqual({ done: 3, total: 9 });
  await time.pass(5_000);
  expect(kiosk.engine.status().progress).toBeNull();
});
