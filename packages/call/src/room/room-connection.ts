import {
  APP_ERRORS,
  AppError,
  type HubClock,
  type RoomContract,
  type RowResponse,
  SOCKET_CLOSE,
} from '@shimabashi/contracts';
import { RoomChannel, type RoomNews, type RoomSocket } from './room-channel.ts';

export type Joined = RowResponse<RoomContract, 'room.join'>;

/** Whether we are in the room. Times are the hub's. */
export type RoomLink =
  | { readonly link: 'joining' }
  | { readonly link: 'joined' }
  | { readonly link: 'lost'; readonly sinceMs: number }
  /**
   * Final, until `open` is called again: no ticket is given to us any more, or (`CONFLICT`) our place
   * was taken at another screen of ours.
   */
  | { readonly link: 'refused'; readonly error: AppError }
  | { readonly link: 'closed' };

export interface RoomConnectionDeps {
  readonly clock: HubClock;
  /**
   * Asks the hub for a ticket, and says where the room is.
   *
   * @throws AppError one that may be retried is; any other ends the connection as `refused`.
   */
  readonly join: () => Promise<{ readonly ticket: string; readonly roomUrl: string }>;
  readonly openSocket: (roomUrl: string) => RoomSocket;
  /** From 0 up to 1. Spreads the returns to a hub that restarted. */
  readonly random: () => number;
}

export interface RoomConnectionListener {
  /** In the room, first or again: whatever media there were are to be built anew. */
  readonly onJoined: (joined: Joined, channel: RoomChannel) => void;
  readonly onNews: (news: RoomNews) => void;
  readonly onLink: (link: RoomLink) => void;
}

/**
 * Our place in one room: a socket, a ticket, and coming back by itself.
 *
 * A lost socket is opened again with the same ticket, at once and then ever more slowly; a ticket
 * that is refused is replaced by a new one. At most one socket and one try are there at any time.
 */
export class RoomConnection {
  readonly #deps: RoomConnectionDeps;
  readonly #listener: RoomConnectionListener;
  #link: RoomLink = { link: 'closed' };
  #way: { readonly ticket: string; readonly roomUrl: string } | null = null;
  #channel: RoomChannel | null = null;
  /** Grows with each try: what belongs to an older one is not heard any more. */
  #try = 0;
  #failures = 0;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  /** Monotonic. */
  #joinedAtMs = 0;

  constructor(deps: RoomConnectionDeps, listener: RoomConnectionListener) {
    this.#deps = deps;
    this.#listener = listener;
  }

  get link(): RoomLink {
    return this.#link;
  }

  open(): void {
    if (this.#link.link !== 'closed' && this.#link.link !== 'refused') return;
    this.#failures = 0;
    this.#way = null;
    this.#setLink({ link: 'joining' });
    this.#begin();
  }

  /** Ends it, without another try. */
  close(): void {
    this.#drop();
    this.#setLink({ link: 'closed' });
  }

  /** The machine says that it has a network again: no use in waiting longer. */
  retryNow(): void {
    if (this.#retryTimer === undefined) return;
    this.#begin();
  }

  /** Joins again on the socket that is there; where that fails, on another one. */
  rejoin(): void {
    const channel = this.#channel;
    if (this.#link.link === 'joined' && channel !== null) void this.#enter(channel, this.#try);
  }

  #begin(): void {
    this.#drop();
    void this.#tryOnce(this.#try);
  }

  /** Forgets the socket and the timer; whatever is under way finds itself overtaken. */
  #drop(): void {
    this.#try += 1;
    clearTimeout(this.#retryTimer);
    this.#retryTimer = undefined;
    this.#channel?.close();
    this.#channel = null;
  }

  async #tryOnce(ofTry: number): Promise<void> {
    try {
      this.#way ??= await this.#deps.join();
    } catch (error) {
      if (ofTry === this.#try) this.#onNoTicket(error);
      return;
    }
    if (ofTry !== this.#try) return;
    const channel = new RoomChannel(this.#deps.openSocket(this.#way.roomUrl), this.#deps.clock, {
      onNews: news => {
        if (ofTry === this.#try) this.#listener.onNews(news);
      },
      onLost: closeCode => {
        if (ofTry === this.#try) this.#onLost(closeCode);
      },
    });
    this.#channel = channel;
    await this.#enter(channel, ofTry);
  }

  async #enter(channel: RoomChannel, ofTry: number): Promise<void> {
    const ticket = this.#way?.ticket;
    if (ticket === undefined) return;
    try {
      const joined = await channel.request('room.join', { ticket });
      if (ofTry !== this.#try) return;
      this.#joinedAtMs = this.#deps.clock.monotonicMs();
      this.#setLink({ link: 'joined' });
      this.#listener.onJoined(joined, channel);
    } catch (error) {
      if (ofTry !== this.#try) return; // The socket's own end has been heard already.
      if (!mayRetry(error)) this.#way = null;
      this.#retry();
    }
  }

  #onNoTicket(error: unknown): void {
    if (mayRetry(error)) {
      this.#retry();
      return;
    }
    this.#refuse(
      error instanceof AppError ? error : new AppError('INTERNAL', 'No ticket.', { cause: error }),
    );
  }

  #refuse(error: AppError): void {
    this.#drop();
    this.#setLink({ link: 'refused', error });
  }

  #onLost(closeCode: number | null): void {
    if (closeCode === SOCKET_CLOSE.replaced) {
      this.#refuse(new AppError('CONFLICT', 'This place was taken at another screen.'));
      return;
    }
    if (closeCode === SOCKET_CLOSE.forbidden || closeCode === SOCKET_CLOSE.signInRequired) this.#way = null;
    this.#retry();
  }

  #retry(): void {
    // A hub that lets us in and drops us each time is not asked without a pause.
    const lastedMs = this.#deps.clock.monotonicMs() - this.#joinedAtMs;
    if (this.#link.link === 'joined' && lastedMs >= STEADY_MS) this.#failures = 0;
    this.#drop();
    if (this.#link.link === 'joined') {
      this.#setLink({ link: 'lost', sinceMs: this.#deps.clock.hubNowMs() });
    }
    const waitMs = retryAfterMs(this.#failures, this.#deps.random());
    this.#failures += 1;
    this.#retryTimer = setTimeout(() => this.#begin(), waitMs);
  }

  #setLink(link: RoomLink): void {
    this.#link = link;
    this.#listener.onLink(link);
  }
}

/**
 * Which pause comes before the next try. About every second while a hub starts anew, which takes some
 * five seconds: a patient waits for the doctor, and a practice has tens of rooms, not thousands.
 */
const RETRY_AFTER_MS = [0, 300, 700, 1_000, 1_000, 1_000, 1_000, 1_000, 2_000, 3_000, 5_000] as const;
/** Of the later ones: not all at once. */
const SPREAD_MS = 500;
/** A place that lasted this long was a good one. */
const STEADY_MS = 5_000;

/** Pause before the try after so many failures, in milliseconds. `luck` is from 0 up to 1. */
export function retryAfterMs(failures: number, luck: number): number {
  const ms = RETRY_AFTER_MS[Math.min(failures, RETRY_AFTER_MS.length - 1)] ?? 0;
  return failures < 2 ? ms : ms + luck * SPREAD_MS;
}

function mayRetry(error: unknown): boolean {
  return error instanceof AppError && APP_ERRORS[error.code].retryable;
}
