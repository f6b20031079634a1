// @vitest-environment happy-dom
import { createMemoryHistory } from '@tanstack/react-router';
import { type Alert } from '@shimabashi/contracts';
import { createI18n } from '@shimabashi/ui';
import { act } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { App } from '../../app.tsx';
import { createConsole } from '../../console.ts';
import { messages as en } from '../../locales/en.po';
import { messages as ja } from '../../locales/ja.po';
import { alert, ALERT_ID, step } from '../../testing/alert.ts';
import { DOCTOR, NOW_MS } from '../../testing/chart.ts';
import { FakeDevices } from '../../testing/fake-devices.ts';
import { FakeHub } from '../../testing/fake-hub.ts';
import { FakePushBrowser } from '../../testing/fake-push-browser.ts';
import { FakeSocket } from '../../testing/fake-socket.ts';

const OTHER = { practitionerId: 'D-2', name: '渚 真理', nameLatin: 'Nagisa Mari', role: 'doctor' as const };

let root: Root;
let place: HTMLElement;

beforeEach(() => {
  vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true);
  vi.useFakeTimers({ now: NOW_MS, shouldAdvanceTime: false });
  place = document.createElement('div');
  document.body.append(place);
  root = createRoot(place);
});
afterEach(async () => {
  await act(async () => root.unmount());
  place.remove();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

async function settle(ms = 50): Promise<void> {
  await act(async () => {
    await vi.advanceTimersByTimeAsync(ms);
  });
}

/** The console of a doctor who is signed in, with this alert at the hub. */
async function open(
  given: Alert,
  options: { readonly path?: string; readonly browser?: FakePushBrowser } = {},
) {
  const { path = `/alerts/${ALERT_ID}`, browser = new FakePushBrowser() } = options;
  const hub = new FakeHub();
  hub.signedIn = true;
  hub.alerts = [given];
  const socket = new FakeSocket();
  const parts = createConsole({
    fetch: hub.fetch,
    openSocket: () => socket,
    clocks: { wallMs: () => Date.now(), monotonicMs: () => performance.now() },
    random: () => 0,
    roomUrl: 'ws://hub.test/room',
    openRoomSocket: () => new FakeSocket(),
    createMediaDevice: () => Promise.reject(new Error('no WebRTC here')),
    devices: () => new FakeDevices(),
    createAudio: () => undefined,
    pushBrowser: browser,
  });
  const history = createMemoryHistory({ initialEntries: [path] });
  await act(async () =>
    root.render(<App parts={parts} i18n={createI18n({ ja, en }, null)} history={history} />),
  );
  await settle();
  await act(async () => {
    socket.opens();
    socket.echoes(Date.now());
  });
  await settle();
  const says = async (changed: Alert) => {
    await act(async () => socket.says({ type: 'alert', alert: changed }));
    await settle();
  };
  return { hub, says, history, browser };
}

const text = (): string => place.textContent;
const press = (words: string) =>
  act(async () => {
    const button = [...place.querySelectorAll('button')].find(each => each.textContent.includes(words));
    button?.click();
  });

describe('the page of an alert', () => {
  it('says who, where, what, since when, and whose turn comes next', async () => {
    const next = step({ staff: OTHER, state: 'to-come', atMs: NOW_MS + 29_500 });
    const { hub } = await open(alert({ steps: [step(), next] }));
    for (const words of [
      '緊急度 高',
      'が下限 90 % を下まわる',
      '1分32秒',
      '島田 ハル',
      'ペニシリン系',
      '汐見島診療所・キオスク 1',
      '警報のときの値 84 %',
      'あと 29秒',
      '補助の通知です。モニタの代わりにはなりません。',
    ]) {
      expect(text()).toContain(words);
    }
    expect(hub.asked).toContain('alerts.seen');
    await settle(10_000);
    expect(text()).toContain('1分42秒');
  });

  it('is taken by one press, and the others hear nothing more', async () => {
    await open(alert());
    await press('受ける');
    await settle();
    expect(text()).toContain('あなたが受けました');
    expect(text()).not.toContain('ほかの人への呼び出しが止まります');
  });

  it('says who was faster', async () => {
    const { hub } = await open(alert());
    hub.alerts = [alert({ state: 'accepted', accepted: { by: OTHER, atMs: NOW_MS }, deadlineAtMs: null })];
    await press('受ける');
    await settle();
    expect(text()).toContain('渚 真理 が受けました');
    expect(text()).not.toContain('あなたが受けました');
  });

  it.each([
    ['まだだれも確認していません', alert({ state: 'unconfirmed', deadlineAtMs: null })],
    ['島との回線が', alert({ lineLostSinceMs: NOW_MS - 5_000 })],
    ['から測れていません', alert({ signalLostAtMs: NOW_MS - 5_000 })],
    ['この警報は終わりました', alert({ state: 'resolved', endedAtMs: NOW_MS, deadlineAtMs: null })],
    ['渚 真理 が枕元で見ました', alert({ acknowledgedAtKiosk: { by: OTHER, atMs: NOW_MS } })],
    ['応答なし', alert({ steps: [step({ staff: OTHER, state: 'no-answer' })] })],
    ['知らせる先がありません', alert({ steps: [step({ staff: OTHER, state: 'not-reachable' })] })],
    ['患者は選ばれていません', alert({ patientId: null, encounterId: null })],
  ])('says %s', async (words, given) => {
    await open(given);
    expect(text()).toContain(words);
  });

  it('changes as soon as the hub says so', async () => {
    const { says } = await open(alert());
    await says(alert({ state: 'accepted', accepted: { by: OTHER, atMs: NOW_MS }, deadlineAtMs: null }));
    expect(text()).toContain('渚 真理 が受けました');
  });

  it('of an unknown alert says so, and leads back', async () => {
    await open(alert({ alertId: '22222222-2222-4222-8222-222222222222' }));
    expect(text()).toContain('患者の列へ');
  });
});

describe('every page', () => {
  it('has what nobody has taken across its top, and the patient first in the list', async () => {
    const { says } = await open(alert({ alertId: '22222222-2222-4222-8222-222222222222' }), { path: '/' });
    expect(place.querySelectorAll('[data-alert]')).toHaveLength(1);
    expect(place.querySelector('tbody')?.dataset['group']).toBe('alarm');
    await says(alert());
    expect(place.querySelectorAll('[data-alert]')).toHaveLength(2);
    await says(alert({ state: 'accepted', accepted: { by: DOCTOR, atMs: NOW_MS } }));
    expect(
      place.querySelector<HTMLElement>(`[data-alert="${ALERT_ID}"]`)?.dataset['priority'],
    ).toBeUndefined();
  });

  it('says that the alarm cannot be heard here', async () => {
    await open(alert(), { path: '/' });
    expect(text()).toContain('警報の音が出ていません');
  });

  it('says in red that alerts come only while it is open, until this device is called', async () => {
    const { hub } = await open(alert(), { path: '/' });
    expect(text()).toContain('この画面を開いている間だけ知らせます');
    expect(hub.asked).not.toContain('push.subscribe');
    await press('閉じても知らせる');
    await settle();
    expect(text()).not.toContain('この画面を開いている間だけ知らせます');
    expect([...hub.subscribed]).toEqual(['https://push.example/1']);
    await press('サインアウト');
    await settle();
    expect(hub.subscribed.size).toBe(0);
  });

  it('says how an iPad gets there', async () => {
    const browser = new FakePushBrowser();
    browser.supported = 'not-on-home-screen';
    await open(alert(), { path: '/', browser });
    expect(text()).toContain('ホーム画面に追加');
  });
});
