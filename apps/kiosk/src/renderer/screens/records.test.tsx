// @vitest-environment happy-dom
import { buildAllergy, buildPatient } from '@shimabashi/clinical';
import { type ChartEntry, type RecordConflict, type ResourceEnvelope } from '@shimabashi/contracts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { App } from '../app.tsx';
import { drawKiosk, happen } from '../testing/draw-kiosk.tsx';
import { NOW, type PlayedAnswer, playKiosk } from '../testing/play-kiosk.ts';

// A list that never scrolls shows what there is room for: here there is room.
vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(800);

beforeEach(
  () => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout'] }),
);
afterEach(() => vi.useRealTimers());

const id = (number: number) => `00000000-0000-4000-8000-00000000000${number}`;
const entry = (number: number, resource: ResourceEnvelope, over: Partial<ChartEntry> = {}): ChartEntry => ({
  versionId: id(number),
  resource,
  authorId: 'n1',
  deviceId: 'kiosk-1',
  reason: null,
  authoredAtMs: NOW - 60_000,
  place: 'at-hospital',
  parkedCode: null,
  ...over,
});
const PATIENT = entry(
  1,
  buildPatient({
    patientId: 'p1',
    names: { kanji: { family: '島田', given: 'ハル' }, kana: null, latin: null },
    birthDate: '1945-05-03',
    gender: 'female',
    cardNumber: null,
    clinicId: 'c1',
  }),
);
const allergyOf = (reaction: string, severe: boolean) =>
  buildAllergy({
    allergyId: 'a1',
    patientId: 'p1',
    allergy: {
      kind: 'allergy',
      substance: { text: 'そば', latin: '' },
      reaction: { text: reaction, latin: '' },
      severe,
    },
    recordedOn: '2020-01-01',
    recorderId: null,
  });
const HERE = entry(2, allergyOf('呼吸困難', true), { reason: '家族から聞いた', deviceId: 'kiosk-9' });
const THERE = entry(3, allergyOf('かゆみ', false), { authorId: 'd-7', deviceId: 'console' });
const ok =
  (body: object): PlayedAnswer =>
  () => ({ ok: true, body });

async function open(rows: Parameters<typeof playKiosk>[0] = {}) {
  const kiosk = playKiosk({ 'patients.get': ok({ patient: PATIENT, resources: [HERE] }), ...rows });
  await kiosk.begin();
  const place = await drawKiosk(kiosk, <App />);
  const button = (words: string) =>
    [...place.querySelectorAll('button')].find(each => each.textContent.includes(words));
  const press = (words: string) => happen(() => button(words)?.click());
  return { ...kiosk, place, button, press };
}

describe('the records of the patient', () => {
  it('show two versions side by side: who, where, when, why, and what stood there before', async () => {
    const conflict: RecordConflict = {
      heads: [HERE, THERE],
      base: entry(4, allergyOf('不明', false)),
      fields: [{ names: ['reaction'], merged: null }],
      asWhole: false,
    };
    const { place, press } = await open({
      'patients.get': ok({ patient: PATIENT, resources: [HERE, THERE] }),
      'conflicts.list': ok({ conflicts: [conflict] }),
    });
    expect(place.textContent).toContain('2つの版 1件');
    await press('記録と履歴');
    const wanted = [
      '呼吸困難',
      'かゆみ',
      '不明',
      '汐入 さやか',
      'd-7',
      '医師の画面',
      '家族から聞いた',
      '避けて',
    ];
    for (const words of wanted) expect(place.textContent).toContain(words);
    // Neither is changed before a doctor has decided.
    expect(place.textContent).not.toContain('直す・取り消す');
  });

  it('show the history of each: who changed what, and what was taken back', async () => {
    const wrong = { coding: [{ code: 'entered-in-error' }] };
    const last = entry(3, { ...HERE.resource, verificationStatus: wrong }, { reason: '書きまちがいを直す' });
    const { place, press } = await open({
      'history.get': ok({
        versions: [
          { entry: last, baseVersionId: id(2), mergedVersionId: null, isCurrent: true },
          { entry: HERE, baseVersionId: null, mergedVersionId: null, isCurrent: false },
        ],
        older: 0,
      }),
    });
    await press('記録と履歴');
    const wanted = ['書きまちがいとして取り消した', 'はじめて記録した', '書きまちがいを直す', 'いまの版'];
    for (const words of wanted) expect(place.textContent).toContain(words);
  });

  it('are changed by a nurse with a reason, once, on the version that stood there', async () => {
    const { place, press, button, asked } = await open({
      'history.get': ok({ versions: [], older: 0 }),
      'records.edit': ok({ entry: HERE }),
    });
    await press('記録と履歴');
    await press('直す・取り消す');
    expect(button('カルテに保存')?.getAttribute('aria-disabled')).toBe('true');
    await press('いまはない');
    await press('本人から聞いた');
    await press('カルテに保存');
    const sent = asked.filter(({ row }) => row === 'records.edit');
    expect(sent).toMatchObject([
      {
        request: {
          patientId: 'p1',
          baseVersionId: id(2),
          change: {
            kind: 'allergy',
            substance: 'そば',
            reaction: '呼吸困難',
            severe: true,
            standing: 'inactive',
          },
          reason: '本人から聞いた',
        },
      },
    ]);
    expect(place.querySelector('#edit-title')).toBeNull();
  });
});

describe('what the hospital did not take', () => {
  const item = {
    itemId: id(2),
    kind: 'operation',
    code: 'RESOURCE_INVALID',
    entry: { ...HERE, place: 'parked', parkedCode: 'RESOURCE_INVALID' },
    dependants: 1,
    isReturned: false,
  };
  const home = (rows: Parameters<typeof playKiosk>[0] = {}) =>
    open({
      'visits.current': ok({ visit: null }),
      'outbox.parked': ok({ items: [item] }),
      'sync.status': ok({
        link: 'up',
        sinceMs: NOW - 600_000,
        waiting: { vitals: 0, chart: 2, thumbnail: 0, photo: 1 },
        parked: 1,
        lastConfirmedAtMs: NOW - 120_000,
        lastPulledAtMs: NOW,
      }),
      ...rows,
    });

  it('is named on the home screen, with its reason in words behind one press, and what is slow', async () => {
    const { place, press } = await home();
    expect(place.textContent).toContain('送れない 1件・送る待ち 3件');
    await press('送れない 1件');
    const wanted = [
      '記録の形が正しくありません',
      '島田 ハル',
      'そば',
      '1件も',
      '記録・写真',
      '進んでいません',
    ];
    for (const words of wanted) expect(place.textContent).toContain(words);
  });

  it('is sent once more, or withdrawn after a second look', async () => {
    const { press, asked } = await home();
    await press('送れない 1件');
    await press('もう一度 送る');
    await press('取り下げる');
    expect(asked.some(({ row }) => row === 'outbox.withdraw')).toBe(false);
    await press('取り下げる');
    const rows = asked.filter(({ row }) => row === 'outbox.retry' || row === 'outbox.withdraw');
    expect(rows).toEqual([
      { row: 'outbox.retry', request: { itemId: id(2) } },
      { row: 'outbox.withdraw', request: { itemId: id(2) } },
    ]);
  });
});
