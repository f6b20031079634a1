import {
  AppError,
  fromWireError,
  type HubClock,
  type LiveVitals,
  roomContract,
  type RoomContract,
  RoomDown,
  type RoomRow,
  type RoomUp,
  type RowRequest,
  type RowResponse,
  SOCKET_MESSAGE_BYTES_MAX,
} from '@shimabashi/contracts';

export type RoomSocket = Pick<WebSocket, 'addEventListener' | 'close' | 'send'>;

/** What the hub says without being asked for it. */
export type RoomNews = Exclude<RoomDown, { type: 'reply' } | { type: 'echo' }>;

export interface RoomChannelListener {
  readonly onNews: (news: RoomNews) => void;
  /** Closed by the other side, by the line, or silent for `SILENT_AFTER_MS`. Said once, not after `close`. */
  readonly onLost: (closeCode: number | null) => void;
}

interface Waiting {
  readonly row: RoomRow;
  readonly resolve: (body: never) => void;
  readonly reject: (error: AppError) => void;
  readonly timer: ReturnType<typeof setTimeout>;
}

/**
 * One `/room` socket from its opening to its end: questions with their answers, news, the hub's time.
 *
 * It does not come back when it is lost: `RoomConnection` opens another.
 */
export class RoomChannel {
  readonly #socket: RoomSocket;
  readonly #clock: HubClock;
  readonly #listener: RoomChannelListener;
  readonly #waiting = new Map<number, Waiting>();
  /** What was said before the socket was open. */
  #unsent: string[] | null = [];
  #lastId = 0;
  #ended = false;
  /** Monotonic. */
  #heardAtMs: number;
  readonly #beat: ReturnType<typeof setInterval>;
  /** Messages that were no messages of ours. They are not answered and break nothing. */
  refused = 0;

  constructor(socket: RoomSocket, clock: HubClock, listener: RoomChannelListener) {
    this.#socket = socket;
    this.#clock = clock;
    this.#listener = listener;
    this.#heardAtMs = clock.monotonicMs();
    socket.addEventListener('open', () => this.#onOpen());
    socket.addEventListener('message', event => this.#onMessage(event.data));
    socket.addEventListener('close', event => this.#end(event.code));
    this.#beat = setInterval(() => this.#onBeat(), ASK_EVERY_MS);
  }

  /**
   * Asks the room.
   *
   * @throws AppError the hub's own; `TIMEOUT`; `LINK_DOWN` when the socket ends first; `INTERNAL`
   *   when the answer does not fit (this page is from another release).
   */
  request<Row extends RoomRow>(
    row: Row,
    body: RowRequest<RoomContract, Row>,
  ): Promise<RowResponse<RoomContract, Row>> {
    if (this.#ended) return Promise.reject(linkDown());
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(id);
        reject(new AppError('TIMEOUT', `No answer to ${row}.`));
      }, ANSWER_WITHIN_MS);
      this.#waiting.set(id, { row, resolve, reject, timer });
      this.#send({ type: 'request', id, row, body });
    });
  }

  /** Live numbers, while the data channel is not open. */
  sendVitals(vitals: LiveVitals): void {
    this.#send({ type: 'vitals', vitals });
  }

  /** Ends it. Nobody is told. */
  close(): void {
    if (this.#ended) return;
    this.#stop();
    this.#socket.close();
  }

  #send(message: RoomUp): void {
    if (this.#ended) return;
    const text = JSON.stringify(message);
    if (this.#unsent === null) this.#socket.send(text);
    else if (this.#unsent.length < UNSENT_MAX) this.#unsent.push(text);
  }

  #onOpen(): void {
    if (this.#ended) return;
    const unsent = this.#unsent ?? [];
    this.#unsent = null;
    this.#heardAtMs = this.#clock.monotonicMs();
    for (const text of unsent) this.#socket.send(text);
    // The hub's time first, so that the first number already has an age.
    this.#ask();
  }

  #ask(): void {
    this.#send({ type: 'ask', askedAtMs: this.#clock.ask() });
  }

  #onBeat(): void {
    if (this.#clock.monotonicMs() - this.#heardAtMs >= SILENT_AFTER_MS) {
      this.#socket.close();
      this.#end(null);
    } else if (this.#unsent === null) {
      this.#ask();
    }
  }

  #onMessage(data: unknown): void {
    if (this.#ended) return;
    const message = readMessage(data);
    if (message === undefined) {
      this.refused += 1;
      return;
    }
    this.#heardAtMs = this.#clock.monotonicMs();
    if (message.type === 'echo') this.#clock.answer(message.askedAtMs, message.otherAtMs);
    else if (message.type === 'reply') this.#onReply(message);
    else this.#listener.onNews(message);
  }

  #onReply({ id, result }: Extract<RoomDown, { type: 'reply' }>): void {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return; // Too late: whoever asked has been told so.
    this.#waiting.delete(id);
    clearTimeout(waiting.timer);
    if (!result.ok) {
      waiting.reject(fromWireError(result.error));
      return;
    }
    const body = roomContract[waiting.row].response.safeParse(result.body);
    if (body.success) waiting.resolve(body.data as never);
    else waiting.reject(new AppError('INTERNAL', `The answer does not fit ${waiting.row}.`));
  }

  #end(closeCode: number | null): void {
    if (this.#ended) return;
    this.#stop();
    this.#listener.onLost(closeCode);
  }

  #stop(): void {
    this.#ended = true;
    clearInterval(this.#beat);
    for (const { reject, timer } of this.#waiting.values()) {
      clearTimeout(timer);
      reject(linkDown());
    }
    this.#waiting.clear();
  }
}

/** Longer than the slowest answer on a thin line; shorter than patience with a frozen picture. */
const ANSWER_WITHIN_MS = 6_000;
/** How often the hub's time is asked. Its answer is also the sign that the socket lives. */
const ASK_EVERY_MS = 1_500;
/** Three answers missing: a Wi-Fi that died does not close sockets. */
const SILENT_AFTER_MS = 5_000;
/** Questions and numbers before the socket is open: numbers older than these seconds are of no use. */
const UNSENT_MAX = 64;

const linkDown = () => new AppError('LINK_DOWN', 'The room was not reached.');

function readMessage(data: unknown): RoomDown | undefined {
  if (typeof data !== 'string' || data.length > SOCKET_MESSAGE_BYTES_MAX) return undefined;
  try {
    return RoomDown.safeParse(JSON.parse(data)).data;
  } catch {
    return undefined;
  }
}
