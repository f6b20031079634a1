import { WebSocket } from 'ws';
import {
  AppError,
  LinkDown,
  type LinkUp,
  type Sample,
  SAMPLES_PER_MESSAGE_MAX,
  SOCKET_CLOSE,
  SOCKET_MESSAGE_BYTES_MAX,
  type Visit,
} from '@shimabashi/contracts';
import { type Timers } from '@shimabashi/sync';
import { type HubNewsMessage } from './hub-news.ts';

/** The hub asks every 2 s; three missed asks are a dead link. */
export const SILENT_AFTER_MS = 6_000;
/** With more than this unsent, live numbers are dropped: an old one is worth nothing on arrival. */
const UNSENT_BYTES_MAX = 65_536;

export interface HubSocketDeps {
  readonly handshakeLimitMs: number;
  readonly nowMs: () => number;
  readonly timers: Timers;
  readonly onPoke: () => void;
  readonly onNews: (message: HubNewsMessage) => void;
  /** Once, however it ended. */
  readonly onClosed: (reason: 'closed' | 'silent' | 'sign-in-required') => void;
}

/** One connection to the hub's `/link`. Answers the heartbeat by itself. */
export class HubSocket {
  readonly #socket: WebSocket;
  readonly #deps: HubSocketDeps;
  #cancelSilence: () => void = () => {};
  #closed = false;

  /**
   * Connects. `onClosed` is also called, once, when that fails.
   *
   * @throws AppError `LINK_DOWN`, `SIGN_IN_REQUIRED` when the token is not taken.
   */
  static async connect(
    hubUrl: URL,
    token: string,
    deps: HubSocketDeps,
    signal: AbortSignal,
  ): Promise<HubSocket> {
    const url = new URL('/link', hubUrl);
    url.protocol = hubUrl.protocol === 'https:' ? 'wss:' : 'ws:';
    const socket = new WebSocket(url, {
      headers: { authorization: `Bearer ${token}` },
      handshakeTimeout: deps.handshakeLimitMs,
      maxPayload: SOCKET_MESSAGE_BYTES_MAX,
      perMessageDeflate: false,
      followRedirects: false,
    });
    // It listens before it is open: the hub's first words may come with the handshake.
    const link = new HubSocket(socket, deps);
    await opened(socket, signal);
    return link;
  }

  private constructor(socket: WebSocket, deps: HubSocketDeps) {
    this.#socket = socket;
    this.#deps = deps;
    socket.on('close', code =>
      this.#end(code === SOCKET_CLOSE.signInRequired ? 'sign-in-required' : 'closed'),
    );
    socket.on('message', (data, isBinary) => this.#take(isBinary ? undefined : rawText(data)));
    this.#watchSilence();
  }

  /** What is still on its way out of this machine. */
  get unsentBytes(): number {
    return this.#socket.bufferedAmount;
  }

  /** Live numbers of the visit, at once or never: nothing queues behind a dead link. */
  sendSamples(visit: Visit, samples: readonly Sample[]): void {
    const { patientId, encounterId } = visit;
    for (let from = 0; from < samples.length; from += SAMPLES_PER_MESSAGE_MAX) {
      if (this.unsentBytes > UNSENT_BYTES_MAX) return;
      const part = samples.slice(from, from + SAMPLES_PER_MESSAGE_MAX);
      this.send({ type: 'samples', patientId, encounterId, samples: part });
    }
  }

  send(message: LinkUp): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  close(): void {
    this.#socket.close(SOCKET_CLOSE.goingAway);
    this.#end('closed');
  }

  #take(text: string | undefined): void {
    const parsed = LinkDown.safeParse(jsonOf(text));
    // What we do not know may be a newer hub's; it is left alone and does not count as a heartbeat.
    if (!parsed.success) return;
    const message = parsed.data;
    switch (message.type) {
      case 'poke':
        this.#deps.onPoke();
        return;
      case 'ask':
        this.send({ type: 'echo', askedAtMs: message.askedAtMs, otherAtMs: this.#deps.nowMs() });
        this.#watchSilence();
        return;
      case 'call':
      case 'alert':
      case 'duty':
        this.#deps.onNews(message);
    }
  }

  #watchSilence(): void {
    this.#cancelSilence();
    this.#cancelSilence = this.#deps.timers.after(SILENT_AFTER_MS, () => {
      this.#socket.terminate();
      this.#end('silent');
    });
  }

  #end(reason: 'closed' | 'silent' | 'sign-in-required'): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#cancelSilence();
    this.#deps.onClosed(reason);
  }
}

async function opened(socket: WebSocket, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const down = (): void => reject(new AppError('LINK_DOWN', 'The link cannot be opened.'));
    const abort = (): void => {
      down();
      socket.terminate();
    };
    socket.once('open', resolve);
    socket.on('error', down);
    socket.once('unexpected-response', (request, response) => {
      reject(
        response.statusCode === 401
          ? new AppError('SIGN_IN_REQUIRED', 'The hub does not take the token.')
          : new AppError('LINK_DOWN', 'What answered does not open a link.'),
      );
      request.destroy();
    });
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
    // The signal lives as long as the store: a failed try must not hang on it for ever.
    const letGo = (): void => signal.removeEventListener('abort', abort);
    socket.once('open', letGo);
    socket.once('close', letGo);
  });
}

function rawText(data: WebSocket.RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString('utf8');
  return Buffer.from(data as ArrayBuffer).toString('utf8');
}

function jsonOf(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
