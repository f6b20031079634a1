import { randomUUID } from 'node:crypto';
import { openEncryptedDatabase } from '@shimabashi/sync/sqlite';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { MIGRATIONS } from '../db/migrations.ts';
import { type HubDatabase } from '../db/open-database.ts';
import { REPEAT_FIRST_MS } from './alert-course.ts';
import { PUSH_LIVES_MS } from './alert-desk.ts';
import { AlertWorld, doctorOf, KIOSK, newsOf, STEP_MS } from './testing/alert-world.ts';

const ALERT = '11111111-1111-4111-8111-111111111111';

function database(doctors: number): HubDatabase {
  const db = openEncryptedDatabase({ path: ':memory:', key: new Uint8Array(32), migrations: MIGRATIONS });
  for (let number = 1; number <= doctors; number += 1) {
    db.prepare("INSERT INTO staff VALUES (?, '', '', 'doctor', '')").run(doctorOf(number).practitionerId);
  }
  return db;
}

let world: AlertWorld;
let sent: { endpoint: string; round: number; atMs: number }[];

function begin(doctors = 2): void {
  world = new AlertWorld(database(doctors), { doctors });
  sent = [];
  world.answer = async push => {
    sent.push({ endpoint: push.endpoint, round: push.round, atMs: world.clock.nowMs() });
    return { kind: 'sent' };
  };
}
beforeEach(() => begin());

const alert = () => world.desk.get(ALERT, world.by(1));
const states = () => alert().steps.map(step => step.state);

describe('an alert', () => {
  it('calls one after the other, then says that nobody has confirmed, and calls everybody again', async () => {
    world.subscribe(1);
    world.subscribe(2);
    const atMs = world.clock.nowMs();
    world.desk.take(newsOf(ALERT), KIOSK);
    await world.pass(0);
    expect(states()).toEqual(['notified', 'to-come']);
    expect(alert()).toMatchObject({ state: 'open', deadlineAtMs: atMs + STEP_MS });
    await world.pass(STEP_MS);
    expect(states()).toEqual(['no-answer', 'notified']);
    expect(alert().steps[1]?.atMs).toBe(atMs + STEP_MS);
    await world.pass(STEP_MS);
    expect(alert()).toMatchObject({ state: 'unconfirmed', deadlineAtMs: null });
    await world.pass(REPEAT_FIRST_MS);
    expect(sent.map(({ endpoint, atMs: at }) => [endpoint.at(-1), at - atMs])).toEqual([
      ['1', 0],
      ['2', STEP_MS],
      ['1', 2 * STEP_MS + REPEAT_FIRST_MS],
      ['2', 2 * STEP_MS + REPEAT_FIRST_MS],
    ]);
    world.desk.accept(ALERT, world.by(2));
    await world.pass(10 * REPEAT_FIRST_MS);
    expect(sent).toHaveLength(4);
  });

  it('passes over at once who cannot be reached by anything', async () => {
    world.subscribe(2);
    world.desk.take(newsOf(ALERT), KIOSK);
    expect(states()).toEqual(['not-reachable', 'notified']);
    begin();
    world.desk.take(newsOf(ALERT), KIOSK);
    expect(alert()).toMatchObject({ state: 'unconfirmed' });
    expect(world.desk.accept(ALERT, world.by(1)).state).toBe('accepted');
  });

  it('passes over whose only browser has withdrawn its subscription', async () => {
    world.subscribe(1);
    world.subscribe(2);
    world.answer = async push => ({ kind: push.practitionerId === 'doctor-1' ? 'gone' : 'sent' });
    world.desk.take(newsOf(ALERT), KIOSK);
    await world.pass(1_000);
    expect(states()).toEqual(['not-reachable', 'notified']);
    expect(world.store.endpointsOf('doctor-1')).toEqual([]);
  });

  it('waits for a person without a browser whose console is open', () => {
    world.here.add('doctor-1');
    world.desk.take(newsOf(ALERT), KIOSK);
    expect(states()).toEqual(['notified', 'to-come']);
  });

  it('is one, however often and on whatever way it is told', async () => {
    world.subscribe(1);
    for (let time = 0; time < 5; time += 1) world.desk.take(newsOf(ALERT), KIOSK);
    world.desk.take(newsOf(ALERT, {}, { told: { atMs: 5 } }), KIOSK);
    await world.pass(5_000);
    expect(world.desk.list(world.by(1))).toHaveLength(1);
    expect(sent).toHaveLength(1);
  });

  it('is another kiosk’s business only by mistake', () => {
    world.desk.take(newsOf(ALERT), KIOSK);
    expect(() => world.desk.take(newsOf(ALERT), { ...KIOSK, deviceId: 'kiosk-2' })).toThrow(
      expect.objectContaining({ code: 'FORBIDDEN' }),
    );
  });

  it('belongs to the first who accepts; the second sees who that was', () => {
    world.subscribe(1);
    world.desk.take(newsOf(ALERT), KIOSK);
    world.desk.delivered(ALERT, world.by(1));
    expect(states()[0]).toBe('delivered');
    world.desk.seen(ALERT, world.by(1));
    expect(states()[0]).toBe('seen');
    expect(world.desk.accept(ALERT, world.by(1)).accepted?.by.practitionerId).toBe('doctor-1');
    const before = alert();
    expect(world.desk.accept(ALERT, world.by(1))).toEqual(before);
    expect(() => world.desk.accept(ALERT, world.by(2))).toThrow(
      expect.objectContaining({ code: 'CONFLICT' }),
    );
    expect(alert().accepted?.by.practitionerId).toBe('doctor-1');
    expect(world.store.dueNotes().map(({ kind }) => kind)).toEqual(['seen', 'accepted']);
  });

  it('is not there for a doctor of another clinic', () => {
    world.desk.take(newsOf(ALERT), KIOSK);
    const other = { staff: doctorOf(2), clinicIds: ['sakate'] };
    for (const ask of ['get', 'delivered', 'seen', 'accept'] as const) {
      expect(() => world.desk[ask](ALERT, other)).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
    }
    expect(world.desk.list(other)).toEqual([]);
  });

  it('goes on calling when a nurse has answered, and says that she has', async () => {
    world.subscribe(1);
    const by = { practitionerId: 'nurse-1', name: '汐入', nameLatin: 'Shioiri', role: 'nurse' as const };
    world.desk.take(newsOf(ALERT, { acknowledged: { by, atMs: world.clock.nowMs() } }), KIOSK);
    expect(alert()).toMatchObject({
      state: 'open',
      acknowledgedAtKiosk: { by: { practitionerId: 'nurse-1' } },
    });
    await world.pass(1_000);
    expect(sent).toHaveLength(1);
  });

  it('that is over is over: nobody is called, and late words do not raise it again', async () => {
    world.subscribe(1);
    world.desk.take(newsOf(ALERT), KIOSK);
    world.desk.take(newsOf(ALERT, { state: 'resolved', endedAtMs: world.clock.nowMs() }), KIOSK);
    world.desk.take(newsOf(ALERT), KIOSK);
    expect(alert().state).toBe('resolved');
    expect(() => world.desk.accept(ALERT, world.by(1))).toThrow(
      expect.objectContaining({ code: 'CONFLICT' }),
    );
    await world.pass(10 * STEP_MS);
    expect(sent).toHaveLength(1);
  });

  it('of which the first word is its end calls nobody', async () => {
    world.subscribe(1);
    world.desk.take(newsOf(ALERT, { state: 'resolved', endedAtMs: 1 }), KIOSK);
    await world.pass(STEP_MS);
    expect(alert().state).toBe('resolved');
    expect(sent).toEqual([]);
  });

  it('does not believe what was written before the newest word', () => {
    const nowMs = world.clock.nowMs();
    world.desk.take(newsOf(ALERT, { state: 'latched', endedAtMs: nowMs }, { kioskNowMs: 5_000 }), KIOSK);
    world.desk.take(newsOf(ALERT, {}, { told: { atMs: 4_000 } }), KIOSK);
    expect(alert().endedAtMs).toBe(nowMs);
    world.desk.take(newsOf(ALERT, {}, { told: { atMs: 6_000 } }), KIOSK);
    expect(alert().endedAtMs).toBeNull();
  });

  it('takes the true time of its beginning as soon as the kiosk’s clock is known', () => {
    const nowMs = world.clock.nowMs();
    world.desk.take(newsOf(ALERT, { raisedAtMs: 7 }, { exact: false }), KIOSK);
    expect(alert().raisedAtMs).toBe(nowMs);
    world.desk.take(newsOf(ALERT, { raisedAtMs: nowMs - 9_000 }), KIOSK);
    expect(alert().raisedAtMs).toBe(nowMs - 9_000);
  });

  it('gives the next person their whole time when the hub did not run at the deadline', async () => {
    begin(3);
    [1, 2, 3].forEach(number => world.subscribe(number));
    world.desk.take(newsOf(ALERT), KIOSK);
    await world.pass(0);
    world.kill();
    world.clock.advance(10 * STEP_MS);
    world.start();
    await world.pass(500);
    expect(states()).toEqual(['no-answer', 'notified', 'to-come']);
    const [, second, third] = alert().steps;
    expect(third!.atMs - second!.atMs).toBe(STEP_MS);
    await world.pass(STEP_MS - 1_000);
    expect(states()[1]).toBe('notified');
    await world.pass(1_000);
    expect(states()).toEqual(['no-answer', 'no-answer', 'notified']);
  });
});

describe('a push', () => {
  it('is tried again, slower each time, until it is too old', async () => {
    world.subscribe(1);
    const atMs: number[] = [];
    world.answer = async () => {
      atMs.push(world.clock.nowMs());
      return { kind: 'later', retryAfterMs: null };
    };
    world.desk.take(newsOf(ALERT), KIOSK);
    await world.pass(PUSH_LIVES_MS);
    const waits = atMs.slice(1).map((at, index) => at - atMs[index]!);
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 20_000, 20_000, 20_000, 20_000]);
    expect(world.outcomes.at(-1)).toBe('expired');
  });

  it('waits as long as the push service asks', async () => {
    world.subscribe(1);
    const atMs: number[] = [];
    world.answer = async () => {
      atMs.push(world.clock.nowMs());
      return atMs.length === 1 ? { kind: 'later', retryAfterMs: 30_000 } : { kind: 'sent' };
    };
    world.desk.take(newsOf(ALERT), KIOSK);
    await world.pass(60_000);
    expect(atMs[1]! - atMs[0]!).toBe(30_000);
  });

  it('that fails in a way that nobody thought of is put off as any other, and said', async () => {
    world.subscribe(1);
    let tries = 0;
    world.answer = () => {
      tries += 1;
      return Promise.reject(new Error('a surprise'));
    };
    world.desk.take(newsOf(ALERT), KIOSK);
    await world.pass(10_000);
    expect(tries).toBe(4);
    expect(world.unexpected).toHaveLength(4);
  });

  it('that hangs holds up nobody else', async () => {
    world.subscribe(1, 'https://push.example/hangs');
    world.subscribe(1, 'https://push.example/works');
    const done: string[] = [];
    world.answer = push =>
      push.endpoint.endsWith('hangs')
        ? new Promise(() => {})
        : Promise.resolve({ kind: 'sent' as const }).finally(() => done.push(push.alertId));
    const alertIds = [randomUUID(), randomUUID(), randomUUID()];
    for (const alertId of alertIds) world.desk.take(newsOf(alertId), KIOSK);
    await world.pass(1_000);
    expect(done.toSorted()).toEqual(alertIds.toSorted());
  });

  it('is not sent to who withdrew it, nor after somebody accepted', async () => {
    world.subscribe(1);
    world.answer = async () => ({ kind: 'later', retryAfterMs: 10_000 });
    world.desk.take(newsOf(ALERT), KIOSK);
    await world.pass(0);
    world.desk.accept(ALERT, world.by(2));
    world.answer = async push => {
      sent.push({ endpoint: push.endpoint, round: push.round, atMs: world.clock.nowMs() });
      return { kind: 'sent' };
    };
    await world.pass(STEP_MS);
    expect(sent).toEqual([]);
  });
});

/** What browsers show: one notification for each tag, which rings again only for a later round. */
class Browsers {
  readonly #rounds = new Map<string, number>();
  readonly rang: string[] = [];
  show({ endpoint, alertId, round }: { endpoint: string; alertId: string; round: number }): void {
    const place = `${endpoint} ${alertId}`;
    if ((this.#rounds.get(place) ?? 0) >= round) return;
    this.#rounds.set(place, round);
    this.rang.push(`${place} ${round}`);
  }
  has(number: number, alertId: string): boolean {
    return this.#rounds.has(`https://push.example/${number} ${alertId}`);
  }
}

const RUNS = 5;
const ALERTS_A_RUN = 200;

describe('a thousand alerts', () => {
  /** One evening of a hub that is killed and of push services that fail, from a seed. */
  async function evening(chance: () => number) {
    const browsers = new Browsers();
    let outUntilMs = 0;
    world.answer = async push => {
      const isOut = world.clock.nowMs() < outUntilMs;
      // Half of what fails was taken all the same: only the answer got lost.
      if (!isOut || chance() < 0.5) browsers.show(push);
      return isOut ? { kind: 'later', retryAfterMs: null } : { kind: 'sent' };
    };
    const alertIds: string[] = [];
    let isUp = true;
    let lateMs = 0;
    for (let half = 0; half < 400; half += 1) {
      if (isUp && chance() < 0.02) world.kill();
      else if (!isUp && chance() < 0.3) world.start();
      isUp = world.isUp;
      if (chance() < 0.01) outUntilMs = world.clock.nowMs() + chance() * 40_000;
      while (isUp && alertIds.length < ALERTS_A_RUN && chance() < 0.6) {
        const alertId = randomUUID();
        alertIds.push(alertId);
        world.desk.take(newsOf(alertId), KIOSK);
        if (chance() < 0.5) world.desk.take(newsOf(alertId), KIOSK);
      }
      // oxlint-disable-next-line no-await-in-loop -- time goes one way
      await world.pass(500);
      if (isUp) lateMs = Math.max(lateMs, ...alertIds.map(overdueMs));
    }
    if (!isUp) world.start();
    outUntilMs = 0;
    await world.pass(10 * STEP_MS, 1_000);
    return { browsers, alertIds, lateMs };
  }

  it('through kills and outages: none lost, none rings twice, no timer is more than a second late', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 2 ** 31 - 1 }), async seed => {
        begin(3);
        [1, 2, 3].forEach(number => world.subscribe(number));
        const { browsers, alertIds, lateMs } = await evening(chanceOf(seed));
        expect(alertIds).toHaveLength(ALERTS_A_RUN);
        expect(world.unexpected).toEqual([]);
        expect(new Set(browsers.rang).size).toBe(browsers.rang.length);
        for (const alertId of alertIds) {
          const { state, steps } = world.desk.get(alertId, world.by(1));
          expect([state, ...steps.map(step => step.state)]).toEqual([
            'unconfirmed',
            ...Array(3).fill('no-answer'),
          ]);
          expect([1, 2, 3].filter(number => !browsers.has(number, alertId))).toEqual([]);
        }
        expect(lateMs).toBeLessThanOrEqual(1_000);
      }),
      { numRuns: RUNS },
    );
  }, 60_000);
});

/** How long ago, while the hub runs, something should have happened that has not. */
function overdueMs(alertId: string): number {
  const { deadlineAtMs } = world.desk.get(alertId, world.by(1));
  return deadlineAtMs === null ? 0 : world.clock.nowMs() - deadlineAtMs;
}

/** A small generator of numbers from 0 to 1 (mulberry32), so that a seed tells everything. */
function chanceOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
