import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ObservationSource, SAMPLE_HELD_MS } from '@shimabashi/contracts';
import { readObservation } from '@shimabashi/clinical';
import { type RunningTestStore, sampleAt, TestKiosk } from './testing/kiosk.ts';
import { MORNING_MS, OTHER_PATIENT, PATIENT, PLANNED } from './testing/people.ts';

let kiosk: TestKiosk;
let store: RunningTestStore;
beforeEach(async () => {
  kiosk = new TestKiosk().seed();
  store = kiosk.start();
  await store.signIn();
  await store.get('visits.open', {
    operationId: randomUUID(),
    patientId: PATIENT.id,
    encounterId: PLANNED.id,
  });
});
afterEach(() => kiosk.end());

const SAMPLE = sampleAt(MORNING_MS + 300, { quality: ['perfusion-low'], deviceName: 'Ward A' });
const byHand = (change: object = {}) => ({
  kind: 'by-hand',
  parameter: 'body-temperature',
  value: 36.7,
  unit: 'Cel',
  reason: '体温計が電池切れ',
  ...change,
});
const fromDevice = (sampleId = SAMPLE.sampleId) => ({ kind: 'device', sampleId });
const save = (...sources: object[]) => ({
  encounterId: PLANNED.id,
  entries: sources.map(source => ({ operationId: randomUUID(), source: source as ObservationSource })),
});
const saved = async () =>
  (await store.get('observations.list', { patientId: PATIENT.id, limit: 50 })).entries;

describe('saving a reading', () => {
  it('keeps exactly what the device sent, for the patient who is here', async () => {
    store.send({ type: 'samples', samples: [SAMPLE] });
    kiosk.nowMs += 20_000;
    const { entries } = await store.get('observations.save', save(fromDevice()));
    expect(entries).toHaveLength(1);
    expect(readObservation(entries[0]!.resource)).toMatchObject({
      patientId: PATIENT.id,
      encounterId: PLANNED.id,
      parameter: 'SpO2',
      value: 97,
      unit: '%',
      effectiveAtMs: SAMPLE.receivedAtMs,
      method: 'device',
      deviceId: 'oximeter',
      deviceName: 'Ward A',
      performerId: 'nurse-1',
      quality: ['perfusion-low'],
    });
    expect(entries[0]).toMatchObject({ authorId: 'nurse-1', deviceId: 'kiosk-1', place: 'here' });
    expect(await saved()).toEqual(entries);
    expect(store.events.at(-2)).toEqual({ event: 'chart-changed', patientId: PATIENT.id });
    expect(store.events.at(-1)).toMatchObject({
      event: 'sync',
      status: { waiting: { vitals: 1, chart: 1 } },
    });
  });

  it('twice with one operation id is one entry, also over a crash and after the visit', async () => {
    store.send({ type: 'samples', samples: [SAMPLE] });
    const request = save(fromDevice());
    const first = await store.get('observations.save', request);
    kiosk.crash();
    store = kiosk.start();
    await store.get('visits.pause', {});
    expect(await store.get('observations.save', request)).toEqual(first);
    expect(await saved()).toHaveLength(1);
  });

  it('is one entry for one sample, whoever asks, and also when it can no longer be vouched for', async () => {
    store.send({ type: 'samples', samples: [SAMPLE] });
    const { entries: first } = await store.get('observations.save', save(fromDevice(), fromDevice()));
    expect(first[1]).toEqual(first[0]);
    expect(await store.get('observations.save', save(fromDevice()))).toEqual({ entries: [first[0]] });
    kiosk.nowMs += SAMPLE_HELD_MS + 1_000;
    expect(await store.get('observations.save', save(fromDevice()))).toEqual({ entries: [first[0]] });
    expect(await saved()).toHaveLength(1);
  });

  it('is one entry each for two devices that measure the same', async () => {
    const ofCuff = sampleAt(MORNING_MS + 300, {
      sampleId: 'cuff-1/record/1',
      deviceId: 'cuff-1',
      deviceName: 'A&D',
      parameter: 'pulse-rate',
      unit: '/min',
    });
    const ofOximeter = sampleAt(MORNING_MS + 400, { parameter: 'pulse-rate', unit: '/min' });
    store.send({ type: 'samples', samples: [ofCuff, ofOximeter] });
    const sources = [fromDevice(ofCuff.sampleId), fromDevice(ofOximeter.sampleId)];
    const { entries } = await store.get('observations.save', save(...sources));
    expect(entries.map(({ resource }) => readObservation(resource).deviceId)).toEqual(['cuff-1', 'oximeter']);
  });

  it('is the first of two samples, where the answer to the first was lost and another was sent after it', async () => {
    const later = sampleAt(MORNING_MS + 600);
    store.send({ type: 'samples', samples: [SAMPLE, later] });
    const request = save(fromDevice());
    const first = await store.get('observations.save', request);
    const again = { ...request.entries[0]!, source: fromDevice(later.sampleId) as ObservationSource };
    expect(await store.get('observations.save', { ...request, entries: [again] })).toEqual(first);
    expect(await saved()).toHaveLength(1);
  });

  it('keeps all entries or none', async () => {
    store.send({ type: 'samples', samples: [SAMPLE] });
    expect(await store.refusal('observations.save', save(fromDevice(), fromDevice('gone')))).toBe(
      'SAMPLE_EXPIRED',
    );
    expect(await saved()).toEqual([]);
    await store.get('observations.save', save(fromDevice(), byHand()));
    expect(await saved()).toHaveLength(2);
  });

  it('refuses one that is too old, absent, or from before the visit', async () => {
    const absent = sampleAt(MORNING_MS + 301, { measured: { status: 'absent', reason: 'searching' } });
    const before = sampleAt(MORNING_MS - 1);
    store.send({ type: 'samples', samples: [before, SAMPLE, absent] });
    expect(await store.refusal('observations.save', save(fromDevice(absent.sampleId)))).toBe('SAMPLE_ABSENT');
    expect(await store.refusal('observations.save', save(fromDevice(before.sampleId)))).toBe(
      'SAMPLE_EXPIRED',
    );
    kiosk.nowMs = SAMPLE.receivedAtMs + SAMPLE_HELD_MS + 1;
    expect(await store.refusal('observations.save', save(fromDevice()))).toBe('SAMPLE_EXPIRED');
  });

  it("never gives one patient's reading to the next", async () => {
    store.send({ type: 'samples', samples: [SAMPLE] });
    const next = { operationId: randomUUID(), patientId: OTHER_PATIENT.id, encounterId: null };
    const { visit } = await store.get('visits.open', next);
    const request = { ...save(fromDevice()), encounterId: visit.encounterId };
    expect(await store.refusal('observations.save', request)).toBe('SAMPLE_EXPIRED');
    expect(await store.refusal('observations.save', save(fromDevice()))).toBe('VISIT_CLOSED');
  });

  it('refuses an operation id that belongs to something else', async () => {
    const [entry] = save(byHand()).entries;
    await store.get('observations.save', { encounterId: PLANNED.id, entries: [entry!] });
    const next = { operationId: randomUUID(), patientId: OTHER_PATIENT.id, encounterId: null };
    const { visit } = await store.get('visits.open', next);
    const elsewhere = { encounterId: visit.encounterId, entries: [entry!] };
    expect(await store.refusal('observations.save', elsewhere)).toBe('CONFLICT');
    const sameTwice = { encounterId: visit.encounterId, entries: [entry!, entry!] };
    expect(await store.refusal('observations.save', sameTwice)).toBe('BAD_REQUEST');
    const ofTheVisit = {
      encounterId: visit.encounterId,
      entries: [{ ...entry!, operationId: next.operationId }],
    };
    expect(await store.refusal('observations.save', ofTheVisit)).toBe('CONFLICT');
  });
});

describe('entering by hand', () => {
  it('keeps the number, the moment and the reason', async () => {
    kiosk.nowMs += 7_000;
    const { entries } = await store.get('observations.save', save(byHand()));
    expect(entries[0]?.reason).toBe('体温計が電池切れ');
    expect(readObservation(entries[0]!.resource)).toMatchObject({
      parameter: 'body-temperature',
      value: 36.7,
      unit: 'Cel',
      effectiveAtMs: MORNING_MS + 7_000,
      method: 'by-hand',
      deviceId: null,
      reason: '体温計が電池切れ',
    });
  });

  it.each([
    ['unit', { unit: '[degF]', value: 98 }],
    ['value', { value: 367 }],
    ['value', { value: 36.71 }],
    ['reason', { reason: '   ' }],
  ])('refuses a wrong %s', async (at, change) => {
    const result = await store.ask('observations.save', save(byHand(change)));
    expect(result).toMatchObject({ ok: false, error: { code: 'BAD_REQUEST', details: { at } } });
    expect(await saved()).toEqual([]);
  });
});

describe('the files of the kiosk', () => {
  it('hold no name and no value in the clear, and the log neither', async () => {
    await store.get('observations.save', save(byHand()));
    const files = readdirSync(kiosk.dataDir);
    expect(files).toContain('chart.db-wal');
    const onDisk = files.map(name => readFileSync(join(kiosk.dataDir, name)).toString('latin1')).join('\n');
    const logged = kiosk.logged.join('\n');
    for (const text of ['磯崎', 'Isozaki', 'イソザキ', '体温計']) {
      expect(onDisk.includes(Buffer.from(text).toString('latin1'))).toBe(false);
      expect(logged).not.toContain(text);
    }
  });

  it('do not open with another key, and say so', () => {
    kiosk.crash();
    writeFileSync(join(kiosk.dataDir, 'chart.key'), 'ab'.repeat(32));
    expect(() => kiosk.start()).toThrow(expect.objectContaining({ code: 'STORE_KEY_WRONG' }));
  });
});

describe('messages that do not fit', () => {
  it.each([
    ['nothing', undefined],
    ['a text', 'samples'],
    ['an unknown type', { type: 'format-disk' }],
    [
      'a sample that is none',
      { type: 'samples', samples: [{ ...SAMPLE, measured: { status: 'measured', value: 'x' } }] },
    ],
    ['too many samples', { type: 'samples', samples: Array.from({ length: 65 }, () => SAMPLE) }],
  ])('break nothing: %s', async (_, message) => {
    store.sendRaw(message);
    expect(await store.get('visits.current', {})).toMatchObject({ visit: { patientId: PATIENT.id } });
  });

  it.each([
    ['constructor', {}, 'UNKNOWN_ROW'],
    ['devices.list', {}, 'UNKNOWN_ROW'],
    ['patients.get', { patientId: '../etc/passwd' }, 'BAD_REQUEST'],
    ['patients.find', { text: 'x'.repeat(81), limit: 5 }, 'BAD_REQUEST'],
    ['observations.save', null, 'BAD_REQUEST'],
    ['session.sign-in', { practitionerId: 'nurse-1', pin: '12' }, 'BAD_REQUEST'],
  ])('get a code: %s', async (row, body, code) => {
    expect(await store.refusal(row, body)).toBe(code);
  });
});
