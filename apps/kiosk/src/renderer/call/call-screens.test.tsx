// @vitest-environment happy-dom
import { buildDecision, buildEncounter, buildPatient, finishEncounter } from '@shimabashi/clinical';
import {
  type AppErrorCode,
  type Call,
  type ChartEntry,
  type ResourceEnvelope,
  type RowResult,
} from '@shimabashi/contracts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { App } from '../app.tsx';
import { drawKiosk, happen } from '../testing/draw-kiosk.tsx';
import { NOW, NURSE, playKiosk, VISIT } from '../testing/play-kiosk.ts';

const DOCTOR = {
  practitionerId: 'd1',
  name: '灘 健一',
  nameLatin: 'Nada Kenichi',
  role: 'doctor',
} as const;
const CALL: Call = {
  callId: '00000000-0000-4000-8000-000000000001',
  clinicId: 'c1',
  kioskDeviceId: 'kiosk-1',
  kioskName: 'キオスク 1',
  direction: 'to-kiosk',
  patientId: 'p1',
  encounterId: 'e1',
  doctor: DOCTOR,
  nurse: null,
  rung: [],
  state: 'ringing',
  ringingAtMs: NOW - 3_000,
  connectedAtMs: null,
  endedAtMs: null,
  end: null,
};
const OUTGOING: Call = {
  ...CALL,
  direction: 'to-doctor',
  doctor: null,
  nurse: NURSE,
  rung: [{ staff: DOCTOR, declinedBecause: null }],
};
const CONNECTED: Call = { ...CALL, state: 'connected', nurse: NURSE, connectedAtMs: NOW };
const ended = (call: Call, end: Partial<NonNullable<Call['end']>>): Call => ({
  ...call,
  state: 'ended',
  endedAtMs: NOW,
  end: { reason: 'hung-up', declinedBecause: null, by: DOCTOR, ...end },
});

const PATIENT = buildPatient({
  patientId: 'p1',
  names: { kanji: { family: '島田', given: 'ハル' }, kana: null, latin: null },
  birthDate: '1945-05-03',
  gender: 'female',
  cardNumber: null,
  clinicId: 'c1',
});
const ENCOUNTER = buildEncounter({
  encounterId: 'e1',
  patientId: 'p1',
  clinicId: 'c1',
  status: 'in-progress',
  plannedAtMs: null,
  arrivedAtMs: null,
  startedAtMs: NOW - 60_000,
  finishedAtMs: null,
  reason: null,
});
const entryOf = (resource: ResourceEnvelope): ChartEntry => ({
  versionId: '00000000-0000-4000-8000-000000000009',
  resource,
  authorId: 'n1',
  deviceId: 'kiosk-1',
  reason: null,
  authoredAtMs: NOW,
  place: 'here',
  parkedCode: null,
});
const chart =
  (...resources: ResourceEnvelope[]) =>
  () => ({
    ok: true as const,
    body: { patient: entryOf(PATIENT), resources: resources.map(entryOf) },
  });
const refused = (code: AppErrorCode): RowResult => ({
  ok: false,
  error: { code, message: 'played', retryable: false, details: {} },
});
const CLINIC = {
  clinicId: 'c1',
  name: '汐見島診療所',
  nameLatin: 'Shiomi',
  telephones: [{ label: '当番医', labelLatin: 'Doctor on duty', number: '0599-00-0120' }],
};
const HERE = { doctors: [{ staff: DOCTOR, isHere: true, isReachable: true }] };

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout'] });
  // A machine without a camera.
  vi.stubGlobal('navigator', {
    mediaDevices: {
      enumerateDevices: async () => [],
      addEventListener: () => {},
      removeEventListener: () => {},
    },
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

async function open(rows: Parameters<typeof playKiosk>[0] = {}, locale: 'ja' | 'en' = 'ja') {
  const kiosk = playKiosk({
    'patients.get': chart(ENCOUNTER),
    'session.current': () => ({ ok: true, body: { nurse: NURSE, clinic: CLINIC } }),
    'duty.list': () => ({ ok: true, body: HERE }),
    'calls.join': () => refused('CONFLICT'),
    ...rows,
  });
  await kiosk.begin();
  const place = await drawKiosk(kiosk, <App />, locale);
  const button = (words: string) =>
    [...place.querySelectorAll('button')].find(each => each.textContent.includes(words));
  return {
    ...kiosk,
    place,
    button,
    press: (words: string) => happen(() => button(words)?.click()),
    call: (call: Call) => happen(() => kiosk.emit({ event: 'call', call })),
    asked: (row: string) => kiosk.asked.filter(each => each.row === row).map(({ request }) => request),
    runOn: (ms: number) =>
      happen(() => {
        kiosk.pass(ms);
        vi.advanceTimersByTime(ms);
      }),
  };
}
const answer = (call: Call) => () => ({ ok: true as const, body: { call } });
const shown = (place: HTMLElement) => place.querySelector('[data-call]')?.getAttribute('data-call');

describe('a doctor who rings', () => {
  it('takes the whole screen, says who and about whom, and is answered', async () => {
    const screen = await open({ 'calls.accept': answer(CONNECTED) });
    await screen.call(CALL);
    expect(shown(screen.place)).toBe('incoming');
    expect(screen.place.textContent).toMatch(/先生が呼んでいます 3秒.*灘 健一 医師.*島田 ハル/);
    await screen.press('出る');
    expect(screen.asked('calls.accept')).toEqual([{ callId: CALL.callId }]);
    expect(shown(screen.place)).toBe('connected');
  });

  it('hears a reason when nobody can answer', async () => {
    const declined = ended(CALL, { reason: 'declined', declinedBecause: 'with-a-patient', by: NURSE });
    const screen = await open({ 'calls.decline': answer(declined) });
    await screen.call(CALL);
    await screen.press('出られません');
    expect(screen.asked('calls.decline')).toEqual([]);
    await screen.press('処置中です');
    expect(screen.asked('calls.decline')).toEqual([{ callId: CALL.callId, because: 'with-a-patient' }]);
    expect(screen.place.textContent).toContain('出られないと伝えました');
    await screen.runOn(15_000);
    expect(shown(screen.place)).toBeUndefined();
  });

  it('names no patient while nobody is signed in', async () => {
    const screen = await open({
      'session.current': () => ({ ok: true, body: { nurse: null, clinic: CLINIC } }),
    });
    await screen.call(CALL);
    expect(screen.place.textContent).toContain('灘 健一 医師');
    expect(screen.place.textContent).not.toContain('島田');
  });

  it('is not answered by a press that did not reach the hospital, and says so', async () => {
    const screen = await open({ 'calls.accept': () => refused('LINK_DOWN') });
    await screen.call(CALL);
    await screen.press('出る');
    expect(shown(screen.place)).toBe('incoming');
    expect(screen.place.querySelector('[role="alert"]')?.textContent).toContain('通信できません');
  });

  it('leaves what was half typed where it was', async () => {
    const screen = await open();
    await screen.press('手で入れる');
    const digit = [...screen.place.querySelectorAll('button')].find(each => each.textContent === '1');
    await happen(() => digit?.click());
    const before = screen.place.querySelector('[data-hand]')?.textContent;
    expect(before).toContain('1');
    await screen.call(CALL);
    await screen.call(ended(CALL, { reason: 'cancelled' }));
    expect(screen.place.querySelector('[data-hand]')?.textContent).toBe(before);
  });
});

describe('calling the doctor on duty', () => {
  it('rings, counts the seconds, says whom, and can be given up', async () => {
    const screen = await open({
      'calls.start': answer(OUTGOING),
      'calls.end': answer(ended(OUTGOING, { reason: 'cancelled', by: NURSE })),
    });
    await screen.press('先生を呼ぶ');
    expect(screen.place.textContent).toMatch(/先生を呼んでいます 3秒.*灘 健一/);
    await screen.runOn(2_000);
    expect(screen.place.textContent).toContain('5秒');
    await screen.press('呼ぶのをやめる');
    expect(screen.asked('calls.end')).toEqual([{ callId: OUTGOING.callId }]);
    expect(screen.place.textContent).toContain('呼び出しをやめました');
  });

  it.each([
    ['declined', { reason: 'declined', declinedBecause: 'by-telephone' }, '電話で話したいそうです'],
    ['not answered', { reason: 'no-answer' }, 'だれも出ませんでした'],
    ['lost', { reason: 'lost' }, '通話が切れました'],
  ] as const)('that is %s says so with the telephone, until it is read', async (_, end, words) => {
    const screen = await open();
    await screen.call(ended(OUTGOING, end));
    await screen.runOn(60_000);
    expect(screen.place.textContent).toContain(words);
    expect(screen.place.textContent).toContain('0599-00-0120');
    await screen.press('読みました');
    expect(screen.place.textContent).not.toContain(words);
  });

  it('says why it cannot be, and does not try', async () => {
    const screen = await open({ 'duty.list': () => ({ ok: true, body: { doctors: [] } }) });
    await screen.press('先生を呼ぶ');
    expect(screen.asked('calls.start')).toEqual([]);
    expect(screen.place.textContent).toContain('画面の前にいません。電話してください');
    await happen(() =>
      screen.emit({
        event: 'sync',
        status: { ...screen.model.snapshot().sync!, link: 'down' },
      }),
    );
    expect(screen.place.textContent).toContain('通信できません。電話してください');
  });

  it('says the hub’s own reason', async () => {
    const screen = await open({ 'calls.start': () => refused('PEER_BUSY') });
    await screen.press('先生を呼ぶ');
    expect(screen.place.textContent).toContain('相手はほかの呼び出しに出ています');
  });

  it('says all this in English too', async () => {
    const screen = await open({}, 'en');
    await screen.call(ended(OUTGOING, { reason: 'no-answer' }));
    expect(screen.place.textContent).toContain('Nobody answered');
  });
});

describe('a call that runs', () => {
  it('is there again on a screen that was opened anew, and says what is missing', async () => {
    const screen = await open({ 'calls.current': answer(CONNECTED) });
    expect(shown(screen.place)).toBe('connected');
    expect(screen.place.textContent).toContain('別の画面で通話しています');
    expect(screen.place.textContent).toContain('カメラがありません');
    expect(screen.place.textContent).toContain('録画していません');
  });

  it('goes on beside the page, and in front of the patient', async () => {
    const screen = await open({ 'calls.current': answer(CONNECTED) });
    await screen.press('測定の画面');
    expect(screen.place.textContent).toContain('灘先生と通話中');
    await screen.press('通話にもどる');
    await screen.press('患者さん');
    expect(shown(screen.place)).toBe('patient');
    expect(screen.place.textContent).toContain('灘先生と、お話しください。');
    await screen.press('看護師の画面');
    expect(shown(screen.place)).toBe('connected');
  });

  it('is ended by the nurse, and the screen follows the hub', async () => {
    const screen = await open({
      'calls.current': answer(CONNECTED),
      'calls.end': answer(ended(CONNECTED, { reason: 'hung-up', by: NURSE })),
    });
    await screen.press('終わる');
    expect(screen.asked('calls.end')).toEqual([{ callId: CALL.callId }]);
    expect(screen.place.textContent).toContain('通話を終えました');
    expect(screen.button('いったん止める')).toBeDefined();
  });
});

describe('a visit that the doctor has closed', () => {
  const decision = (change: object) =>
    buildDecision({
      decisionId: 'x1',
      patientId: 'p1',
      encounterId: VISIT.encounterId,
      authorId: 'd1',
      decidedAtMs: NOW,
      decision: { kind: 'online', reason: '落ち着いている', whenWorse: '電話する', ...change } as never,
    });
  const FINISHED = finishEncounter(ENCOUNTER, NOW);

  it.each([
    [{ kind: 'online' }, 'つぎも、オンラインで診ます', 'つぎの予約'],
    [{ kind: 'in-person', byDate: '2026-11-30' }, '11月30日（月） までに、対面で診ます', '受診の日と行き方'],
    [{ kind: 'transfer', to: '潮路市民病院' }, '潮路市民病院 へ送ります', '付きそい'],
  ])('says what was decided and what is to do: %o', async (kind, words, next) => {
    const screen = await open({ 'patients.get': chart(FINISHED, decision(kind)) });
    for (const each of ['診察が終わりました', '灘 医師', words, '落ち着いている', '電話する', next]) {
      expect(screen.place.textContent).toContain(each);
    }
    expect(screen.button('カルテに保存')).toBeUndefined();
    await screen.press('きょうの診療へ');
    expect(screen.asked('visits.pause')).toHaveLength(1);
  });

  it('says that the decision has not come, rather than nothing', async () => {
    const screen = await open({ 'patients.get': chart(FINISHED) });
    expect(screen.place.textContent).toContain('先生の決めたことは、まだ届いていません');
  });

  it('is not closed by the end of a call within it', async () => {
    const screen = await open({ 'patients.get': chart(ENCOUNTER, decision({})) });
    expect(screen.button('カルテに保存')).toBeDefined();
  });
});
