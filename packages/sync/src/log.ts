import {
  type BinaryChunk,
  type ChartEntry,
  type FormerEpoch,
  type LaneCounts,
  type NumberedVersion,
  type Operation,
  type PullCursor,
  type PullResponse,
  type PushResult,
  type PullProgress,
  type ReturnedVersion,
} from '@shimabashi/contracts';

/** One line of the audit: who did what to whose chart, written in the transaction of the deed. */
export interface AuditNote {
  readonly actorId: string;
  readonly deviceId: string;
  readonly action:
    | 'write'
    | 'read'
    | 'find'
    | 'sync'
    | 'retry'
    | 'withdraw'
    | 'rescue'
    | 'drop-photos'
    | 'sign-in'
    | 'sign-in-refused'
    | 'sign-out'
    | 'enrol';
  readonly patientId: string | null;
  readonly atMs: number;
}

/**
 * The chart's log: append-only versions, and for each resource the versions that nothing has
 * replaced yet (its heads; two of them are a conflict that a clinician decides).
 *
 * One port for kiosk and hub, one contract suite (`describeChartLogContract`). It is synchronous on
 * purpose: a promise would hold the write lock across an `await`. There is one writer, so the order
 * of commits is the order of sequence numbers, and no reader can see a later number before an
 * earlier one. What these methods return is on the disk (WAL, `synchronous=FULL`).
 *
 * @throws AppError `DISK_FULL` from every writing method; nothing of the call is kept then.
 */
export interface ChartLog {
  /** Identity of this log as a hub: changes when it was restored from a backup. */
  readonly epoch: string;
  /** Hub: the epochs of which this log was restored, newest first. */
  readonly continues: readonly FormerEpoch[];

  /**
   * Kiosk: keeps new operations and queues them for the hub, or neither. An operation that is
   * already known is left alone: pressing twice is harmless.
   *
   * `binaries` are the bytes that DocumentReferences among the operations name, kept and queued with
   * them or not at all.
   */
  author(
    operations: readonly Operation[],
    audit: AuditNote,
    binaries?: readonly NewBinary[],
  ): readonly ('saved' | 'already-saved')[];

  /**
   * Hub: keeps pushed operations, each judged on its own, all in one transaction. `applied`,
   * `duplicate` (known; its first number is given again), or `conflict` (kept as a second head).
   *
   * Two heads that were made from one version are merged at once where nothing has to be decided
   * (`mergeResources`): a version of both is kept, by `MERGE_AUTHOR_ID`, and the operation is
   * `applied`. The kiosks get it by the pull, like any other.
   *
   * The caller has already refused those that do not fit. `rejected` with `FORBIDDEN` is what this
   * answers itself: the resource belongs to another clinic's patient.
   */
  accept(operations: readonly Operation[], audit: AuditNote): readonly PushResult[];

  /**
   * Hub: keeps chunks of what known DocumentReferences name, all in one transaction. The caller has
   * refused what nobody names and what has not the length that it must have. Before this says that
   * nothing is missing, it has hashed the whole. When that is not what it should be, all chunks of it
   * are dropped and the last is `rejected` with `RESOURCE_INVALID`. The audit has one note for each
   * picture that is complete now.
   */
  acceptChunks(chunks: readonly BinaryChunk[], audit: AuditNote): readonly PushResult[];

  /**
   * Hub: versions after `sequence` of these clinics, in order, at most `limit` and about a mebibyte.
   * For a cursor of another epoch than this log's, begin at 0.
   */
  versionsAfter(
    sequence: number,
    clinicIds: readonly string[],
    limit: number,
  ): { readonly versions: readonly NumberedVersion[]; readonly nextSequence: number; readonly more: boolean };

  /** Hub: versions of one patient after `sequence`, in order, in pages as `versionsAfter`. */
  versionsOf(
    patientId: string,
    sequence: number,
    limit: number,
  ): { readonly versions: readonly NumberedVersion[]; readonly nextSequence: number; readonly more: boolean };
  /**
   * Hub: the clinics that read and write this patient's chart: the one that it began in, and those that
   * he has joined (an EpisodeOfCare that is planned or active, in that clinic).
   */
  clinicsOf(patientId: string): readonly string[];
  /** Hub: who joined one of these clinics with a version between these numbers (the first excluded). */
  joined(
    between: { readonly after: number; readonly upTo: number },
    clinicIds: readonly string[],
  ): readonly string[];
  /** Hub: how many versions of these clinics there are up to and with this number, and in all. */
  progress(sequence: number, clinicIds: readonly string[]): PullProgress;

  /** Kiosk: which patient's versions are to be read apart, and after which number; in the order of asking. */
  backfillDue(): { readonly patientId: string; readonly sequence: number } | undefined;
  /**
   * Kiosk: keeps versions of this patient and how far they go, in one transaction; null: the hub gives
   * no more. A page of another epoch than the cursor's is not kept.
   */
  applyBackfill(
    patientId: string,
    page: PullResponse | null,
  ): { readonly patientIds: readonly (string | null)[] };
  /** Kiosk: the clinics that anything here is of. A hub gives a kiosk only what it may see. */
  clinicIds(): readonly string[];

  /**
   * Kiosk: keeps what the hub sent and moves the cursor, in one transaction. An operation of our own
   * that comes back is thereby known to be at the hospital. Gives the patients that changed. The
   * page must be of the cursor's epoch (`adoptEpoch` first), or be the first of all. The receipts are
   * kept with the versions.
   */
  applyPulled(page: PullResponse): { readonly patientIds: readonly (string | null)[] };
  cursor(): PullCursor;
  /**
   * Kiosk: the hub is of this epoch. If it was of another, it was restored from a backup and may
   * have lost what came after that: everything of ours (made here, or on this device), and everything
   * of others that came with a receipt, is queued again, and the cursor goes back. Where the hub says
   * how far it `continues` the epoch that we know, this is what came later; else it is everything.
   * Sending it twice is harmless.
   */
  adoptEpoch(
    epoch: string,
    deviceId: string,
    continues?: readonly FormerEpoch[],
  ): { readonly requeued: number };

  /**
   * Kiosk: what is to be sent next: highest lane first, oldest first, within both limits (but one
   * too large operation goes alone). What was made from a parked version waits with it. What a hub
   * once handed out goes with the hub's receipt.
   */
  outbox(limit: { readonly operations: number; readonly bytes: number }): readonly OutboxItem[];
  /**
   * Kiosk: which chunks are to be sent next, thumbnails before photographs, oldest first, at most
   * `bytes` together (but one goes always), and none of `except` (by operation id). Only of what a
   * version names that the hub has.
   */
  chunksDue(limit: { readonly bytes: number; readonly except?: ReadonlySet<string> }): readonly BinaryChunk[];
  /**
   * Kiosk: takes the hub's answers. What was rejected is parked with its code, visibly, alone; but a
   * picture whose bytes came to the hub damaged is sent again first.
   */
  settle(results: readonly PushResult[]): void;
  /** Thumbnails and photographs are counted whole, not by their chunks. */
  waiting(): { readonly waiting: LaneCounts; readonly parked: number };

  /** Kiosk: what the hub refused and nobody has withdrawn, oldest first; operations before pictures. */
  parked(): readonly Parked[];
  /**
   * Kiosk: queues what is parked once more (an operation id, or the hash of a picture). False, and no
   * note in the audit, when nothing of this name is parked.
   */
  retry(itemId: string, audit: AuditNote): boolean;
  /**
   * Kiosk: never sends what is parked, nor what was made from it, nor the pictures that only these
   * name. All is kept, with the code `WITHDRAWN`, and no longer counts for what is a head. False, and
   * no note in the audit, when nothing of this name is parked, or a hub had it before it was restored:
   * then others have seen it.
   */
  withdraw(itemId: string, audit: AuditNote): boolean;

  /** Heads, newest first. Every condition given must hold. */
  heads(query: {
    readonly resourceType?: string;
    readonly exceptTypes?: readonly string[];
    readonly resourceId?: string;
    readonly patientId?: string;
    readonly clinicIds?: readonly string[];
  }): readonly StoredVersion[];
  /** Heads of records of one patient that have more than one: a person has to decide. Newest first. */
  contested(query: {
    readonly patientId: string;
    readonly clinicIds: readonly string[];
  }): readonly StoredVersion[];
  /** How many such records there are, by patient; who has none is not in it. */
  contestedCounts(clinicIds: readonly string[]): ReadonlyMap<string, number>;
  /** Heads of observations, newest effective time first. `codes` are LOINC. */
  observations(query: {
    readonly patientId: string;
    readonly codes?: readonly string[];
    readonly fromMs?: number;
    readonly limit: number;
  }): readonly StoredVersion[];
  /** The newest observation of each LOINC code, of those that were not entered in error. */
  latestObservations(patientId: string): readonly StoredVersion[];
  /**
   * Encounters whose patient is here (arrived, triaged, in-progress, onleave), or that were planned
   * or began a state within these times (end excluded), whatever their status is now. Times are
   * `period.start`, those of `statusHistory`, and R5's `plannedStartDate` as an extension.
   */
  encounters(query: {
    readonly clinicIds: readonly string[];
    readonly fromMs: number;
    readonly toMs: number;
  }): readonly StoredVersion[];
  /**
   * By any part of a name, reading (hiragana, katakana, Latin), birth date (YYYY-MM-DD) or
   * identifier. Width, case and white space make no difference. Whose text begins so comes first.
   */
  findPatients(text: string, clinicIds: readonly string[], limit: number): readonly StoredVersion[];
  /** How far the bytes of this hash (SHA-256, hexadecimal) have come; undefined if none is here. */
  binary(binaryId: string): BinaryState | undefined;
  /** The bytes, or undefined until all of them are here and have that hash. */
  binaryBytes(binaryId: string): Uint8Array | undefined;
  /** Hub: which of these were whole already when a backup held pictures up to this number (`wholePictures`). */
  wholeUpTo(binaryIds: readonly string[], wholeNumber: number): readonly string[];
  /**
   * Kiosk: photographs (not thumbnails) of which the hub has confirmed every byte and every version
   * that names them, all of these authored before this time; oldest first.
   */
  outlivedPhotos(authoredBeforeMs: number, limit: number): readonly string[];
  /**
   * Kiosk: drops the bytes of those of these that are outlived now. What names them stays, and so do the
   * thumbnails. Gives which; the audit has a note when there were any.
   */
  dropPhotos(binaryIds: readonly string[], authoredBeforeMs: number, audit: AuditNote): readonly string[];
  /** Every version of a DocumentReference that names these bytes, oldest first. */
  binaryNamedBy(binaryId: string): readonly StoredVersion[];
  /** Every version of one resource, oldest first. */
  history(resourceId: string): readonly StoredVersion[];
  /** Every operation id, in the order of commits: for the crash tests and for verification. */
  operationIds(): readonly string[];

  /** @throws AppError `DISK_FULL`; `noteReading` is for whoever must be able to read even then. */
  audit(note: AuditNote): void;

  /** Small facts of this machine that are not the chart (who is signed in, the enrolled key). */
  getSetting(name: string): string | undefined;
  setSetting(name: string, value: string | null): void;

  close(): void;
}

/** What is to be sent of a version. */
export type OutboxItem = Operation | ReturnedVersion;

/** The version itself. */
export function versionIn(item: OutboxItem): Operation {
  return 'returned' in item ? item.returned : item;
}

export interface StoredVersion {
  readonly operation: Operation;
  readonly clinicId: string;
  /** Order of commits here. */
  readonly sequence: number;
  /** `at-hospital` once the hub has numbered it; on the hub itself always. */
  readonly place: ChartEntry['place'];
  readonly parkedCode: string | null;
}

/** What the hub refused. */
export interface Parked {
  /** The operation's id, or the picture's hash. */
  readonly itemId: string;
  readonly kind: 'operation' | 'picture';
  readonly code: string;
  /** The version that was refused, or that names the picture. */
  readonly version: StoredVersion;
  /** How many versions were made from it and wait with it. */
  readonly dependants: number;
  /** A hub had it, and lost it when it was restored. */
  readonly isReturned: boolean;
}

/** Bytes that were made here. */
export interface NewBinary {
  /** Their SHA-256, lower-case hexadecimal digits. */
  readonly binaryId: string;
  readonly bytes: Uint8Array;
  readonly lane: 'thumbnail' | 'photo';
}

/** How far some bytes have come. */
export interface BinaryState {
  readonly isWhole: boolean;
  readonly chunksTotal: number;
  readonly chunksHeld: number;
  /** Kiosk: of those, which the hub has not confirmed. */
  readonly chunksWaiting: number;
  readonly parkedCode: string | null;
}
