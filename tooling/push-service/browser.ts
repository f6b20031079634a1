import { type BrowserContext, type Page } from 'playwright-core';
import { type Receiver } from './receiver.ts';

/**
 * Makes `pushManager.subscribe` of this browser's pages give this subscription. It is the only thing
 * that is not real: a browser subscribes at its maker's push service, which a test cannot reach.
 */
export async function stubPushSubscription(
  context: BrowserContext,
  subscription: { readonly endpoint: string } & Pick<Receiver, 'p256dh' | 'auth'>,
): Promise<void> {
  const { endpoint, p256dh, auth } = subscription;
  await context.addInitScript(
    given => {
      let current: object | null = null;
      const made = {
        endpoint: given.endpoint,
        expirationTime: null,
        toJSON: () => ({ endpoint: given.endpoint, keys: { p256dh: given.p256dh, auth: given.auth } }),
        unsubscribe: async () => {
          current = null;
          return true;
        },
      };
      Object.assign(PushManager.prototype, {
        subscribe: async () => (current = made),
        getSubscription: async () => current,
      });
    },
    { endpoint, p256dh, auth },
  );
}

/**
 * Hands a decrypted message to the page's real service worker, as the browser does when one comes in
 * (Chrome DevTools Protocol, `ServiceWorker.deliverPushMessage`).
 */
export async function deliverToServiceWorker(page: Page, data: string): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const { origin } = new URL(page.url());
  try {
    const registered = new Promise<string>(resolve => {
      session.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
        const own = registrations.find(({ scopeURL, isDeleted }) => scopeURL === `${origin}/` && !isDeleted);
        if (own !== undefined) resolve(own.registrationId);
      });
    });
    await session.send('ServiceWorker.enable');
    const registrationId = await registered;
    await session.send('ServiceWorker.deliverPushMessage', { origin, registrationId, data });
  } finally {
    await session.detach();
  }
}

/** As a finger does it: the browser's own notification is outside of any page. */
export async function pressNotification(page: Page, tag?: string): Promise<void> {
  const [worker] = page.context().serviceWorkers();
  if (worker === undefined) throw new Error('There is no service worker.');
  await worker.evaluate(async wanted => {
    const scope = globalThis as unknown as {
      registration: { getNotifications: (filter: object) => Promise<Notification[]> };
      dispatchEvent: (event: Event) => void;
      NotificationEvent: new (type: string, init: object) => Event;
    };
    const [notification] = await scope.registration.getNotifications(
      wanted === undefined ? {} : { tag: wanted },
    );
    scope.dispatchEvent(new scope.NotificationEvent('notificationclick', { notification }));
  }, tag);
}
