import { AppError } from '@shimabashi/contracts';
import { describe, expect, it } from 'vitest';
import { type HubApi } from '../../api/hub-api.ts';
import { FakePushBrowser } from '../../testing/fake-push-browser.ts';
import { PushDevice } from './push-device.ts';

function device(hub: 'knows' | 'not-set-up' | 'away' = 'knows') {
  const browser = new FakePushBrowser();
  const asked: string[] = [];
  const api = (async (row: string) => {
    asked.push(row);
    if (hub === 'away') throw new AppError('LINK_DOWN', 'away');
    if (row === 'push.key' && hub === 'not-set-up') throw new AppError('NOT_FOUND', 'no push');
    return row === 'push.key' ? { publicKey: 'K' } : {};
  }) as unknown as HubApi;
  return { browser, asked, push: new PushDevice({ api, browser }) };
}

describe('this device', () => {
  it('is asked nothing before a press, and is called after it', async () => {
    const { browser, asked, push } = device();
    await push.renew();
    expect([push.getSnapshot(), asked]).toEqual(['off', []]);
    await push.turnOn();
    expect(push.getSnapshot()).toBe('on');
    expect(browser.endpoint).not.toBeNull();
    await push.renew();
    expect(asked).toEqual(['push.key', 'push.subscribe', 'push.key', 'push.subscribe']);
  });

  it.each(['denied', 'default'] as const)('is not called when the answer is %s', async answer => {
    const { browser, push } = device();
    browser.answer = answer;
    await push.turnOn();
    expect(push.getSnapshot()).toBe(answer === 'denied' ? 'denied' : 'off');
  });

  it.each([
    ['not-on-home-screen', 'not-on-home-screen'],
    ['none', 'none'],
  ] as const)('cannot be called: %s', async (support, state) => {
    const { browser, push } = device();
    browser.supported = support;
    await push.renew();
    expect(push.getSnapshot()).toBe(state);
  });

  it.each([
    ['not-set-up', 'not-set-up'],
    ['away', 'failed'],
  ] as const)('says so when the hub is %s', async (hub, state) => {
    const { browser, push } = device(hub);
    browser.granted = 'granted';
    await push.renew();
    expect(push.getSnapshot()).toBe(state);
  });

  it('is not called any more when its doctor signs out', async () => {
    const { browser, asked, push } = device();
    await push.turnOn();
    await push.turnOff();
    expect(browser.endpoint).toBeNull();
    expect(asked.at(-1)).toBe('push.unsubscribe');
  });
});
