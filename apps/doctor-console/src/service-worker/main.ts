import { pageOf, readPush } from './push-payload.ts';

/**
 * The console's service worker: shows what is pushed, opens the page of the alert or the call, and keeps the shell of
 * the page (never anything of a chart), so that the console opens and says that it has no line.
 *
 * Built on its own, without the page's code: it is started by a push, with nobody there, and must work.
 */
declare const self: ServiceWorkerGlobalScope;

/** The files of this build, filled in by it (`shell-files.ts`). */
declare const SHELL_FILES: readonly string[];

/** Another build has another shell: its name changes with its files, and so does this worker's text. */
const SHELL_CACHE = `shell ${SHELL_FILES.join(' ')}`;
const PAGE = '/';

self.addEventListener('install', event => {
  event.waitUntil(keepShell());
});
self.addEventListener('activate', event => {
  event.waitUntil(dropOlderShells());
});
self.addEventListener('fetch', event => {
  const { request } = event;
  if (request.method !== 'GET') return;
  const { origin, pathname } = new URL(request.url);
  if (origin !== self.location.origin) return;
  if (request.mode === 'navigate') event.respondWith(pageOrShell(request));
  else if (pathname.startsWith('/assets/')) event.respondWith(keptOrFetched(request));
});
self.addEventListener('push', event => {
  event.waitUntil(showPush(event));
});
self.addEventListener('notificationclick', event => {
  event.notification.close();
  event.waitUntil(openPage(pageOf(dataOf(event.notification))));
});
self.addEventListener('pushsubscriptionchange', event => {
  // Not every browser tells this; the page renews its subscription each time it is opened.
  (event as ExtendableEvent).waitUntil(subscribeAgain());
});

async function keepShell(): Promise<void> {
  const cache = await caches.open(SHELL_CACHE);
  await cache.addAll([PAGE, ...SHELL_FILES]);
  await self.skipWaiting();
}

async function dropOlderShells(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(names.filter(name => name !== SHELL_CACHE).map(name => caches.delete(name)));
  await self.clients.claim();
}

/** The hub's page if it answers, else the kept one, which says itself that there is no line. */
async function pageOrShell(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch (error) {
    const kept = await caches.match(PAGE);
    if (kept === undefined) throw error;
    return kept;
  }
}

/** What the build named by its content never changes. Fonts are kept as they are used. */
async function keptOrFetched(request: Request): Promise<Response> {
  const kept = await caches.match(request, { ignoreVary: true });
  if (kept !== undefined) return kept;
  const response = await fetch(request);
  if (response.ok) {
    const cache = await caches.open(SHELL_CACHE);
    await cache.put(request, response.clone());
  }
  return response;
}

/** A browser that knows declarative messages gives the notification itself, and no data. */
type DeclarativePushEvent = PushEvent & { readonly notification?: Notification | null };

/**
 * Always shows a notification: a browser takes away the subscription of whoever does not. The same
 * call twice takes the place of the first without a sound; a later call rings again.
 */
async function showPush(event: DeclarativePushEvent): Promise<void> {
  const given = event.notification;
  const { title, body, tag, alertId, callId, round } =
    event.data === null && given
      ? readPush(
          JSON.stringify({
            notification: {
              title: given.title,
              body: given.body,
              tag: given.tag,
              data: given.data as unknown,
            },
          }),
        )
      : readPush(event.data?.text());
  const shown = await self.registration.getNotifications({ tag });
  const isRepeated = shown.some(each => dataOf(each).round >= round);
  const options: NotificationOptions & { renotify: boolean } = {
    body,
    tag,
    lang: 'ja',
    icon: '/icon-192.png',
    badge: '/badge-96.png',
    data: { alertId, callId, round },
    requireInteraction: true,
    renotify: !isRepeated,
  };
  await self.registration.showNotification(title, options);
  if (alertId !== null) await tellDelivered(alertId);
}

interface NotificationData {
  readonly alertId: unknown;
  readonly callId: unknown;
  readonly round: number;
}

function dataOf(notification: Notification): NotificationData {
  const data = notification.data as Partial<Record<keyof NotificationData, unknown>> | null;
  const round = typeof data?.round === 'number' ? data.round : -1;
  return { alertId: data?.alertId, callId: data?.callId, round };
}

/** Best effort: the hub goes on as if it had not been shown. */
async function tellDelivered(alertId: string): Promise<void> {
  try {
    await post('alerts.delivered', { alertId });
  } catch {
    // No line. The notification is there all the same.
  }
}

async function openPage(path: string): Promise<void> {
  const windows = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const open = windows.find(client => new URL(client.url).pathname === path) ?? windows[0];
  if (open === undefined) {
    await self.clients.openWindow(path);
    return;
  }
  // Told to the page, so that it does not load anew with a call in it.
  open.postMessage({ type: 'open-page', path });
  // A browser may refuse to bring it to the front; the page is there all the same.
  await open.focus().catch(() => undefined);
}

async function subscribeAgain(): Promise<void> {
  const answer = (await (await post('push.key', {})).json()) as { body?: { publicKey?: string } };
  const key = answer.body?.publicKey;
  if (key === undefined) return;
  const subscription = await self.registration.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: key,
  });
  const { endpoint, keys } = subscription.toJSON();
  await post('push.subscribe', {
    subscription: { endpoint, p256dh: keys?.['p256dh'], auth: keys?.['auth'] },
  });
}

function post(row: string, body: object): Promise<Response> {
  return fetch(`/api/${row}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    credentials: 'same-origin',
  });
}
