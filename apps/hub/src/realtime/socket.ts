import { SOCKET_CLOSE } from '@shimabashi/contracts';
import type * as z from 'zod';

/** What the hub needs of a WebSocket; that of the `ws` package is one. */
export interface HubSocket {
  /** Bytes that were sent and have not left yet. */
  readonly bufferedAmount: number;
  send(text: string): void;
  ping(): void;
  close(code: number, reason?: string): void;
  terminate(): void;
  on(event: 'message', listener: (data: { toString(): string }, isBinary: boolean) => void): unknown;
  on(event: 'pong' | 'close', listener: () => void): unknown;
}

/**
 * Hears a socket's messages, each checked against its contract. One that does not fit closes this
 * socket and nothing else; `onBad` may note that it happened, never what was in it.
 */
export function hearMessages<Schema extends z.ZodType>(
  socket: HubSocket,
  schema: Schema,
  on: { readonly message: (message: z.output<Schema>) => void; readonly bad: () => void },
): void {
  let closing = false;
  socket.on('message', (data, isBinary) => {
    if (closing) return;
    const parsed = isBinary ? undefined : schema.safeParse(parseJson(data.toString()));
    if (parsed?.success === true) {
      on.message(parsed.data);
      return;
    }
    closing = true;
    on.bad();
    socket.close(SOCKET_CLOSE.badMessage, 'bad message');
  });
}

/** No JSON text means `undefined`, so it stands for text that is none. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
