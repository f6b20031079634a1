import {
  AppError,
  type KioskContract,
  type KioskEvent,
  type kioskOutboxRows,
  type RowHandlers,
  type RowResponse,
} from '@shimabashi/contracts';
import { type AuditNote, type ChartLog, type Parked } from '@shimabashi/sync';
import { type ChartReads, entryOf } from './chart-reads.ts';
import { type Actor } from './session.ts';
import { type StoreSettings } from './settings.ts';

export interface ParkedItemsDeps {
  readonly log: ChartLog;
  readonly settings: StoreSettings;
  readonly reads: ChartReads;
  readonly nowMs: () => number;
  readonly emit: (event: KioskEvent) => void;
  /** Something waits to be sent, or no longer does. */
  readonly onChanged: () => void;
}

/** What the hub refused: a nurse sees why, and sends it once more or takes it back. */
export class ParkedItems {
  readonly #deps: ParkedItemsDeps;

  constructor(deps: ParkedItemsDeps) {
    this.#deps = deps;
  }

  /** Seen by a nurse, and noted, with whose charts they are of. */
  list(actor: Actor): RowResponse<KioskContract, 'outbox.parked'> {
    const { log, reads } = this.#deps;
    const parked = log.parked();
    const patientIds = new Set(parked.map(({ version }) => version.operation.patientId));
    for (const patientId of patientIds) {
      if (patientId !== null) reads.noteRead(patientId, actor);
    }
    return { items: parked.map(({ version, ...rest }) => ({ ...rest, entry: entryOf(version, log) })) };
  }

  /** @throws AppError `NOT_FOUND` when it is not parked; `DISK_FULL`. */
  retry(itemId: string, actor: Actor): void {
    this.#change('retry', itemId, actor);
  }

  /** @throws AppError `NOT_FOUND` when it is not parked; `FORBIDDEN` when a hub had it; `DISK_FULL`. */
  withdraw(itemId: string, actor: Actor): void {
    this.#change('withdraw', itemId, actor);
  }

  /** What a damaged file has cost, until somebody has seen it. Whose charts it names is noted. */
  rescue(actor: Actor): RowResponse<KioskContract, 'outbox.rescue'> {
    const report = this.#deps.settings.get('rescue') ?? null;
    const patientIds = new Set(report?.unsent.map(({ patientId }) => patientId));
    for (const patientId of patientIds) {
      if (patientId !== null) this.#deps.reads.noteRead(patientId, actor);
    }
    return { report };
  }

  /** @throws AppError `DISK_FULL` */
  rescueSeen({ nurse, deviceId }: Actor): void {
    const { log, settings, nowMs, onChanged } = this.#deps;
    if (settings.get('rescue') === undefined) return;
    const { practitionerId: actorId } = nurse;
    log.audit({ actorId, deviceId, action: 'rescue', patientId: null, atMs: nowMs() });
    settings.set('rescue', null);
    onChanged();
  }

  #change(action: 'retry' | 'withdraw', itemId: string, { nurse, deviceId }: Actor): void {
    const { log, nowMs, emit, onChanged } = this.#deps;
    const item: Parked | undefined = log.parked().find(parked => parked.itemId === itemId);
    if (item === undefined) throw new AppError('NOT_FOUND', 'The hub refused nothing of this name.');
    if (action === 'withdraw' && item.isReturned) {
      throw new AppError('FORBIDDEN', 'The hospital had it once: others have read it.');
    }
    const { patientId } = item.version.operation;
    const audit: AuditNote = {
      actorId: nurse.practitionerId,
      deviceId,
      action,
      patientId,
      atMs: nowMs(),
    };
    if (action === 'retry') log.retry(itemId, audit);
    else log.withdraw(itemId, audit);
    emit({ event: 'chart-changed', patientId });
    onChanged();
  }
}

/** The rows of it, for whoever is signed in. */
export function parkedHandlers(
  parked: ParkedItems,
  session: { readonly actor: () => Actor },
): RowHandlers<Pick<KioskContract, keyof typeof kioskOutboxRows>, null> {
  return {
    'outbox.parked': () => parked.list(session.actor()),
    'outbox.retry': ({ itemId }) => {
      parked.retry(itemId, session.actor());
      return {};
    },
    'outbox.withdraw': ({ itemId }) => {
      parked.withdraw(itemId, session.actor());
      return {};
    },
    'outbox.rescue': () => parked.rescue(session.actor()),
    'outbox.rescue-seen': () => {
      parked.rescueSeen(session.actor());
      return {};
    },
  };
}
