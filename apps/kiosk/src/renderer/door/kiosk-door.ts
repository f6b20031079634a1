import { type KioskApi } from '@shimabashi/contracts';
import { createLoopbackApi, type SocketLike, tradeToken } from './loopback-api.ts';

declare global {
  interface Window {
    /** The Electron door: the preload puts it here. */
    readonly kiosk?: KioskApi;
  }
}

/** The door of this screen: Electron's when there is one, else the loopback door that served the page. */
export async function openKioskDoor(): Promise<KioskApi> {
  if (window.kiosk !== undefined) return window.kiosk;
  const origin = window.location.origin;
  const { hash, pathname } = window.location;
  // The token leaves the address bar before anything else can read or keep it.
  if (hash !== '') window.history.replaceState(null, '', pathname);
  const ask = window.fetch.bind(window);
  // When the door does not answer, the rows below will say so.
  await tradeToken(hash, { origin, fetch: ask }).catch(() => undefined);
  return createLoopbackApi({
    origin,
    fetch: ask,
    // The DOM's handlers take an event of more than we read: structurally the same.
    openSocket: url => new WebSocket(url) as unknown as SocketLike,
    setTimer: (run, delayMs) => {
      const timer = setTimeout(run, delayMs);
      return () => clearTimeout(timer);
    },
  });
}
