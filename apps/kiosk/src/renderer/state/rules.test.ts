import { buildAllergy, buildObservation } from '@shimabashi/clinical';
import { type ChartEntry, type ResourceEnvelope, type TodayEntry } from '@shimabashi/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { faceFor } from '../fit-window.ts';
import { messages as en } from '../locales/en.po';
import { messages as ja } from '../locales/ja.po';
import { needsOwnLine } from '../parts/allergy-block.tsx';
import { bandOf } from '../parts/band.tsx';
import { pageCapacity } from '../parts/paged.tsx';
import { pressPin } from '../parts/pin-pad.tsx';
import { NOW, playKiosk } from '../testing/play-kiosk.ts';
import { allergyKnowledge, previousValue, savedLines } from './chart.ts';
import { bridgeOf, inOrder, nextEntry } from './today.ts';

const entry = (resource: ResourceEnvelope, change: Partial<ChartEntry> = {}): ChartEntry => ({
  versionId: '00000000-0000-4000-8000-000000000001',
  resource,
  authorId: 'n1',
  deviceId: 'kiosk-1',
  reason: null,
  authoredAtMs: NOW,
  place: 'here',
  parkedCode: null,
  ...change,
});
const allergy = (allergyId: string, text: string, severe = false) =>
  entry(
    buildAllergy({
      allergyId,
      patientId: 'p1',
      allergy: { kind: 'allergy', substance: { text, latin: '' }, reaction: null, severe },
      recordedOn: '2009-05-01',
      recorderId: null,
    }),
  );
const none = (recordedOn: string) =>
  entry(
    buildAllergy({
      allergyId: `none-${recordedOn}`,
      patientId: 'p1',
      allergy: { kind: 'none-known' },
      recordedOn,
      recorderId: null,
    }),
  );
const broken = entry({ resourceType: 'AllergyIntolerance', id: 'broken' });

describe('allergies', () => {
  it('are unknown while nothing is on record', () => {
    expect(allergyKnowledge([])).toEqual({ kind: 'unknown', unreadable: 0 });
  });

  it('are none only on a record that says so, with its newest date', () => {
    expect(allergyKnowledge([none('2020-01-01'), none('2024-05-01')])).toEqual({
      kind: 'none',
      askedOn: '2024-05-01',
    });
  });

  it('outweigh a "none", the severe ones first', () => {
    const known = allergyKnowledge([
      none('2024-05-01'),
      allergy('a1', 'そば'),
      allergy('a2', 'ペニシリン系', true),
    ]);
    expect(known.kind === 'allergies' && known.allergies.map(each => each.substance)).toEqual([
      'ペニシリン系',
      'そば',
    ]);
  });

  it('are never none while a record cannot be read', () => {
    expect(allergyKnowledge([none('2024-05-01'), broken])).toEqual({ kind: 'unknown', unreadable: 1 });
    expect(allergyKnowledge([allergy('a1', 'そば'), broken])).toMatchObject({
      kind: 'allergies',
      unreadable: 1,
    });
  });

  it('take a line of their own when they are several', () => {
    const facts = (text: string) => {
      const known = allergyKnowledge([allergy('a1', text)]);
      return known.kind === 'allergies' ? known.allergies : [];
    };
    expect(needsOwnLine(facts('そば'), 0)).toBe(false);
    expect(needsOwnLine([...facts('そば'), ...facts('卵')], 0)).toBe(true);
    expect(needsOwnLine(facts('そば'), 1)).toBe(true);
  });
});

describe('saved values', () => {
  const value = (observationId: string, spo2: number, effectiveAtMs: number) =>
    buildObservation({
      observationId,
      patientId: 'p1',
      encounterId: 'e1',
      parameter: 'SpO2',
      measured: { status: 'measured', value: spo2 },
      effectiveAtMs,
      performerId: 'n1',
      source: { method: 'by-hand', reason: 'played' },
    });

  it('carry the mark of where they are', () => {
    const lines = savedLines([
      entry(value('o1', 96, NOW)),
      entry(value('o2', 95, NOW), { place: 'at-hospital' }),
      entry(value('o3', 94, NOW), { place: 'parked', parkedCode: 'RESOURCE_INVALID' }),
      entry(value('o4', 93, NOW)),
      entry(value('o4', 92, NOW)),
      entry({ resourceType: 'Observation', id: 'o5' }),
    ]);
    expect(lines.map(line => line.bridge)).toEqual([
      'here',
      'there',
      'parked',
      'conflict',
      'conflict',
      'here',
    ]);
    expect(lines[5]?.facts).toBeNull();
  });

  it('of before this visit give the previous one, not those of now', () => {
    const lines = savedLines([
      entry(value('o1', 94, NOW)),
      entry(value('o2', 96, NOW - 9_000)),
      entry(value('o3', 97, NOW - 8_000)),
    ]);
    expect(previousValue(lines, 'SpO2', NOW)).toEqual({ value: 97, atMs: NOW - 8_000 });
    expect(previousValue(lines, 'pulse-rate', NOW)).toBeUndefined();
  });
});

describe("today's list", () => {
  const visitor = (id: string, status: TodayEntry['status'], plannedAtMs: number | null): TodayEntry => ({
    encounterId: id,
    patient: { resourceType: 'Patient', id },
    plannedAtMs,
    arrivedAtMs: null,
    reason: '',
    status,
  });

  it('is in the order of time, and names who is next', () => {
    const list = [
      visitor('walk-in', 'planned', null),
      visitor('late', 'planned', 30),
      visitor('here', 'arrived', 20),
      visitor('seen', 'finished', 10),
    ];
    expect(inOrder(list).map(each => each.encounterId)).toEqual(['seen', 'here', 'late', 'walk-in']);
    expect(nextEntry(list)?.encounterId).toBe('here');
    expect(nextEntry([...list, visitor('now', 'in-progress', 40)])?.encounterId).toBe('now');
    expect(nextEntry([visitor('seen', 'finished', 10)])).toBeUndefined();
  });
});

describe('marks and bands', () => {
  it('say the worst first', async () => {
    const kiosk = playKiosk();
    await kiosk.begin();
    const snapshot = kiosk.model.snapshot();
    const sync = snapshot.sync!;
    expect(bandOf(snapshot)).toBeUndefined();
    expect(bandOf({ ...snapshot, sync: { ...sync, link: 'down' } })).toBe('offline');
    expect(bandOf({ ...snapshot, door: 'lost', sync: { ...sync, link: 'down' } })).toBe('door');
    expect(bridgeOf(sync)).toBe('there');
    expect(bridgeOf({ ...sync, waiting: { ...sync.waiting, chart: 1 } })).toBe('moving');
    expect(bridgeOf({ ...sync, parked: 1 })).toBe('parked');
    expect(bridgeOf({ ...sync, link: 'down', parked: 1 })).toBe('broken');
  });
});

describe('the face of the kiosk', () => {
  it('fits every window whole, and is never smaller than it was drawn', () => {
    const windows = fc.record({
      width: fc.integer({ min: 640, max: 8_000 }),
      height: fc.integer({ min: 400, max: 5_000 }),
    });
    fc.assert(
      fc.property(windows, window => {
        const face = faceFor(window);
        expect(face.width).toBeGreaterThanOrEqual(1_919.99);
        expect(face.height).toBeGreaterThanOrEqual(1_079.99);
        expect(face.width * face.zoom).toBeCloseTo(window.width, 3);
        expect(face.height * face.zoom).toBeCloseTo(window.height, 3);
      }),
    );
  });

  it('shows at least one row of a list', () => {
    expect(pageCapacity({ count: 6, heightPx: 576, rowPx: 96 })).toBe(6);
    // 575 px less the buttons leave room for four.
    expect(pageCapacity({ count: 6, heightPx: 575, rowPx: 96 })).toBe(4);
    expect(pageCapacity({ count: 6, heightPx: 0, rowPx: 96 })).toBe(1);
    expect(pageCapacity({ count: 0, heightPx: 0, rowPx: 96 })).toBe(1);
  });

  it('takes a PIN of at most eight digits', () => {
    const keys = ['1', '2', '3', '4', '5', '6', '7', '8', '9'] as const;
    expect(keys.reduce(pressPin, '')).toBe('12345678');
    expect(pressPin('12', 'delete')).toBe('1');
    expect(pressPin('12', 'clear')).toBe('');
  });

  it('has all its words in English', () => {
    expect(Object.keys(en).sort()).toEqual(Object.keys(ja).sort());
    expect(JSON.stringify(Object.values(en))).not.toMatch(/[ぁ-んァ-ヴ一-龠]/);
  });
});
