import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type KioskEvent, type LinkUp } from '@shimabashi/contracts';
import { ENROLMENT_CODE, FakeHub } from './testing/fake-hub.ts';
import { type RunningTestStore, sampleAt, TestKiosk } from './testing/kiosk.ts';
import { MORNING_MS, PATIENT, PLANNED } from './testing/people.ts';

let hub: FakeHub;
let kiosk: TestKiosk;
beforeEach(async () => {
  hub = await FakeHub.start();
  kiosk = new TestKiosk();
});
afterEach(async () => {
  kiosk.end();
  await hub.end();
});

const start = (): RunningTestStore =>
  kiosk.start({ KIOSK_HUB_URL: hub.url, KIOSK_ENROLMENT_CODE: ENROLMENT_CODE, KIOSK_NAME: '診察室' });
const linkIs =
  (link: 'up' | 'down') =>
  (event: KioskEvent): boolean =>
    event.event === 'sync' && event.status.link === link;
const pulled = (event: KioskEvent): boolean => event.event === 'sync' && event.status.lastPulledAtMs !== null;
const empty = (event: KioskEvent): boolean =>
  event.event === 'sync' && event.status.waiting.chart === 0 && event.status.waiting.vitals === 0;

/** A kiosk that is linked, knows its patients and staff, and has a nurse signed in. */
async function linked(): Promise<RunningTestStore> {
  const store = start();
  await store.until(pulled);
  // The first `session` is the store's greeting; the second says that the staff has come.
  await store.until(() => store.events.filter(event => event.event === 'session').length >= 2);
  await store.signIn();
  return store;
}

async function openVisit(store: RunningTestStore): Promise<void> {
  await store.get('visits.open', {
    operationId: randomUUID(),
    patientId: PATIENT.id,
    encounterId: PLANNED.id,
  });
}

const byHand = {
  kind: 'by-hand',
  parameter: 'respiratory-rate',
  value: 18,
  unit: '/min',
  reason: '数えた',
} as const;

describe('the link', () => {
  it('enrols once, brings staff and charts, and answers the heartbeat', async () => {
    const store = await linked();
    expect(hub.deviceNames).toEqual(['診察室']);
    expect((await store.get('session.current', {})).clinic?.name).toBe('試験島診療所');
    expect((await store.get('today.list', {})).entries).toHaveLength(2);
    await hub.until(() => hub.heard.some(message => message.type === 'echo'));
    expect(hub.heard.find(message => message.type === 'echo')).toEqual({
      type: 'echo',
      askedAtMs: MORNING_MS,
      otherAtMs: MORNING_MS,
    });
    expect(hub.heard).toContainEqual(statusOf(0));

    kiosk.crash();
    await start().until(linkIs('up'));
    expect(hub.requests.filter(request => request.row === 'device.enrol')).toHaveLength(1);
  });

  it('asks again with the same key when the answer to its code was lost', async () => {
    let lost = 0;
    hub.interfere((_, response) => {
      lost += 1;
      response.destroy();
      if (lost === 2) hub.interfere();
    });
    await start().until(linkIs('up'));
    expect(hub.deviceNames).toEqual(['診察室']);
  });

  it('delivers what was entered offline exactly once, also when answers are lost', async () => {
    const store = await linked();
    await openVisit(store);
    hub.interfere((_, response) => void response.destroy());
    hub.cutLink();
    await store.until(linkIs('down'));
    const operationIds = Array.from({ length: 30 }, () => randomUUID());
    for (const operationId of operationIds) {
      // oxlint-disable-next-line no-await-in-loop -- a nurse saves one after the other
      const { entries } = await store.get('observations.save', {
        encounterId: PLANNED.id,
        entries: [{ operationId, source: byHand }],
      });
      expect(entries[0]?.place).toBe('here');
    }
    hub.loseAnswers(2);
    hub.interfere();
    await hub.until(() => operationIds.every(id => hub.chart.operationIds().includes(id)));
    await store.until(event => empty(event) && event === store.events.at(-1));
    const known = hub.chart.operationIds();
    expect(new Set(known).size).toBe(known.length);
    const { entries } = await store.get('observations.list', { patientId: PATIENT.id, limit: 200 });
    expect(new Set(entries.map(entry => entry.place))).toEqual(new Set(['at-hospital']));
  });

  it('tells the screens when what was saved here has reached the hospital', async () => {
    const store = await linked();
    await openVisit(store);
    await expect.poll(async () => (await store.get('sync.status', {})).waiting.chart).toBe(0);
    const operationId = randomUUID();
    kiosk.nowMs += 1_000;
    await store.get('observations.save', {
      encounterId: PLANNED.id,
      entries: [{ operationId, source: byHand }],
    });
    await store.until(() => {
      const confirmed = store.events.findIndex(
        event => event.event === 'sync' && event.status.lastConfirmedAtMs === kiosk.nowMs,
      );
      const next = confirmed < 0 ? undefined : store.events[confirmed + 1];
      return next?.event === 'chart-changed' && next.patientId === null;
    });
    const { entries } = await store.get('observations.list', { patientId: PATIENT.id, limit: 10 });
    expect(entries.find(entry => entry.versionId === operationId)?.place).toBe('at-hospital');
  });

  it('signs in again by itself when the hub has forgotten it', async () => {
    const store = await linked();
    hub.forgetTokens();
    await openVisit(store);
    await hub.until(() => hub.chart.history(PLANNED.id).length === 2);
    store.events.length = 0;
    hub.forgetTokens();
    hub.cutLink();
    const before = hub.requests.filter(request => request.row === 'device.sign-in').length;
    await store.until(linkIs('up'));
    expect(before).toBe(2);
  });

  it('is back at once after a long cut at a hub that was restarted', { timeout: 20_000 }, async () => {
    const store = await linked();
    hub.interfere((_, response) => void response.destroy());
    hub.forgetTokens();
    hub.cutLink();
    await hub.until(() => hub.requests.filter(request => request.row === 'device.challenge').length >= 4);
    store.events.length = 0;
    hub.interfere();
    // A pause that grew with the cut, as one for refusals does, would end after the time of this test.
    await store.until(linkIs('up'));
    expect(hub.deviceNames).toHaveLength(1);
  });

  it('pulls when it is poked, and says whose chart has changed', async () => {
    const store = await linked();
    const news = { ...PATIENT, gender: 'other' };
    const base = hub.chart.history(PATIENT.id)[0]!.operation;
    hub.chart.accept(
      [{ ...base, operationId: randomUUID(), baseVersionId: base.operationId, resource: news }],
      {
        actorId: 'doctor-1',
        deviceId: 'console-1',
        action: 'write',
        patientId: PATIENT.id,
        atMs: MORNING_MS,
      },
    );
    store.events.length = 0;
    hub.send({ type: 'poke' });
    await store.until(event => event.event === 'chart-changed' && event.patientId === PATIENT.id);
    expect((await store.get('patients.get', { patientId: PATIENT.id })).patient.resource).toEqual(news);
  });

  it.each<[string, string | Buffer]>([
    ['no JSON', 'poke!'],
    ['an unknown message', '{"type":"format-disk"}'],
    ['a wrong field', '{"type":"ask","askedAtMs":"now"}'],
    ['bytes', Buffer.from([0, 255, 1])],
  ])('leaves %s alone', async (_, text) => {
    await linked();
    hub.sendRaw(text);
    hub.send({ type: 'ask', askedAtMs: 77 });
    await hub.until(() => hub.heard.some(message => message.type === 'echo' && message.askedAtMs === 77));
    expect(hub.requests.filter(request => request.row === 'sync.staff')).toHaveLength(1);
  });

  it('is lost by a message that is too large, and comes back', async () => {
    const store = await linked();
    hub.sendRaw(`"${'x'.repeat(300_000)}"`);
    await store.until(linkIs('down'));
    store.events.length = 0;
    await store.until(linkIs('up'));
    expect(store.events.some(linkIs('up'))).toBe(true);
  });
});

describe('live numbers', () => {
  it('reach the hub with the patient who is here, and end when the patient leaves', async () => {
    const store = await linked();
    const nobodys = sampleAt(MORNING_MS);
    store.send({ type: 'samples', samples: [nobodys] });
    await openVisit(store);
    const live = sampleAt(MORNING_MS + 100);
    store.send({ type: 'samples', samples: [sampleAt(MORNING_MS - 1), live] });
    await store.get('visits.pause', {});
    store.send({ type: 'samples', samples: [sampleAt(MORNING_MS + 200)] });
    hub.send({ type: 'ask', askedAtMs: 88 });
    await hub.until(() => hub.heard.some(message => message.type === 'echo' && message.askedAtMs === 88));
    const heard = hub.heard.filter(message => message.type === 'samples' || message.type === 'live-ended');
    expect(heard).toEqual([
      { type: 'samples', patientId: PATIENT.id, encounterId: PLANNED.id, samples: [live] },
      { type: 'live-ended', patientId: PATIENT.id },
    ]);
  });

  it('are withdrawn at the hub when the device is gone', async () => {
    const store = await linked();
    await openVisit(store);
    store.send({ type: 'live-ended' });
    await hub.until(() => hub.heard.some(message => message.type === 'live-ended'));
    expect(hub.heard).toContainEqual({ type: 'live-ended', patientId: PATIENT.id });
  });
});

function statusOf(waiting: number): LinkUp {
  return { type: 'status', waiting: { vitals: 0, chart: waiting, thumbnail: 0, photo: 0 }, parked: 0 };
}
