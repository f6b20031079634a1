import { type Clock } from '../clock.ts';
import { type AlertStore, type DuePush, type PushOutcome } from './alert-store.ts';

/** What came of one try. `retryAfterMs`: what the push service asked for, if it did. */
export type PushAnswer =
  | { readonly kind: 'sent' }
  /** The subscription is over (RFC 8030, 7.3: 404; 410 in practice). */
  | { readonly kind: 'gone' }
  /** The service does not want this message, now or later. */
  | { readonly kind: 'refused' }
  | { readonly kind: 'later'; readonly retryAfterMs: number | null };

export interface PushOutboxDeps {
  readonly store: AlertStore;
  readonly clock: Pick<Clock, 'nowMs' | 'after'>;
  /** One try. It ends by itself in bounded time, and does not throw for what a service answers. */
  readonly send: (push: DuePush, ttlSeconds: number) => Promise<PushAnswer>;
  /** Nothing can be sent to this person for this alert any more. */
  readonly onUnreachable: (alertId: string, practitionerId: string) => void;
  readonly onOutcome: (outcome: PushOutcome | 'retried') => void;
  readonly reportUnexpected: (error: unknown) => void;
}

const RETRY_FIRST_MS = 1_000;
const RETRY_MOST_MS = 20_000;

/** How long a hub that ends waits for answers. What has none by then is sent once more afterwards. */
const STOP_WITHIN_MS = 1_000;

/**
 * Sends what is in the database until it is sent, refused or too old. Every push has a try of its
 * own: a service that does not answer holds up nobody else's.
 *
 * A hub that dies between the service's answer and its own note sends once more: the same topic, and
 * a notification with the same tag, so that nobody sees two.
 */
export class PushOutbox {
  readonly #deps: PushOutboxDeps;
  readonly #inFlight = new Map<string, Promise<void>>();
  #stopped = false;
  #closed = false;

  constructor(deps: PushOutboxDeps) {
    this.#deps = deps;
  }

  /** Begins a try of everything that is due. */
  look(): void {
    if (this.#stopped) return;
    for (const push of this.#deps.store.duePushes(this.#deps.clock.nowMs())) {
      const id = `${push.alertId} ${push.round} ${push.endpoint}`;
      if (this.#inFlight.has(id)) continue;
      this.#inFlight.set(
        id,
        this.#try(push)
          .catch((error: unknown) => this.#failed(push, error))
          .finally(() => this.#inFlight.delete(id)),
      );
    }
  }

  /** Begins nothing more, and waits a moment for what has begun: its answer is still written down. */
  async stop(): Promise<void> {
    this.#stopped = true;
    let endWait = (): void => {};
    const waited = new Promise<void>(resolve => {
      endWait = this.#deps.clock.after(STOP_WITHIN_MS, resolve);
    });
    await Promise.race([Promise.all(this.#inFlight.values()), waited]);
    endWait();
    this.#closed = true;
  }

  async #try(push: DuePush): Promise<void> {
    const { clock } = this.#deps;
    if (push.subscription === null) return this.#end(push, 'gone');
    const leftMs = push.expiresAtMs - clock.nowMs();
    if (leftMs <= 0) return this.#end(push, 'expired');
    const answer = await this.#deps.send(push, Math.ceil(leftMs / 1_000));
    if (this.#closed) return undefined;
    switch (answer.kind) {
      case 'sent':
        return this.#end(push, 'sent');
      case 'gone':
        this.#deps.store.removeSubscription(push.endpoint);
        return this.#end(push, 'gone');
      case 'refused':
        return this.#end(push, 'refused');
      case 'later':
        return this.#tryLater(push, answer.retryAfterMs ?? 0);
    }
  }

  /** What surprises us is tried again as slowly as what a service refuses, and ends as that does. */
  #failed(push: DuePush, error: unknown): void {
    this.#deps.reportUnexpected(error);
    if (this.#closed) return;
    try {
      this.#tryLater(push, 0);
    } catch (again) {
      this.#deps.reportUnexpected(again);
    }
  }

  #tryLater(push: DuePush, retryAfterMs: number): void {
    const { store, clock, onOutcome } = this.#deps;
    const backOffMs = Math.min(RETRY_FIRST_MS * 2 ** push.attempts, RETRY_MOST_MS);
    const nextAtMs = clock.nowMs() + Math.max(backOffMs, retryAfterMs);
    if (nextAtMs >= push.expiresAtMs) return this.#end(push, 'expired');
    store.tryPushAgain(push, push.attempts + 1, nextAtMs);
    onOutcome('retried');
  }

  #end(push: DuePush, outcome: PushOutcome): void {
    this.#deps.store.endPush(push, outcome);
    this.#deps.onOutcome(outcome);
    if (outcome === 'gone') this.#deps.onUnreachable(push.alertId, push.practitionerId);
  }
}
