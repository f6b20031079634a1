import { PushSubscription as OurSubscription } from '@shimabashi/contracts';

/** Why a browser cannot be called, before anybody is asked. */
export type PushSupport = 'yes' | 'not-on-home-screen' | 'none';

/** What push needs of the browser, so that a test can give it something else. */
export interface PushBrowser {
  readonly support: () => PushSupport;
  readonly permission: () => NotificationPermission;
  /** Only in answer to a press. */
  readonly askPermission: () => Promise<NotificationPermission>;
  /** The subscription for this key of the hub, made anew where there is none or one for another key. */
  readonly subscribe: (publicKey: string) => Promise<OurSubscription>;
  /** Ends the subscription of this browser. Gives where it was. */
  readonly unsubscribe: () => Promise<string | null>;
}

/** This browser. Registers the service worker, which is also what opens the page without a line. */
export function browserPush(): PushBrowser {
  const registration =
    'serviceWorker' in navigator
      ? navigator.serviceWorker.register('/service-worker.js').then(() => navigator.serviceWorker.ready)
      : undefined;
  // Nobody may be there to ask: whoever does hears of it then.
  registration?.catch(() => undefined);
  const ready = async (): Promise<ServiceWorkerRegistration> => {
    const found = await registration;
    if (found === undefined) throw new Error('There is no service worker.');
    return found;
  };
  return {
    support: () => {
      if ('serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window) return 'yes';
      return isAppleTablet() && !isInstalled() ? 'not-on-home-screen' : 'none';
    },
    permission: () => Notification.permission,
    askPermission: () => Notification.requestPermission(),
    subscribe: async publicKey => {
      const { pushManager } = await ready();
      const known = await pushManager.getSubscription();
      if (known !== null && !isFor(known, publicKey)) await known.unsubscribe();
      const subscription = await pushManager.subscribe({
        userVisibleOnly: true,
        applicationServerKey: publicKey,
      });
      const { endpoint, keys } = subscription.toJSON();
      return OurSubscription.parse({ endpoint, p256dh: keys?.['p256dh'], auth: keys?.['auth'] });
    },
    unsubscribe: async () => {
      const known = await (await ready()).pushManager.getSubscription();
      if (known === null) return null;
      await known.unsubscribe();
      return known.endpoint;
    },
  };
}

function isFor(subscription: PushSubscription, publicKey: string): boolean {
  const key = subscription.options?.applicationServerKey;
  if (key === null || key === undefined) return true; // Not told by every browser.
  const text = btoa(String.fromCharCode(...new Uint8Array(key)));
  return text.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '') === publicKey;
}

/** An iPad says that it is a Mac; only it has touch. */
function isAppleTablet(): boolean {
  return (
    /iPad|iPhone/.test(navigator.userAgent) ||
    (navigator.userAgent.includes('Macintosh') && navigator.maxTouchPoints > 1)
  );
}

function isInstalled(): boolean {
  return matchMedia('(display-mode: standalone)').matches;
}
