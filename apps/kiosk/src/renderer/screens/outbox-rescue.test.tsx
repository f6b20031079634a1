// @vitest-environment happy-dom
import { buildPatient } from '@shimabashi/clinical';
import { type RescueReport } from '@shimabashi/contracts';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { App } from '../app.tsx';
import { drawKiosk, happen } from '../testing/draw-kiosk.tsx';
import { NOW, type PlayedAnswer, playKiosk } from '../testing/play-kiosk.ts';

// A list that never scrolls shows what there is room for: here there is room.
vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(800);

beforeEach(
  () => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout'] }),
);
afterEach(() => vi.useRealTimers());

const ok =
  (body: object): PlayedAnswer =>
  () => ({ ok: true, body });

const REPORT: RescueReport = {
  rescuedAtMs: NOW - 600_000,
  versionsRead: 812,
  versionsUnreadable: 40,
  unsent: [
    { patientId: 'p1', resourceType: 'Observation', count: 2 },
    { patientId: null, resourceType: null, count: 1 },
  ],
  unsentInAll: 3,
  picturesUnreadable: 1,
  isOutboxWhole: true,
  areSettingsWhole: true,
};

it('says on the home screen that a file was damaged, and behind it what has to be written again', async () => {
  const resource = buildPatient({
    patientId: 'p1',
    names: { kanji: { family: '島田', given: 'ハル' }, kana: null, latin: null },
    birthDate: '1945-05-03',
    gender: 'female',
    cardNumber: null,
    clinicId: 'c1',
  });
  const patient = {
    versionId: '00000000-0000-4000-8000-000000000001',
    resource,
    authorId: 'n1',
    deviceId: 'kiosk-1',
    reason: null,
    authoredAtMs: NOW,
    place: 'at-hospital',
    parkedCode: null,
  };
  const kiosk = playKiosk({
    'visits.current': ok({ visit: null }),
    'patients.get': ok({ patient, resources: [] }),
    'outbox.parked': ok({ items: [] }),
    'outbox.rescue': ok({ report: REPORT }),
    'outbox.rescue-seen': ok({}),
    'sync.status': ok({
      link: 'up',
      sinceMs: NOW - 600_000,
      waiting: { vitals: 0, chart: 0, thumbnail: 0, photo: 0 },
      parked: 0,
      isRescued: true,
      lastConfirmedAtMs: NOW,
      lastPulledAtMs: NOW,
    }),
  });
  await kiosk.begin();
  const place = await drawKiosk(kiosk, <App />);
  const press = (words: string) =>
    happen(() =>
      [...place.querySelectorAll('button')].find(each => each.textContent.includes(words))?.click(),
    );
  expect(place.textContent).toContain('記録を作り直しました');
  expect(place.textContent).not.toContain('すべて病院に届いています');
  await press('記録を作り直しました');
  for (const words of ['812件', '40件', '3件が読めません', '島田 ハル', '2件', '種類はわかりません', '1枚']) {
    expect(place.textContent).toContain(words);
  }
  await press('確認しました');
  expect(kiosk.asked.map(({ row }) => row)).toContain('outbox.rescue-seen');
});

it('says how far a new kiosk is', async () => {
  const kiosk = playKiosk({
    'visits.current': ok({ visit: null }),
    'sync.status': ok({
      link: 'up',
      sinceMs: NOW - 600_000,
      waiting: { vitals: 0, chart: 0, thumbnail: 0, photo: 0 },
      parked: 0,
      progress: { done: 12_000, total: 20_000 },
      lastConfirmedAtMs: null,
      lastPulledAtMs: null,
    }),
  });
  await kiosk.begin();
  const place = await drawKiosk(kiosk, <App />);
  expect(place.textContent).toContain('病院から受け取り中 12,000 / 20,000件');
  expect(place.textContent).toContain('きょうの患者は先に届きます');
});
