// @vitest-environment happy-dom
import { AppError, type Call } from '@shimabashi/contracts';
import { createI18n } from '@shimabashi/ui';
import { createMemoryHistory } from '@tanstack/react-router';
import { act } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { App } from '../../app.tsx';
import { createConsole } from '../../console.ts';
import { messages as en } from '../../locales/en.po';
import { messages as ja } from '../../locales/ja.po';
import { DOCTOR, encounter, entry, NOW_MS } from '../../testing/chart.ts';
import { call, CALL_ID } from '../../testing/fake-calls.ts';
import { FakeDevices } from '../../testing/fake-devices.ts';
import { FakeHub } from '../../testing/fake-hub.ts';
import { FakePushBrowser } from '../../testing/fake-push-browser.ts';
import { FakeSocket } from '../../testing/fake-socket.ts';

let root: Root;
let place: HTMLElement;

beforeEach(() => {
  vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true);
  vi.stubGlobal('AudioContext', SilentAudio);
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

/** A browser that has not been touched yet. */
class SilentAudio extends EventTarget {
  readonly state = 'suspended';
  readonly resume = (): Promise<void> => Promise.resolve();
  readonly close = (): Promise<void> => Promise.resolve();
}

async function start(path: string, calls: Call[] = []) {
  const hub = Object.assign(new FakeHub(), { signedIn: true });
  hub.calls.list = calls;
  hub.chart = {
    ...hub.chart,
    resources: [...hub.chart.resources, entry(encounter('in-progress', { startedAtMs: NOW_MS }))],
  };
  const live = new FakeSocket();
  const parts = createConsole({
    fetch: hub.fetch,
    openSocket: () => live,
    roomUrl: 'ws://hub.test/room',
    openRoomSocket: () => new FakeSocket(),
    createMediaDevice: () => Promise.reject(new Error('no WebRTC here')),
    devices: () => new FakeDevices(),
    clocks: { wallMs: () => Date.now(), monotonicMs: () => performance.now() },
    random: () => 0,
    createAudio: () => undefined,
    pushBrowser: new FakePushBrowser(),
  });
  const history = createMemoryHistory({ initialEntries: [path] });
  await act(async () =>
    root.render(<App parts={parts} i18n={createI18n({ ja, en }, null)} history={history} />),
  );
  await settle();
  await act(async () => {
    live.opens();
    live.echoes(Date.now());
  });
  return { hub, live, history };
}

async function settle(ms = 50): Promise<void> {
  await act(async () => {
    await vi.advanceTimersByTimeAsync(ms);
  });
}

const text = (): string => place.textContent;
async function press(words: string): Promise<void> {
  const button = [...place.querySelectorAll('button')].find(each => each.textContent.includes(words));
  if (button === undefined) throw new Error(`There is no button ${words}: ${text()}`);
  await act(async () => button.click());
  await settle();
}
async function type(area: Element | null | undefined, value: string): Promise<void> {
  await act(async () => {
    if (area) Reflect.set(HTMLTextAreaElement.prototype, 'value', value, area);
    area?.dispatchEvent(new Event('input', { bubbles: true }));
  });
}
const area = (name: string) => place.querySelector(`textarea[aria-label^="${name}"]`);

const connected = (): Call => call({ state: 'connected', doctor: DOCTOR, connectedAtMs: NOW_MS });

describe('a call of the doctor', () => {
  it('rings from the queue, counts its seconds, and can be given up', async () => {
    const { hub, history } = await start('/');
    await press('呼ぶ');
    expect(history.location.pathname).toMatch(/^\/calls\//);
    expect(hub.calls.list[0]).toMatchObject({ patientId: 'p1', encounterId: 'e1', kioskDeviceId: 'K-1' });
    await settle(5_000);
    expect(text()).toContain('呼んでいます 5秒');
    await press('呼ぶのをやめる');
    expect(text()).toContain('呼び出しをやめました');
    expect(text()).toContain('0599-00-0140');
  });

  it('of another doctor is read, and nothing is opened for it', async () => {
    const another = { ...DOCTOR, practitionerId: 'd-other', name: '渚 真理' };
    const running = call({
      direction: 'to-kiosk',
      state: 'connected',
      doctor: another,
      connectedAtMs: NOW_MS,
    });
    const { hub } = await start(`/calls/${CALL_ID}`, [{ ...running, rung: [] }]);
    expect(text()).toContain('渚 真理 医師が通話しています');
    expect(place.querySelector('[data-local]')).toBeNull();
    expect(hub.asked).not.toContain('calls.join');
  });

  it('that he has declined rings at others, and is not his to accept', async () => {
    const declined = call({ rung: [{ staff: DOCTOR, declinedBecause: 'not-now' }] });
    await start(`/calls/${CALL_ID}`, [declined]);
    expect(text()).toContain('ほかの医師を呼んでいます');
  });

  it('that was declined says why, in words', async () => {
    const { live } = await start(`/calls/${CALL_ID}`, [
      call({ direction: 'to-kiosk', doctor: DOCTOR, rung: [] }),
    ]);
    const end = { reason: 'declined', declinedBecause: 'with-a-patient', by: null } as const;
    const ended = call({
      direction: 'to-kiosk',
      doctor: DOCTOR,
      rung: [],
      state: 'ended',
      endedAtMs: NOW_MS,
      end,
    });
    await act(async () => live.says({ type: 'call', call: ended }));
    await settle();
    expect(text()).toContain('ほかの患者をみています');
  });

  it('shows the patient, the allergy and the telephone while the room is not reached', async () => {
    await start(`/calls/${CALL_ID}`, [connected()]);
    await settle(2_000);
    for (const words of ['島田 ハル', 'ペニシリン系', 'つないでいます', 'この診察の決定']) {
      expect(text()).toContain(words);
    }
    expect(text()).toContain('カメラがありません');
  });

  it('that is not known is said to be gone, with a way back', async () => {
    await start(`/calls/${CALL_ID}`);
    expect(text()).toContain('この通話はもうありません');
    expect(place.querySelector('a[href="/"]')).not.toBeNull();
  });
});

describe('a call of a kiosk', () => {
  it('rings on every page, says that its sound is locked, and is answered', async () => {
    const { live, history, hub } = await start('/patients/p1');
    hub.calls.list = [call()];
    await act(async () => live.says({ type: 'call', call: call() }));
    await settle();
    const band = place.querySelector('[data-incoming-call]')?.textContent;
    for (const words of ['汐見島診療所', '汐入 美咲', '島田 ハル']) expect(band).toContain(words);
    expect(text()).toContain('音を出す');
    await press('受ける');
    expect(history.location.pathname).toBe(`/calls/${CALL_ID}`);
  });

  it('is declined with a reason, and rings here no more', async () => {
    const { hub } = await start('/', [call()]);
    await press('出られません');
    await press('電話でかけてください');
    expect(hub.calls.list[0]?.rung[0]?.declinedBecause).toBe('by-telephone');
    expect(place.querySelector('[data-incoming-call]')).toBeNull();
  });

  it('does not ring at a doctor whom it does not ring', async () => {
    await start('/', [call({ rung: [] })]);
    expect(place.querySelector('[data-incoming-call]')).toBeNull();
  });
});

describe('the note', () => {
  it('is saved by itself a moment after the last key, and says so', async () => {
    const { hub } = await start(`/calls/${CALL_ID}`, [connected()]);
    await type(area('S'), '3日前から');
    await type(area('S'), '3日前から痛い');
    expect(hub.calls.notes).toHaveLength(0);
    await settle(1_300);
    expect(hub.calls.notes.map(({ sections }) => sections.subjective)).toEqual(['3日前から痛い']);
    expect(text()).toContain('下書き 9:12 保存');
    await type(area('P'), '毎日 処置');
    await settle(1_300);
    expect(hub.calls.notes[1]?.baseVersionId).toBe(hub.calls.notes[0]?.operationId);
  });

  it('that could not be saved says so, and is sent again as the same operation', async () => {
    const { hub } = await start(`/calls/${CALL_ID}`, [connected()]);
    hub.calls.noteError = new AppError('LINK_DOWN', 'No line.');
    await type(area('S'), '痛い');
    await settle(1_300);
    expect(text()).toContain('まだ保存できていません');
    await settle(5_100);
    expect(hub.calls.notes).toHaveLength(1);
    expect(text()).toContain('保存');
  });
});

describe('the decision', () => {
  it('is not signed before it is complete, and then closes the visit with the note', async () => {
    const { hub } = await start(`/calls/${CALL_ID}`, [connected()]);
    expect(text()).toContain('まだ書いていません：三つから一つ・理由・悪いとき');
    await press('署名して診察を終える');
    expect(hub.calls.closed).toHaveLength(0);
    await act(async () =>
      place.querySelector<HTMLInputElement>('input[type="radio"][value="online"]')?.click(),
    );
    const [reason, whenWorse] = [...place.querySelectorAll('textarea')].slice(-2);
    await type(reason, '食事がとれる');
    await type(whenWorse, '38℃以上なら診療所へ');
    await type(area('A'), '感染うたがい');
    await press('署名して診察を終える');
    expect(hub.calls.closed).toMatchObject([
      {
        encounterId: 'e1',
        decision: { kind: 'online', reason: '食事がとれる', whenWorse: '38℃以上なら診療所へ' },
        note: { sections: { assessment: '感染うたがい' } },
      },
    ]);
  });
});
