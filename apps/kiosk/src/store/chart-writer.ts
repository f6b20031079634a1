import { AppError, type KioskEvent, type Operation } from '@shimabashi/contracts';
import { type ResourceValidator } from '@shimabashi/clinical/validation';
import { type ChartLog, type NewBinary } from '@shimabashi/sync';
import { type Actor } from './session.ts';

/** What differs from one change to the next; the rest of an operation follows from who acts. */
export type Change = Pick<Operation, 'operationId' | 'baseVersionId' | 'resource' | 'patientId' | 'reason'>;

export interface ChartWriterDeps {
  readonly log: ChartLog;
  readonly validator: ResourceValidator;
  readonly nowMs: () => number;
  readonly emit: (event: KioskEvent) => void;
  /** There is something new for the hub. */
  readonly onWritten: () => void;
}

/** Who is named as the author, on which kiosk, in whose charts. */
type Author = Pick<Operation, 'authorId' | 'deviceId' | 'clinicId'>;

/** The one way into the chart on this kiosk. */
export class ChartWriter {
  readonly #deps: ChartWriterDeps;

  constructor(deps: ChartWriterDeps) {
    this.#deps = deps;
  }

  /**
   * Keeps changes of one patient's chart, and the bytes that they name, all or none. When this
   * returns they are on the disk.
   *
   * @throws AppError `RESOURCE_INVALID`, `DISK_FULL`, `CONFLICT` when an operation id is taken.
   */
  write(
    changes: readonly Change[],
    actor: Actor,
    patientId: string,
    binaries: readonly NewBinary[] = [],
  ): void {
    const { nurse, deviceId, clinicId } = actor;
    const author = { authorId: nurse.practitionerId, deviceId, clinicId };
    if (this.#keep(changes, author, patientId, binaries).includes('already-saved')) {
      throw new AppError('CONFLICT', 'The operation id was used for something else.');
    }
  }

  /**
   * Keeps what the kiosk itself has observed, when nobody need be signed in. The same operation again
   * is harmless.
   *
   * @throws AppError `RESOURCE_INVALID`, `DISK_FULL`.
   */
  record(change: Change, author: Author): void {
    this.#keep([change], author, change.patientId, []);
  }

  #keep(
    changes: readonly Change[],
    { authorId, deviceId, clinicId }: Author,
    patientId: string | null,
    binaries: readonly NewBinary[],
  ): readonly ('saved' | 'already-saved')[] {
    for (const change of changes) this.#deps.validator.validate(change.resource);
    const atMs = this.#deps.nowMs();
    const outcomes = this.#deps.log.author(
      changes.map(change => ({
        ...change,
        clinicId: this.#clinicOf(change) ?? clinicId,
        authorId,
        deviceId,
        authoredAtMs: atMs,
      })),
      { actorId: authorId, deviceId, action: 'write', patientId, atMs },
      binaries,
    );
    if (outcomes.includes('saved')) {
      this.#deps.emit({ event: 'chart-changed', patientId });
      this.#deps.onWritten();
    }
    return outcomes;
  }

  /** A record stays where it began, also when a clinic that shares the patient changes it. */
  #clinicOf({ baseVersionId, resource }: Change): string | undefined {
    return baseVersionId === null ? undefined : this.#deps.log.history(resource.id)[0]?.clinicId;
  }
}
