// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest';
import { type Alarm } from '@shimabashi/contracts';
import { App } from '../app.tsx';
import { ALARM, alert } from '../testing/alarms.ts';
import { drawKiosk, happen } from '../testing/draw-kiosk.tsx';
import { NOW, NURSE, type PlayedAnswer, playKiosk, refusal, sample } from '../testing/play-kiosk.ts';

const DOCTOR = { practitionerId: 'd1', name: '灘 誠', nameLatin: 'Nada Makoto', role: 'doctor' } as const;

async function drawn(
  alarms: Alarm[],
  options: { rows?: Partial<Record<string, PlayedAnswer>>; locale?: 'ja' | 'en'; watch?: 'on' | 'off' } = {},
) {
  const kiosk = playKiosk({ 'visits.current': () => ({ ok: true, body: { visit: null } }), ...options.rows });
  const place = await drawKiosk(kiosk, <App />, options.locale);
  await happen(() => void kiosk.begin());
  const alarmsAre = (now: Alarm[]) =>
    happen(() => kiosk.emit({ event: 'alarms', alarms: now, watch: options.watch ?? 'on' }));
  await happen(() => kiosk.emit({ event: 'sound', sound: { state: 'quiet', sinceMs: NOW, code: null } }));
  await alarmsAre(alarms);
  const text = () => place.querySelector('[data-bands]')?.textContent ?? '';
  const press = (words: string) =>
    happen(() =>
      [...place.querySelectorAll('button')].find(button => button.textContent?.includes(words))?.click(),
    );
  return { kiosk, text, press, alarmsAre };
}

describe('the alarm band', () => {
  it('is not there while nothing rings', async () => {
    expect((await drawn([])).text()).toBe('');
  });

  it('says what, the value now with its limit, since when, and what it is not', async () => {
    const { kiosk, text } = await drawn([ALARM]);
    expect(text()).toContain('警報のとき 87 %');
    await happen(() => kiosk.emit({ event: 'samples', samples: [sample('SpO2', 85)] }));
    expect(text()).toMatch(/緊急度 高 SpO2 が低い/);
    expect(text()).toContain('いま 85 %');
    expect(text()).toContain('90 % 未満。9:05 から');
    expect(text()).toContain('補助の通知です。');
  });

  it('says in English too', async () => {
    expect((await drawn([ALARM], { locale: 'en' })).text()).toContain('High priority');
  });

  it('says that no value comes, and never that it is over', async () => {
    const { text } = await drawn([{ ...ALARM, state: 'latched', signalLostAtMs: NOW }]);
    expect(text()).toContain('低いまま、値が届きません');
    expect(text()).toContain('指につけ直してください');
    expect(text()).toContain('見ました');
  });

  it('asks the store to pause and to acknowledge, and shows who did', async () => {
    const { kiosk, text, press, alarmsAre } = await drawn([ALARM]);
    await press('音を止める');
    await press('見ました');
    expect(kiosk.asked.filter(({ row }) => row.startsWith('alarms.'))).toEqual([
      { row: 'alarms.pause-sound', request: { alarmId: ALARM.alarmId } },
      { row: 'alarms.acknowledge', request: { alarmId: ALARM.alarmId } },
    ]);
    await alarmsAre([{ ...ALARM, soundPaused: { by: NURSE, untilMs: NOW + 92_000 } }]);
    expect(text()).toMatch(/汐入が音を止めています。あと 1:3[12]/);
    expect(text()).not.toContain('音を止める（2分）');
    await alarmsAre([{ ...ALARM, acknowledged: { by: NURSE, atMs: NOW } }]);
    expect(text()).toContain('9:05 汐入が見ました。');
  });

  it('keeps its buttons and says why when the store cannot take it', async () => {
    const { text, press } = await drawn([ALARM], {
      rows: { 'alarms.acknowledge': () => refusal('SERVICE_RESTARTING') },
    });
    await press('見ました');
    expect(text()).toContain('見ました');
    expect(text().length).toBeGreaterThan(100);
  });

  it('stands at the sign-in too, and says how to answer', async () => {
    const { text } = await drawn([ALARM], {
      rows: { 'session.current': () => ({ ok: true, body: { nurse: null, clinic: null } }) },
    });
    expect(text()).toContain('SpO2 が低い');
    expect(text()).toContain('お名前と暗証番号ではいってください');
    expect(text()).not.toContain('音を止める（2分）');
  });

  it('says who on the mainland has it', async () => {
    const { kiosk, text } = await drawn([ALARM]);
    await happen(() => kiosk.emit({ event: 'alert', alert: alert() }));
    expect(text()).toContain('病院に届いた。灘先生に知らせています。');
    await happen(() =>
      kiosk.emit({
        event: 'alert',
        alert: alert({ state: 'accepted', accepted: { by: DOCTOR, atMs: NOW } }),
      }),
    );
    expect(text()).toContain('灘先生が受けました 9:05');
    await happen(() => kiosk.emit({ event: 'alert', alert: alert({ state: 'unconfirmed' }) }));
    expect(text()).toContain('まだだれも確認していません');
  });

  it('says that other alarms are behind it', async () => {
    const { text } = await drawn([ALARM, { ...ALARM, alarmId: '7c9e6679-7425-80de-944b-000000000002' }]);
    expect(text()).toContain('ほかに 1 件');
  });
});

it('says that alarms are switched off', async () => {
  expect((await drawn([], { watch: 'off' })).text()).toContain('警報は切ってあります');
});

it('says that no sound comes out, with or without an alarm', async () => {
  const { kiosk, text } = await drawn([]);
  await happen(() =>
    kiosk.emit({ event: 'sound', sound: { state: 'broken', sinceMs: NOW - 2_000, code: 'PLAYER_ENDED' } }),
  );
  expect(text()).toContain('警報の音が出ません');
});
