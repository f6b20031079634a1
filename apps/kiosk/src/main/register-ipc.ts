import { AppError, kioskContract, type KioskEvent, type RowResult, toWireError } from '@shimabashi/contracts';
import { type Broker } from '../broker/index.ts';

/** The part of Electron's `ipcMain` that we use, so that the door can be tested without Electron. */
export interface IpcMainLike {
  handle(channel: string, listener: (event: IpcEventLike, request: unknown) => Promise<unknown>): void;
}
export interface IpcEventLike {
  readonly senderFrame: { readonly url: string } | null;
  readonly sender: {
    send(channel: string, message: KioskEvent): void;
    once(event: 'destroyed' | 'did-navigate', listener: () => void): unknown;
  };
}

/**
 * Connects the kiosk's contract to Electron. The only caller of `ipcMain.handle` in the app.
 *
 * Requests are checked by the service that answers them, in the same code as behind the loopback
 * door; here only the sender is.
 */
export function registerIpc(deps: {
  ipcMain: IpcMainLike;
  broker: Broker;
  isTrustedUrl: (url: string) => boolean;
}): void {
  const isOurs = (event: IpcEventLike): boolean =>
    event.senderFrame !== null && deps.isTrustedUrl(event.senderFrame.url);

  for (const row of Object.keys(kioskContract)) {
    deps.ipcMain.handle(row, async (event, request): Promise<RowResult> => {
      if (!isOurs(event)) {
        return {
          ok: false,
          error: toWireError(new AppError('FORBIDDEN', 'The sender is not a screen of this app.')),
        };
      }
      return deps.broker.answer(row, request);
    });
  }
  deps.ipcMain.handle('kiosk-subscribe', async event => {
    if (!isOurs(event)) return;
    const unsubscribe = deps.broker.subscribe(message => event.sender.send('kiosk-event', message));
    event.sender.once('destroyed', unsubscribe);
    event.sender.once('did-navigate', unsubscribe);
  });
}
