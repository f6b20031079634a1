// @vitest-environment happy-dom
import { createMemoryHistory } from '@tanstack/react-router';
import { createI18n } from '@shimabashi/ui';
import { act } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { App } from './app.tsx';
import { createConsole } from './console.ts';
import { messages as en } from './locales/en.po';
import { messages as ja } from './locales/ja.po';
import { NOW_MS, sample } from './testing/chart.ts';
import { FakeHub } from './testing/fake-hub.ts';
import { FakePushBrowser } from './testing/fake-push-browser.ts';
import { FakeDevices } from './testing/fake-devices.ts';
import { FakeSocket } from './testing/fake-socket.ts';

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

/** A browser without cameras, and a room that nobody answers. */
const noMedia = {
  roomUrl: 'ws://hub.test/room',
  openRoomSocket: () => new FakeSocket(),
  createMediaDevice: () => Promise.reject(new Error('no WebRTC here')),
  devices: () => new FakeDevices(),
};

async function start(path = '/', hub = new FakeHub()) {
  const sockets: FakeSocket[] = [];
  const parts = createConsole({
    fetch: hub.fetch,
    openSocket: () => {
      const socket = new FakeSocket();
      sockets.push(socket);
      return socket;
    },
    clocks: { wallMs: () => Date.now(), monotonicMs: () => performance.now() },
    random: () => 0,
    ...noMedia,
    createAudio: () => undefined,
    pushBrowser: new FakePushBrowser(),
  });
  const history = createMemoryHistory({ initialEntries: [path] });
  const i18n = createI18n({ ja, en }, null);
  await act(async () => root.render(<App parts={parts} i18n={i18n} history={history} />));
  await settle();
  const socketUp = async () => {
    await act(async () => {
      sockets.at(-1)?.opens();
      sockets.at(-1)?.echoes(Date.now());
    });
  };
  return { hub, sockets, parts, history, socketUp };
}

/** Lets everything that was begun come to its end; time passes by `ms`. */
async function settle(ms = 50): Promise<void> {
  await act(async () => {
    await vi.advanceTimersByTimeAsync(ms);
  });
}

async function type(input: HTMLInputElement | undefined | null, text: string): Promise<void> {
  await act(async () => {
    // React hears of a value only when it is set past its own setter, as a person's typing is.
    if (input) Reflect.set(HTMLInputElement.prototype, 'value', text, input);
    input?.dispatchEvent(new Event('input', { bubbles: true }));
  });
}

async function signIn(passphrase: string): Promise<void> {
  const [number, secret] = place.querySelectorAll('input');
  await type(number, 'D-1');
  await type(secret, passphrase);
  await act(async () => {
    place.querySelector('form')?.dispatchEvent(new Event('submit', { bubbles: true, cancelable: true }));
  });
  await settle();
}

const text = (): string => place.textContent;
const spo2 = () => place.querySelector<HTMLElement>('[data-parameter="SpO2"]');

describe('the session', () => {
  it('shows nothing of anybody before a doctor signed in', async () => {
    const { hub, sockets } = await start('/patients/p1');
    expect(text()).toContain('サインイン');
    expect(text()).not.toContain('島田');
    expect(hub.asked).toEqual(['session.current']);
    expect(sockets).toHaveLength(0);
  });

  it('says in words that number or passphrase is wrong, and keeps neither it nor a socket', async () => {
    const { sockets } = await start();
    await signIn('wrong');
    expect(text()).toContain('職員番号か合い言葉がちがいます');
    expect(place.querySelectorAll('input')[1]?.value).toBe('');
    expect(sockets).toHaveLength(0);
  });

  it('leads to where one was', async () => {
    const { history } = await start('/patients/p1');
    await signIn('umi to shima');
    expect(text()).toContain('ペニシリン系');
    expect(history.location.pathname).toBe('/patients/p1');
  });

  it('that ended leads to the sign-in and then back, and leaves no chart behind', async () => {
    const { hub, history, parts, sockets } = await start();
    await signIn('umi to shima');
    await act(async () => place.querySelector<HTMLElement>('[data-row-link]')?.click());
    await settle();
    expect(text()).toContain('昭和20年5月3日（81歳）');

    hub.signedIn = false;
    await act(async () => parts.queryClient.invalidateQueries({ queryKey: ['patient', 'p1'] }));
    await settle();
    expect(text()).not.toContain('島田');
    expect(parts.queryClient.getQueryData(['patient', 'p1'])).toBeUndefined();
    expect(sockets.at(-1)?.closed).toBe(true);
    expect(history.location.pathname).toBe('/patients/p1');

    await signIn('umi to shima');
    expect(text()).toContain('昭和20年5月3日（81歳）');
  });

  it('of nobody is not claimed while the hub cannot be reached: the page says so and comes by itself', async () => {
    const hub = new FakeHub();
    hub.signedIn = true;
    hub.reachable = false;
    await start('/', hub);
    await settle(4_000);
    expect(text()).toContain('病院のサーバーに届きません');
    hub.reachable = true;
    await settle(8_000);
    expect(text()).toContain('島田 ハル');
  });
});

describe('the queue', () => {
  const signedIn = () => Object.assign(new FakeHub(), { signedIn: true });

  it('shows who waits, where, with which allergy, and each number with its age', async () => {
    const { socketUp } = await start('/', signedIn());
    await socketUp();
    const row = place.querySelector('[data-patient="p1"]')?.textContent;
    for (const words of ['24分', '島田 ハル', '81歳女・汐見島診療所', 'ペニシリン系', '血圧の薬', '3分前']) {
      expect(row).toContain(words);
    }
    expect(place.querySelector('[data-group="waiting"]')).not.toBeNull();
  });

  it('says 古い instead of a number as soon as the page does not hear the hub', async () => {
    const { socketUp, sockets } = await start('/', signedIn());
    await socketUp();
    expect(place.querySelector('[data-patient="p1"]')?.textContent).not.toContain('古い');
    await act(async () => sockets.at(-1)?.ends(1006));
    expect(place.querySelector('[data-patient="p1"]')?.textContent).toContain('古い');
    expect(text()).toContain('病院のサーバーに届きません。9:12 から');
  });

  it('says what to do when the search finds nobody', async () => {
    await start('/', signedIn());
    await type(place.querySelector('[data-search] input'), '浜口');
    expect(place.querySelector('[data-patient="p1"]')).toBeNull();
    expect(text()).toContain('あてはまる人がいません');
  });

  it('says how it will fill while it is empty', async () => {
    const hub = signedIn();
    hub.lines = [];
    await start('/', hub);
    expect(text()).toContain('患者がまだいません');
  });
});

describe('the live numbers of a patient', () => {
  async function watching() {
    const hub = Object.assign(new FakeHub(), { signedIn: true });
    const started = await start('/patients/p1', hub);
    await started.socketUp();
    const socket = started.sockets.at(-1);
    const arrives = async (value: number) => {
      await act(async () =>
        socket?.says({
          type: 'samples',
          patientId: 'p1',
          encounterId: 'e1',
          kioskDeviceId: 'K-1',
          samples: [sample({ receivedAtMs: Date.now(), measured: { status: 'measured', value } })],
        }),
      );
    };
    return { ...started, socket, arrives };
  }

  it('are asked for, and painted as soon as they arrive', async () => {
    const { socket, arrives } = await watching();
    expect(socket?.sent).toContainEqual({ type: 'watch', patientId: 'p1' });
    expect(spo2()?.dataset['value']).toBeUndefined();
    await arrives(93);
    expect(spo2()?.dataset['value']).toBe('93');
  });

  it('name their device as the nurse knows it', async () => {
    const { arrives } = await watching();
    await arrives(93);
    expect(spo2()?.closest('[data-state]')?.textContent).toContain('Nonin A-0412');
  });

  it('go when they are old, and only a word stays', async () => {
    const { arrives } = await watching();
    await arrives(93);
    await settle(3_001);
    expect(spo2()?.dataset['value']).toBeUndefined();
    expect(spo2()?.textContent).toBe('古い');
  });

  it('go with the socket, and the page says since when', async () => {
    const { arrives, socket } = await watching();
    await arrives(93);
    await act(async () => socket?.ends(1006));
    expect(spo2()?.dataset['value']).toBeUndefined();
    expect(spo2()?.textContent).toBe('届きません');
  });

  it('go when the island withdraws them', async () => {
    const { arrives, socket } = await watching();
    await arrives(93);
    await act(async () => socket?.says({ type: 'live-ended', patientId: 'p1' }));
    expect(spo2()?.textContent).toBe('届きません');
  });

  it('are no longer asked for when one leaves', async () => {
    const { socket } = await watching();
    await act(async () => place.querySelector<HTMLElement>('nav a')?.click());
    await settle();
    expect(socket?.sent.at(-1)).toEqual({ type: 'watch', patientId: null });
  });
});

describe('a record of two versions', () => {
  async function inConflict() {
    const hub = Object.assign(new FakeHub(), { signedIn: true });
    const { patient } = hub.chart;
    const other = {
      ...patient,
      versionId: '11111111-1111-4111-8111-111111111111',
      authorId: 'N-7',
      reason: '保険証で確かめた',
      resource: { ...patient.resource, birthDate: '1945-05-30', gender: 'other' },
    };
    hub.chart = { ...hub.chart, resources: [...hub.chart.resources, other] };
    hub.conflicts = [
      {
        heads: [patient, other],
        base: { ...patient, resource: { ...patient.resource, birthDate: '1944-12-31' } },
        fields: [
          { names: ['birthDate'], merged: null },
          { names: ['gender'], merged: { gender: 'other' } },
        ],
        asWhole: false,
      },
    ];
    await start('/patients/p1', hub);
    return { hub, other };
  }
  const decide = () =>
    [...place.querySelectorAll<HTMLElement>('#conflicts button')].find(each =>
      each.textContent.includes('この内容に決める'),
    );
  const press = async (selector: string) =>
    await act(async () => place.querySelector<HTMLElement>(selector)?.click());

  it('is shown as two, with both authors, why, and what stood there before', async () => {
    await inConflict();
    const conflicts = place.querySelector('#conflicts')?.textContent;
    const wanted = ['1945-05-03', '1945-05-30', '1944-12-31', 'N-1', 'N-7', '生年月日', '保険証で確かめた'];
    for (const words of wanted) expect(conflicts).toContain(words);
    expect(text()).toContain('2つの版がある記録 1件');
  });

  it('is decided field by field by the doctor, with a reason, and not before', async () => {
    const { hub, other } = await inConflict();
    expect(decide()?.getAttribute('aria-disabled')).toBe('true');
    expect(place.querySelector('#conflicts')?.textContent).toContain(
      'まだ選んでいないところが 1か所あります',
    );
    await press('[data-field="birthDate"] [data-side="left"]');
    await type(place.querySelector<HTMLInputElement>('#conflicts input'), '戸籍で確かめた');
    await act(async () => decide()?.click());
    await settle();
    expect(hub.resolved).toMatchObject([
      {
        patientId: 'p1',
        versionIds: [hub.chart.patient.versionId, other.versionId].with(0, expect.any(String)),
        resource: { birthDate: '1945-05-03', gender: 'other' },
        reason: '戸籍で確かめた',
      },
    ]);
    expect(place.querySelector('#conflicts')).toBeNull();
  });

  it('has a history: who changed what, when, where and why', async () => {
    const { hub, other } = await inConflict();
    const { patient } = hub.chart;
    hub.history = [
      { entry: other, baseVersionId: patient.versionId, mergedVersionId: null, isCurrent: true },
      { entry: patient, baseVersionId: null, mergedVersionId: null, isCurrent: false },
    ];
    const button = [...place.querySelectorAll('button')].find(each => each.textContent === '履歴');
    await act(async () => button?.click());
    await settle();
    const history = place.querySelector('[data-history]')?.textContent;
    for (const words of ['はじめて記録した', '直した', '1945-05-30', 'N-7', '保険証で確かめた', 'いまの版']) {
      expect(history).toContain(words);
    }
  });
});

it('speaks English when it is asked to', async () => {
  const hub = Object.assign(new FakeHub(), { signedIn: true });
  await start('/', hub);
  await act(async () => place.querySelector<HTMLElement>('[lang="en"]')?.click());
  expect(text()).toContain('Shimada Haru');
  expect(text()).toContain('Penicillins');
  expect(text()).not.toMatch(/[ぁ-ん]/);
});
