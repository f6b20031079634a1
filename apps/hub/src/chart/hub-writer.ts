import { AppError, assert, type Operation } from '@shimabashi/contracts';
import { type ChartLog } from '@shimabashi/sync';
import { type IdentityStore } from '../db/identity-store.ts';
import { type ChartNews } from './push.ts';

/** The device of what was written in a browser, or by the hub itself. */
export const CONSOLE_DEVICE_ID = 'console';

export interface HubWriterDeps {
  readonly log: ChartLog;
  readonly store: Pick<IdentityStore, 'clinicChanged'>;
  /** @throws AppError `RESOURCE_INVALID` */
  readonly validateResource: (resource: Operation['resource']) => void;
  readonly nowMs: () => number;
  readonly onAccepted: (news: ChartNews) => void;
  readonly reportUnexpected: (error: unknown) => void;
}

/** One change. `mergedVersionId` for a version that brings two together. */
export type HubChange = Pick<Operation, 'operationId' | 'baseVersionId' | 'resource' | 'reason'> &
  Partial<Pick<Operation, 'mergedVersionId'>>;

/** The one way into the chart for what is authored at the hub: by a doctor, or by the hub itself. */
export class HubWriter {
  readonly #deps: HubWriterDeps;

  constructor(deps: HubWriterDeps) {
    this.#deps = deps;
  }

  /**
   * Keeps changes of one patient's chart, all or none, and tells everybody. When this returns they
   * are on the disk. The caller has looked at the heads in this very turn, so there is no conflict.
   *
   * @throws AppError `RESOURCE_INVALID`, `DISK_FULL`
   */
  write(
    changes: readonly HubChange[],
    by: Pick<Operation, 'patientId' | 'clinicId' | 'authorId' | 'deviceId'>,
  ): void {
    const { log, store, validateResource, nowMs, onAccepted, reportUnexpected } = this.#deps;
    for (const { resource } of changes) validateResource(resource);
    const atMs = nowMs();
    const { authorId, deviceId, patientId, clinicId } = by;
    const results = log.accept(
      changes.map(change => ({ ...change, ...by, authoredAtMs: atMs })),
      { actorId: authorId, deviceId, action: 'write', patientId, atMs },
    );
    const refused = results.find(result => result.outcome === 'rejected');
    if (refused !== undefined) throw new AppError('FORBIDDEN', 'The chart did not take the change.');
    assert(
      results.every(({ outcome }) => outcome === 'applied' || outcome === 'duplicate'),
      'what the hub writes replaces the newest version',
    );
    try {
      store.clinicChanged(clinicId, atMs);
    } catch (error) {
      // It is in the chart: whoever waits for it is told, whatever else has no room.
      reportUnexpected(error);
    }
    onAccepted({ clinicId, deviceId, patientIds: new Set([patientId]) });
  }
}
