import { AppError } from '@shimabashi/contracts';
import { type HubApi } from '../../api/hub-api.ts';
import { type PushBrowser } from './push-browser.ts';

/**
 * Whether this device is called when no page of ours is open.
 *
 * `unknown`: nobody has looked yet. `off`: one press away. `denied`: the browser was told no.
 * `not-set-up`: the hub pushes nothing. `failed`: it did not work, and is tried again.
 */
export type PushState =
  | 'unknown'
  | 'on'
  | 'off'
  | 'asking'
  | 'denied'
  | 'not-on-home-screen'
  | 'none'
  | 'not-set-up'
  | 'failed';

/** Keeps the hub's knowledge of how to call this browser: renewed each time the page is opened. */
export class PushDevice {
  readonly #deps: { readonly api: HubApi; readonly browser: PushBrowser };
  readonly #listeners = new Set<() => void>();
  #state: PushState = 'unknown';

  constructor(deps: { readonly api: HubApi; readonly browser: PushBrowser }) {
    this.#deps = deps;
  }

  /** After a sign-in, and whenever the hub is back: a browser may have dropped its subscription in silence. */
  async renew(): Promise<void> {
    const { browser } = this.#deps;
    const support = browser.support();
    if (support !== 'yes') return this.#setState(support);
    switch (browser.permission()) {
      case 'granted':
        return await this.#subscribe();
      case 'denied':
        return this.#setState('denied');
      case 'default':
        return this.#setState('off');
    }
  }

  /** In answer to a press. */
  async turnOn(): Promise<void> {
    this.#setState('asking');
    try {
      await this.#deps.browser.askPermission();
    } catch {
      return this.#setState('failed');
    }
    await this.renew();
  }

  /** Before somebody signs out: the next one at this browser is another person. */
  async turnOff(): Promise<void> {
    const { api, browser } = this.#deps;
    if (this.#state !== 'on') return;
    try {
      const endpoint = await browser.unsubscribe();
      if (endpoint !== null) await api('push.unsubscribe', { endpoint });
    } catch {
      // A subscription that is gone answers the next push with "gone", and the hub forgets it then.
    }
    this.#setState('unknown');
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };
  readonly getSnapshot = (): PushState => this.#state;

  async #subscribe(): Promise<void> {
    const { api, browser } = this.#deps;
    try {
      const { publicKey } = await api('push.key', {});
      const subscription = await browser.subscribe(publicKey);
      await api('push.subscribe', { subscription });
      this.#setState('on');
    } catch (error) {
      const notSetUp = error instanceof AppError && error.code === 'NOT_FOUND';
      this.#setState(notSetUp ? 'not-set-up' : 'failed');
    }
  }

  #setState(state: PushState): void {
    if (state === this.#state) return;
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}
