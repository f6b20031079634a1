import {
  APP_ERRORS,
  AppError,
  type AppErrorCode,
  type BoundAlarm,
  type HubContract,
  type HubRow,
  type LaneCounts,
  type RowRequest,
  type RowResponse,
  type Sample,
  type SyncStatus,
  type Visit,
} from '@shimabashi/contracts';
import {
  type ChartLog,
  createSyncEngine,
  type SyncEngine,
  type SyncSide,
  type Timers,
} from '@shimabashi/sync';
import { type HubNewsMessage } from './hub-news.ts';
import { type HubSession } from './hub-session.ts';
import { HubSocket } from './hub-socket.ts';
import { pause } from './pause.ts';
import { PhotoRetention } from './photo-retention.ts';
import { type StoreSettings } from './settings.ts';

/** A kiosk must be back within a second of its link, so the pauses stay short. */
const RETRY_MS_MIN = 250;
const RETRY_MS_MAX = 500;
/**
 * How long each try to connect may take, in turn. On a dead link TCP itself asks again after 1, 3 and
 * 7 s, so that a young try notices the link's return sooner; but a satellite needs some seconds for
 * its four round trips, and gets them every third time.
 */
const HANDSHAKE_LIMITS_MS = [2_000, 2_000, 5_000] as const;
/** A connection that ended sooner was none: a hub that turns us away is not asked four times a second. */
const SETTLED_AFTER_MS = 5_000;
/** What the hub refuses (a code, a key) may be right the next time, but hardly the tenth. */
const REFUSED_RETRY_MS_MAX = 30_000;

export interface LinkDeps {
  readonly hubUrl: URL;
  readonly session: HubSession;
  readonly log: ChartLog;
  readonly settings: StoreSettings;
  readonly nowMs: () => number;
  readonly timers: Timers;
  readonly random: () => number;
  /** `status()` may say something else than before. */
  readonly onChange: () => void;
  readonly onPulled: (patientIds: readonly (string | null)[]) => void;
  readonly onStaff: () => void;
  readonly onNews: (message: HubNewsMessage) => void;
  /** A connection has begun. */
  readonly onUp: () => void;
  /** For the process's log: codes only. */
  readonly report: (what: string, code: AppErrorCode) => void;
}

/** Asks the hub on the spot, also while there is no link object: `LINK_DOWN`, as `Link.ask`. */
export function askOf(link: () => Link | undefined): Link['ask'] {
  return async (row, request) => {
    const known = link();
    if (known === undefined) throw new AppError('LINK_DOWN', 'This kiosk has no hub.');
    return known.ask(row, request);
  };
}

export type LinkStatus = Pick<
  SyncStatus,
  'link' | 'sinceMs' | 'lastConfirmedAtMs' | 'lastPulledAtMs' | 'progress'
>;

/** The line from this kiosk to its hub: keeps it up, moves the chart, and passes live numbers on. */
export class Link {
  readonly #deps: LinkDeps;
  readonly #stopping = new AbortController();
  readonly #retention: PhotoRetention;
  #state: { readonly link: 'up' | 'down'; readonly sinceMs: number };
  #socket: HubSocket | undefined;
  #engine: SyncEngine | undefined;
  #sentBacklog = '';

  constructor(deps: LinkDeps) {
    this.#deps = deps;
    this.#state = { link: 'down', sinceMs: deps.nowMs() };
    this.#retention = new PhotoRetention({
      ...deps,
      deviceId: () => deps.settings.get('enrolment')?.deviceId ?? null,
      askHub: request => this.ask('sync.backed-up', request),
    });
  }

  /** Keeps the link up until `stop`. */
  async run(): Promise<void> {
    const { signal } = this.#stopping;
    let failures = 0;
    let refusals = 0;
    while (!signal.aborted) {
      const beganAtMs = this.#deps.nowMs();
      let failure: unknown;
      try {
        // oxlint-disable-next-line no-await-in-loop -- one connection at a time is the point
        await this.#holdOnce(HANDSHAKE_LIMITS_MS[failures % HANDSHAKE_LIMITS_MS.length]!, signal);
      } catch (error) {
        failure = error;
        this.#report('link', error);
      }
      const held = failure === undefined && this.#deps.nowMs() - beganAtMs >= SETTLED_AFTER_MS;
      failures = held ? 0 : failures + 1;
      // Counted apart: a hub that is back after an hour and asks for a new sign-in is back at once.
      refusals = isRefusal(failure) ? refusals + 1 : 0;
      const delayMs =
        refusals > 0 ? pauseMs(refusals, REFUSED_RETRY_MS_MAX) : pauseMs(failures, RETRY_MS_MAX);
      // oxlint-disable-next-line no-await-in-loop -- as above
      await pause(delayMs * (1 - this.#deps.random() / 4), signal, this.#deps.timers);
    }
  }

  status(): LinkStatus {
    const { lastConfirmedAtMs, lastPulledAtMs, progress } = this.#engine?.status() ?? NEVER;
    const isFarBehind = progress !== null && progress.total - progress.done >= FAR_BEHIND_VERSIONS;
    return { ...this.#state, lastConfirmedAtMs, lastPulledAtMs, ...(isFarBehind ? { progress } : {}) };
  }

  /** There is something new in the outbox. */
  poke(): void {
    this.#engine?.poke('push');
  }

  sendSamples(visit: Visit, samples: readonly Sample[]): void {
    this.#socket?.sendSamples(visit, samples);
  }

  /** At once or never: the sure way of an alarm is its operation. */
  sendAlarm(bound: BoundAlarm): void {
    this.#socket?.send({ type: 'alarm', bound });
  }

  /**
   * Asks the hub on the spot, for what cannot wait in the outbox.
   *
   * @throws AppError `LINK_DOWN` at once while there is no link; else the hub's own codes.
   */
  async ask<Row extends HubRow>(
    row: Row,
    request: RowRequest<HubContract, Row>,
  ): Promise<RowResponse<HubContract, Row>> {
    if (this.#socket === undefined) throw new AppError('LINK_DOWN', 'The link to the hub is down.');
    return this.#deps.session.call(row, request, this.#stopping.signal);
  }

  sendLiveEnded(patientId: string): void {
    this.#socket?.send({ type: 'live-ended', patientId });
  }

  /** Tells the hub what is still here, when that has changed. */
  sendBacklog(backlog: { readonly waiting: LaneCounts; readonly parked: number }): void {
    const text = JSON.stringify(backlog);
    if (this.#socket === undefined || text === this.#sentBacklog) return;
    this.#sentBacklog = text;
    this.#socket.send({ type: 'status', ...backlog });
  }

  stop(): void {
    this.#stopping.abort();
    this.#retention.stop();
    this.#engine?.stop();
    this.#socket?.close();
  }

  /** Connects, and returns when the connection has ended. Throws when there was none. */
  async #holdOnce(handshakeLimitMs: number, signal: AbortSignal): Promise<void> {
    const { session, hubUrl, nowMs, timers } = this.#deps;
    const deviceId = await session.ensureEnrolled(signal);
    const token = await session.token(signal);
    const closed = Promise.withResolvers<'closed' | 'silent' | 'sign-in-required'>();
    const connection = new AbortController();
    const socketDeps = {
      handshakeLimitMs,
      nowMs,
      timers,
      onPoke: () => this.#engine?.poke('pull'),
      onNews: this.#deps.onNews,
      onClosed: closed.resolve,
    };
    const socket = await HubSocket.connect(hubUrl, token, socketDeps, signal).catch((error: unknown) => {
      if (isCode(error, 'SIGN_IN_REQUIRED')) session.forgetToken();
      throw error;
    });
    this.#up(socket, deviceId);
    void this.#fetchStaff(AbortSignal.any([signal, connection.signal]));
    const reason = await closed.promise;
    connection.abort();
    if (reason === 'sign-in-required') session.forgetToken();
    this.#down();
  }

  #up(socket: HubSocket, deviceId: string): void {
    this.#socket = socket;
    this.#sentBacklog = '';
    this.#state = { link: 'up', sinceMs: this.#deps.nowMs() };
    this.#engine ??= this.#createEngine(deviceId);
    this.#engine.linkUp();
    void this.#retention.run();
    this.#deps.onUp();
    this.#deps.onChange();
  }

  #down(): void {
    this.#socket = undefined;
    this.#state = { link: 'down', sinceMs: this.#deps.nowMs() };
    this.#engine?.linkDown();
    this.#deps.onChange();
  }

  #createEngine(deviceId: string): SyncEngine {
    const { log, session, nowMs, timers, random, onChange, onPulled } = this.#deps;
    return createSyncEngine({
      log,
      deviceId,
      nowMs,
      timers,
      random,
      onChange,
      onPulled,
      hub: {
        push: (operations, signal) => session.call('sync.push', { operations: [...operations] }, signal),
        pull: (request, signal) => session.call('sync.pull', request, signal),
        backfill: (request, signal) => session.call('sync.backfill', request, signal),
      },
      onFailed: (side: SyncSide, error) => this.#report(side, error),
    });
  }

  /** Who works here, with what they sign in by: kept, so that signing in needs no link. */
  async #fetchStaff(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        // oxlint-disable-next-line no-await-in-loop -- tried again only after it failed
        const { clinic, staff } = await this.#deps.session.call('sync.staff', {}, signal);
        this.#deps.settings.set('clinic', clinic);
        this.#deps.settings.set('staff', staff);
        this.#deps.onStaff();
        return;
      } catch (error) {
        if (signal.aborted) return;
        this.#report('staff', error);
        // oxlint-disable-next-line no-await-in-loop -- as above
        await pause(RETRY_MS_MAX, signal, this.#deps.timers);
      }
    }
  }

  #report(what: string, error: unknown): void {
    this.#deps.report(what, error instanceof AppError ? error.code : 'INTERNAL');
  }
}

/** From 0.25 s, doubled by each failure in a row. */
function pauseMs(inARow: number, longestMs: number): number {
  return Math.min(RETRY_MS_MIN * 2 ** Math.max(0, inARow - 1), longestMs);
}

/** Whether the hub itself said no, rather than that nobody could be reached. */
function isRefusal(failure: unknown): boolean {
  return failure instanceof AppError && !APP_ERRORS[failure.code].retryable;
}

const NEVER = { lastConfirmedAtMs: null, lastPulledAtMs: null, progress: null } as const;

/** Less than this is here in seconds: nobody need be told how far it is. */
const FAR_BEHIND_VERSIONS = 1_000;

function isCode(error: unknown, code: AppErrorCode): boolean {
  return error instanceof AppError && error.code === code;
}
