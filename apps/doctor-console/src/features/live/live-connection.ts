import { type HubClock, LiveDown, type LiveUp, SOCKET_CLOSE } from '@shimabashi/contracts';

/** Whether live messages reach this page, and since when it is so (the hub's time). */
export interface LiveLink {
  readonly link: 'connecting' | 'up' | 'lost';
  readonly sinceMs: number;
}

export interface LiveListener {
  readonly onMessage: (message: LiveDown) => void;
  readonly onLink: (link: LiveLink) => void;
  /** The session has ended: no further try is made until `open` is called again. */
  readonly onSignInRequired: () => void;
}

export type LiveSocket = Pick<WebSocket, 'addEventListener' | 'close' | 'send'>;

export interface LiveConnectionDeps {
  readonly openSocket: () => LiveSocket;
  readonly clock: HubClock;
  /** From 0 up to 1. Spreads the consoles' returns to a hub that restarted. */
  readonly random: () => number;
}

/**
 * The one socket to the hub's `/live`.
 *
 * It counts as up from the hub's first word on, and as lost when it closes or has been silent for
 * `SILENT_AFTER_MS`: a Wi-Fi that died does not close sockets. It comes back by itself.
 */
export class LiveConnection {
  readonly #deps: LiveConnectionDeps;
  readonly #listener: LiveListener;
  #socket: LiveSocket | null = null;
  #link: LiveLink;
  #watched: string | null = null;
  #failures = 0;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #askTimer: ReturnType<typeof setInterval> | undefined;
  /** Monotonic. */
  #heardAtMs = 0;
  /** Monotonic. */
  #upAtMs = 0;
  /** Messages that were no messages of ours. They are not answered and break nothing. */
  refused = 0;

  constructor(deps: LiveConnectionDeps, listener: LiveListener) {
    this.#deps = deps;
    this.#listener = listener;
    this.#link = { link: 'connecting', sinceMs: deps.clock.hubNowMs() };
  }

  get link(): LiveLink {
    return this.#link;
  }

  open(): void {
    if (this.#socket !== null) return;
    clearTimeout(this.#retryTimer);
    const socket = this.#deps.openSocket();
    this.#socket = socket;
    this.#heardAtMs = this.#deps.clock.monotonicMs();
    this.#askTimer = setInterval(() => this.#beat(socket), ASK_EVERY_MS);
    socket.addEventListener('open', () => {
      if (socket !== this.#socket) return;
      // The hub's time first, so that the first number already has an age.
      this.#ask();
      this.#send({ type: 'watch', patientId: this.#watched });
    });
    socket.addEventListener('message', event => this.#onMessage(socket, event.data));
    socket.addEventListener('close', event => this.#onClose(socket, event.code));
  }

  /** Ends it, without another try. */
  close(): void {
    clearTimeout(this.#retryTimer);
    const socket = this.#forgetSocket();
    socket?.close();
    this.#failures = 0;
    this.#setLink('connecting');
  }

  /** Whose live numbers to send; null for nobody's. Asked again after each return. */
  watch(patientId: string | null): void {
    this.#watched = patientId;
    if (this.#link.link === 'up') this.#send({ type: 'watch', patientId });
  }

  #send(message: LiveUp): void {
    this.#socket?.send(JSON.stringify(message));
  }

  #ask(): void {
    this.#send({ type: 'ask', askedAtMs: this.#deps.clock.ask() });
  }

  #beat(socket: LiveSocket): void {
    if (socket !== this.#socket) return;
    if (this.#deps.clock.monotonicMs() - this.#heardAtMs >= SILENT_AFTER_MS) {
      this.#lose(socket);
    } else if (this.#link.link === 'up') {
      this.#ask();
    }
  }

  #onMessage(socket: LiveSocket, data: unknown): void {
    if (socket !== this.#socket) return;
    const message = readMessage(data);
    if (message === undefined) {
      this.refused += 1;
      return;
    }
    this.#heardAtMs = this.#deps.clock.monotonicMs();
    if (this.#link.link !== 'up') this.#upAtMs = this.#heardAtMs;
    if (message.type === 'echo') this.#deps.clock.answer(message.askedAtMs, message.otherAtMs);
    this.#setLink('up');
    this.#listener.onMessage(message);
  }

  #onClose(socket: LiveSocket, code: number): void {
    if (socket !== this.#socket) return;
    if (code === SOCKET_CLOSE.signInRequired) {
      this.#forgetSocket();
      this.#setLink('lost');
      this.#listener.onSignInRequired();
    } else {
      // Whose numbers we may not see we do not ask for again.
      if (code === SOCKET_CLOSE.forbidden) this.#watched = null;
      this.#lose(socket);
    }
  }

  #lose(socket: LiveSocket): void {
    this.#forgetSocket();
    socket.close();
    // A hub that turns us away each time is not asked four times a second.
    const lastedMs = this.#deps.clock.monotonicMs() - this.#upAtMs;
    if (this.#link.link === 'up' && lastedMs >= STEADY_MS) this.#failures = 0;
    this.#setLink('lost');
    const waitMs = Math.min(RETRY_FIRST_MS * 2 ** this.#failures, RETRY_MOST_MS);
    this.#failures += 1;
    this.#retryTimer = setTimeout(() => this.open(), waitMs * (0.75 + this.#deps.random() / 4));
  }

  #forgetSocket(): LiveSocket | null {
    const socket = this.#socket;
    this.#socket = null;
    clearInterval(this.#askTimer);
    return socket;
  }

  #setLink(link: LiveLink['link']): void {
    if (this.#link.link === link) return;
    this.#link = { link, sinceMs: this.#deps.clock.hubNowMs() };
    this.#listener.onLink(this.#link);
  }
}

/** How often the hub's time is asked. Its answer is also the sign that the socket lives. */
const ASK_EVERY_MS = 2_000;
/** Two answers missing, and the third due. */
const SILENT_AFTER_MS = 6_000;
/** A socket that lasted this long was a good one. */
const STEADY_MS = 5_000;
const RETRY_FIRST_MS = 250;
const RETRY_MOST_MS = 2_000;

function readMessage(data: unknown): LiveDown | undefined {
  if (typeof data !== 'string') return undefined;
  try {
    return LiveDown.safeParse(JSON.parse(data)).data;
  } catch {
    return undefined;
  }
}
