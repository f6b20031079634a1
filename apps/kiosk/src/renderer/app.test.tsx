// @vitest-environment happy-dom
import { buildPatient } from '@shimabashi/clinical';
import { STREAM_STALE_AFTER_MS } from '@shimabashi/contracts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { App } from './app.tsx';
import { drawKiosk, happen } from './testing/draw-kiosk.tsx';
import {
  DEVICE,
  NOW,
  NURSE,
  type PlayedAnswer,
  playKiosk,
  refusal,
  sample,
  VISIT,
} from './testing/play-kiosk.ts';

const PATIENT = buildPatient({
  patientId: 'p1',
  names: {
    kanji: { family: '島田', given: 'ハル' },
    kana: { family: 'シマダ', given: 'ハル' },
    latin: { family: 'Shimada', given: 'Haru' },
  },
  birthDate: '1945-05-03',
  gender: 'female',
  cardNumber: '003-1182',
  clinicId: 'c1',
});
const entryOf = (resource: typeof PATIENT) => ({
  versionId: '00000000-0000-4000-8000-000000000001',
  resource,
  authorId: 'n1',
  deviceId: 'kiosk-1',
  reason: null,
  authoredAtMs: NOW,
  place: 'here',
  parkedCode: null,
});
const CHART: PlayedAnswer = () => ({ ok: true, body: { patient: entryOf(PATIENT), resources: [] } });

beforeEach(
  () => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout'] }),
);
afterEach(() => vi.useRealTimers());

async function open(rows: Parameters<typeof playKiosk>[0] = {}, locale: 'ja' | 'en' = 'ja') {
  const kiosk = playKiosk({ 'patients.get': CHART, ...rows });
  await kiosk.begin();
  const place = await drawKiosk(kiosk, <App />, locale);
  const button = (words: string) =>
    [...place.querySelectorAll('button')].find(each => each.textContent.includes(words));
  return {
    ...kiosk,
    place,
    press: (words: string) => happen(() => button(words)?.click()),
    button,
    spo2: () => place.querySelector<HTMLElement>('[data-parameter="SpO2"]')?.dataset['value'],
    runOn: (ms: number) =>
      happen(() => {
        kiosk.pass(ms);
        vi.advanceTimersByTime(ms);
      }),
  };
}

describe('the visit', () => {
  it('shows the right patient, and that nobody has asked about allergies', async () => {
    const { place } = await open();
    expect(place.textContent).toMatch(
      /島田 ハル.*シマダ ハル.*昭和20年5月3日（81歳）.*女性.*診察券 003-1182/,
    );
    expect(place.querySelector('[data-allergy]')?.textContent).toContain('未確認');
  });

  it('says the same in English', async () => {
    const { place } = await open({}, 'en');
    expect(place.textContent).toMatch(/Shimada Haru.*島田 ハル.*3 May 1945 \(81\).*female/);
  });

  it('paints a number when it comes, and takes it off when nothing follows', async () => {
    const { emit, spo2, runOn } = await open();
    await happen(() => emit({ event: 'samples', samples: [sample('SpO2', 94)] }));
    expect(spo2()).toBe('94');
    await runOn(STREAM_STALE_AFTER_MS + 250);
    expect(spo2()).toBeUndefined();
  });

  it('takes every number off and says so while events do not reach it', async () => {
    const { emit, door, spo2, place } = await open();
    await happen(() => emit({ event: 'samples', samples: [sample('SpO2', 94)] }));
    await happen(() => door('lost'));
    expect(spo2()).toBeUndefined();
    expect(place.querySelector('[data-band=door]')?.textContent).toContain('この画面に値が届いていません');
  });

  it('saves what is on the screen, and says "saved" only after the answer', async () => {
    const answer = Promise.withResolvers<{ ok: true; body: unknown }>();
    const { emit, press, place, asked, button } = await open({ 'observations.save': () => answer.promise });
    expect(button('カルテに保存')?.getAttribute('aria-disabled')).toBe('true');
    await happen(() => emit({ event: 'samples', samples: [sample('SpO2', 94)] }));
    await press('カルテに保存');
    expect(place.textContent).toContain('保存しています');
    expect(place.textContent).not.toContain('保存しました');
    await happen(() => answer.resolve({ ok: true, body: { entries: [{}] } }));
    expect(place.querySelector('[data-saved="1"]')?.textContent).toContain('9:05 に 1件 保存しました');
    expect(asked.filter(({ row }) => row === 'observations.save')).toHaveLength(1);
  });

  it('keeps the job of a press whose end is unknown', async () => {
    const answers = [refusal('DISK_FULL'), refusal('DISK_FULL')];
    const { emit, press, asked, place, runOn } = await open({
      'observations.save': () => answers.shift() ?? refusal('DISK_FULL'),
    });
    await happen(() => emit({ event: 'samples', samples: [sample('SpO2', 94)] }));
    await press('カルテに保存');
    expect(place.querySelector('[data-code=DISK_FULL]')).not.toBeNull();
    await runOn(STREAM_STALE_AFTER_MS + 1_000);
    await press('もう一度 保存する');
    const sent = asked
      .filter(({ row }) => row === 'observations.save')
      .map(({ request }) => JSON.stringify(request));
    expect(sent).toHaveLength(2);
    expect(new Set(sent).size).toBe(1);
  });

  it('shows nothing of this patient once another one is opened', async () => {
    const other = Promise.withResolvers<never>();
    const { emit, place } = await open({
      'patients.get': request =>
        (request as { patientId: string }).patientId === 'p1' ? CHART(request) : other.promise,
    });
    await happen(() => emit({ event: 'samples', samples: [sample('SpO2', 94)] }));
    const visit = { encounterId: 'e2', patientId: 'p2', openedAtMs: NOW + 1 };
    await happen(() => emit({ event: 'visit', visit }));
    expect(place.textContent).not.toContain('島田');
    expect(place.textContent).not.toContain('94');
  });

  it('leaves to the list', async () => {
    const { press, place } = await open();
    await press('いったん止める');
    expect(place.textContent).toContain('きょうの診療');
  });
});

describe('before and beside a visit', () => {
  const noVisit = { 'visits.current': () => ({ ok: true, body: { visit: null } }) as const };
  const PLANNED = {
    encounterId: 'e9',
    patient: PATIENT,
    plannedAtMs: NOW,
    arrivedAtMs: null,
    reason: '膝の痛み',
    reasonLatin: 'Knee pain',
    status: 'planned',
  };
  const oneToday: Parameters<typeof playKiosk>[0] = {
    ...noVisit,
    'today.list': () => ({ ok: true, body: { entries: [PLANNED] } }),
    'visits.open': () => ({ ok: true, body: { visit: { ...VISIT, encounterId: 'e9' } } }),
  };

  it('opens the visit of the line that is pressed, once', async () => {
    const { press, place, asked } = await open(oneToday);
    expect(place.textContent).toMatch(/9:05.*島田 ハル.*81歳.*膝の痛み.*予約/);
    await press('はじめる');
    const opened = asked.filter(({ row }) => row === 'visits.open');
    expect(opened).toEqual([
      { row: 'visits.open', request: expect.objectContaining({ patientId: 'p1', encounterId: 'e9' }) },
    ]);
    expect(place.textContent).toContain('カルテに保存');
  });

  it('gives the reason of a visit in English where there is one', async () => {
    const { place } = await open(oneToday, 'en');
    expect(place.textContent).toContain('Knee pain');
  });

  it('says how to begin when nobody is booked', async () => {
    const { place } = await open(noVisit);
    expect(place.textContent).toContain('きょうの予約は、まだありません');
  });

  it('finds a patient by the on-screen keyboard; Enter that an IME needs opens nothing', async () => {
    const { press, place, asked } = await open({
      ...oneToday,
      'patients.find': () => ({ ok: true, body: { patients: [PATIENT] } }),
    });
    await press('患者をさがす');
    await press('し');
    await press('ま');
    expect(asked.at(-1)).toMatchObject({ row: 'patients.find', request: { text: 'しま' } });
    const enter = (isComposing: boolean) =>
      happen(() => {
        const event = new KeyboardEvent('keydown', { key: 'Enter', bubbles: true });
        Object.defineProperty(event, 'isComposing', { value: isComposing });
        place.querySelector('input')?.dispatchEvent(event);
      });
    await enter(true);
    expect(asked.some(({ row }) => row === 'visits.open')).toBe(false);
    await enter(false);
    // Booked for today: that visit goes on, no second one begins.
    expect(asked.find(({ row }) => row === 'visits.open')?.request).toMatchObject({ encounterId: 'e9' });
  });

  it('asks who it is, checks the PIN with the store, and says what is wrong with it', async () => {
    const pins: unknown[] = [];
    const { press, place } = await open({
      ...noVisit,
      'session.current': () => ({ ok: true, body: { nurse: null, clinic: null } }),
      'session.sign-in': request => {
        pins.push((request as { pin: string }).pin);
        return pins.length === 1
          ? { ok: false, error: { code: 'SIGN_IN_FAILED', message: '', retryable: false, details: {} } }
          : { ok: true, body: { nurse: NURSE } };
      },
    });
    for (const digit of ['1', '2', '3', '5']) await press(digit);
    await press('はいる');
    expect(place.textContent).toContain('番号か暗証がちがいます');
    for (const digit of ['1', '2', '3', '4']) await press(digit);
    await press('はいる');
    expect(pins).toEqual(['1235', '1234']);
    expect(place.textContent).toContain('きょうの診療');
  });

  it('says that it must be opened again when its right to ask is gone', async () => {
    const { place } = await open({ 'today.list': () => refusal('DOOR_CLOSED'), ...noVisit });
    expect(place.textContent).toContain('この画面を開き直してください');
  });

  it('names a device that does not answer, since when, and what to do', async () => {
    const { place } = await open({
      ...noVisit,
      'devices.list': () => ({
        ok: true,
        body: { devices: [{ ...DEVICE, state: 'connecting', sinceMs: NOW }] },
      }),
    });
    expect(place.textContent).toMatch(/Nonin 7500.*9:05 から届きません。電源とコードを見てください/);
  });
});
