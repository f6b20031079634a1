import { randomUUID } from 'node:crypto';
import { buildEncounter, isDecision, readDecision, readEncounter, readNote } from '@shimabashi/clinical';
import { type HubContract, type Operation, type RowRequest, type RowResult } from '@shimabashi/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { operationOf, patientOperation, startTestHub, type TestHub } from '../testing/test-hub.ts';

let hub: TestHub;
let kiosk: Awaited<ReturnType<TestHub['kiosk']>>;
let doctor: Record<string, string>;
let other: Record<string, string>;
const patientId = 'patient-1';
const encounterId = 'visit-1';

beforeEach(async () => {
  hub = await startTestHub();
  kiosk = await hub.kiosk('sakate-1');
  doctor = await hub.doctor();
  other = await hub.doctor('doctor-sakate', 'shima kara shima e');
  await push(patientOperation(kiosk, patientId), visitOperation());
});
afterEach(() => hub.remove());

function visitOperation(change: Partial<Parameters<typeof buildEncounter>[0]> = {}): Operation {
  const resource = buildEncounter({
    encounterId,
    patientId,
    clinicId: kiosk.clinicId,
    status: 'in-progress',
    plannedAtMs: null,
    arrivedAtMs: null,
    startedAtMs: Date.now() - 600_000,
    finishedAtMs: null,
    reason: null,
    ...change,
  });
  return operationOf(kiosk, resource, patientId);
}

async function push(...operations: Operation[]): Promise<void> {
  const { results } = await hub.ask('sync.push', { operations }, kiosk.headers);
  expect(results.map(({ outcome }) => outcome)).not.toContain('rejected');
}

const SECTIONS = { subjective: '咳が3日', objective: 'SpO₂ 94 %', assessment: '', plan: '安静' };
const DECISION = { kind: 'online', reason: '落ち着いている', whenWorse: '息が苦しいときは電話' } as const;

function note(change: Partial<RowRequest<HubContract, 'notes.save'>> = {}) {
  return {
    operationId: randomUUID(),
    baseVersionId: null,
    noteId: 'note-1',
    patientId,
    encounterId,
    sections: SECTIONS,
    ...change,
  };
}

function closing(change: Partial<RowRequest<HubContract, 'visits.close'>> = {}) {
  return {
    operationId: randomUUID(),
    patientId,
    encounterId,
    note: { noteId: 'note-1', baseVersionId: null, sections: SECTIONS },
    decision: DECISION,
    ...change,
  };
}

const codeOf = (result: RowResult): string => (result.ok ? 'OK' : result.error.code);
const ask = async (row: 'notes.save' | 'visits.close', body: unknown, headers = doctor) =>
  codeOf((await hub.post(row, body, headers)).result);

describe('a note', () => {
  it('is kept as a draft while it is written, one version after the other', async () => {
    const first = await hub.ask('notes.save', note(), doctor);
    const sections = { ...SECTIONS, assessment: '上気道炎' };
    const second = await hub.ask(
      'notes.save',
      note({ baseVersionId: first.entry.versionId, sections }),
      doctor,
    );
    expect(readNote(second.entry.resource)).toMatchObject({
      status: 'preliminary',
      authorId: 'doctor-both',
      encounterId,
      sections,
    });
  });

  it('saved twice is saved once', async () => {
    const request = note();
    const first = await hub.ask('notes.save', request, doctor);
    expect(await hub.ask('notes.save', request, doctor)).toEqual(first);
    expect(await ask('notes.save', request, other)).toBe('CONFLICT');
  });

  it('is not written over: not by an old screen, and not by another doctor', async () => {
    const { entry } = await hub.ask('notes.save', note(), doctor);
    expect(await ask('notes.save', note())).toBe('CONFLICT');
    expect(await ask('notes.save', note({ baseVersionId: randomUUID() }))).toBe('CONFLICT');
    expect(await ask('notes.save', note({ baseVersionId: entry.versionId }), other)).toBe('FORBIDDEN');
    const signing = { noteId: 'note-1', baseVersionId: entry.versionId, sections: SECTIONS };
    expect(await ask('visits.close', closing({ note: signing }), other)).toBe('FORBIDDEN');
    // Another's draft does not keep a doctor from writing their own.
    expect(await ask('notes.save', note({ noteId: 'note-2' }), other)).toBe('OK');
  });

  it('is of this visit and no other resource', async () => {
    expect(await ask('notes.save', note({ noteId: encounterId }))).toBe('NOT_FOUND');
    expect(await ask('notes.save', note({ encounterId: 'visit-9' }))).toBe('NOT_FOUND');
    expect(await ask('notes.save', note({ patientId: 'patient-9' }))).toBe('NOT_FOUND');
  });

  it('is not for the doctors of other clinics', async () => {
    await hub.remove();
    hub = await startTestHub();
    kiosk = await hub.kiosk('kamishima-1');
    await push(patientOperation(kiosk, patientId), visitOperation());
    other = await hub.doctor('doctor-sakate', 'shima kara shima e');
    expect(await ask('notes.save', note(), other)).toBe('NOT_FOUND');
    expect(await ask('visits.close', closing(), other)).toBe('NOT_FOUND');
  });
});

describe('closing a visit', () => {
  it('signs the note, keeps the decision and finishes the visit, for the kiosk too', async () => {
    const draft = await hub.ask('notes.save', note(), doctor);
    const signing = { noteId: 'note-1', baseVersionId: draft.entry.versionId, sections: SECTIONS };
    const { entries } = await hub.ask('visits.close', closing({ note: signing }), doctor);
    const [signed, decision, visit] = entries.map(({ resource }) => resource);
    expect(readNote(signed!)).toMatchObject({ status: 'final', sections: SECTIONS });
    expect(readDecision(decision!)).toMatchObject({
      decision: DECISION,
      encounterId,
      authorId: 'doctor-both',
    });
    expect(readEncounter(visit!)).toMatchObject({ status: 'finished' });
    const pulled = await hub.ask(
      'sync.pull',
      { cursor: { epoch: null, sequence: 0 }, limit: 100 },
      kiosk.headers,
    );
    const resources = pulled.versions.map(({ operation }) => operation.resource);
    expect(resources.filter(isDecision)).toHaveLength(1);
    expect(resources.at(-1)).toMatchObject({ id: encounterId, status: 'finished' });
    expect(new Set(pulled.versions.slice(-3).map(({ operation }) => operation.authorId))).toEqual(
      new Set(['doctor-both']),
    );
  });

  it('sent twice is done once, and a second decision comes too late', async () => {
    const request = closing({ note: null });
    const first = await hub.ask('visits.close', request, doctor);
    expect(first.entries).toHaveLength(2);
    expect(await hub.ask('visits.close', request, doctor)).toEqual(first);
    expect(await ask('visits.close', closing({ note: null }))).toBe('VISIT_CLOSED');
    expect(await ask('visits.close', request, other)).toBe('CONFLICT');
    expect(await ask('notes.save', note())).toBe('VISIT_CLOSED');
  });

  it('keeps nothing when one part of it does not fit', async () => {
    await hub.ask('notes.save', note(), doctor);
    expect(await ask('visits.close', closing())).toBe('CONFLICT');
    const { resources } = await hub.ask('patients.get', { patientId }, doctor);
    expect(resources.some(({ resource }) => isDecision(resource))).toBe(false);
    expect(resources.find(({ resource }) => resource.id === encounterId)?.resource['status']).toBe(
      'in-progress',
    );
  });

  it('is refused while the visit has two versions, and for one that nobody began', async () => {
    await push(visitOperation({ reason: { text: '別の版', latin: '' } }));
    expect(await ask('visits.close', closing())).toBe('CONFLICT');
    await push({
      ...visitOperation({ encounterId: 'visit-2', status: 'planned', startedAtMs: null }),
    });
    expect(await ask('visits.close', closing({ encounterId: 'visit-2' }))).toBe('VISIT_CLOSED');
  });

  it.each([
    ['no reason', { ...DECISION, reason: ' ' }],
    ['no word for when it gets worse', { ...DECISION, whenWorse: '' }],
    ['no date', { ...DECISION, kind: 'in-person' }],
    ['no hospital', { ...DECISION, kind: 'transfer', to: '' }],
  ])('takes no decision with %s', async (_, decision) => {
    expect(await ask('visits.close', { ...closing(), decision })).toBe('BAD_REQUEST');
  });
});
