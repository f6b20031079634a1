import * as z from 'zod';
import { BinaryStatus } from './binary.ts';
import { CHUNK_BYTES, OPERATIONS_PER_BATCH_MAX, PHOTO_BYTES_MAX, RESOURCE_CHARS_MAX } from './limits.ts';
import { RecordPlace } from './record-place.ts';

/** FHIR's `id` type (R4, 2.24.0.1): letters, digits, `-` and `.`, at most 64. */
export const FhirId = z.string().regex(/^[A-Za-z0-9\-.]{1,64}$/);
export type FhirId = z.infer<typeof FhirId>;

/**
 * A FHIR R4 resource at a door: its type and id are checked here, its content by `clinical`'s
 * validation. Unknown fields and extensions pass untouched: nothing is lost on the way.
 */
export const ResourceEnvelope = z
  .looseObject({ resourceType: z.string().regex(/^[A-Z][A-Za-z]{1,63}$/), id: FhirId })
  .refine(resource => JSON.stringify(resource).length <= RESOURCE_CHARS_MAX, 'too large');
export type ResourceEnvelope = z.infer<typeof ResourceEnvelope>;

/**
 * One change of the chart, as its author made it. Its id is also the id of the version that it
 * makes, all the way to the hub: sending it twice is harmless.
 *
 * `authoredAtMs` is data (what the author's clock said); it never decides between versions.
 */
export const Operation = z.strictObject({
  operationId: z.uuid(),
  /** The version that the author saw, or null for a new resource. */
  baseVersionId: z.uuid().nullable(),
  /**
   * The second parent of a version that brings two together. Only a hub makes such: by merging
   * (`MERGE_AUTHOR_ID`), or for a doctor who has seen both and decided.
   */
  mergedVersionId: z.uuid().optional(),
  resource: ResourceEnvelope,
  /** Whose chart it belongs to; null for what is nobody's (a clinic, a practitioner). */
  patientId: FhirId.nullable(),
  clinicId: FhirId,
  authorId: FhirId,
  /** The enrolled kiosk or console that it was made on. */
  deviceId: FhirId,
  reason: z.string().max(1_000).nullable(),
  authoredAtMs: z.number().int().nonnegative(),
});
export type Operation = z.infer<typeof Operation>;

/** The author of a version that a hub made by merging two, where nothing had to be decided. */
export const MERGE_AUTHOR_ID = 'merge';
/** Where it was made. */
export const HUB_DEVICE_ID = 'hub';

/**
 * The HTTP header by which a kiosk says, with `sync.pull`, what it understands beside what every
 * release did, in names between commas. A hub gives a kiosk nothing that it does not understand.
 */
export const SYNC_FEATURES_HEADER = 'x-sync-features';
/** Versions with a second parent. Without it they come without that, and are a conflict to look at. */
export const MERGED_VERSIONS_FEATURE = 'merged-versions';
/** Receipts with the versions, and which epochs the hub's log continues (ADR 13). */
export const RECEIPTS_FEATURE = 'receipts';

/** Patients whose versions come by a stream of their own (`sync.backfill`), and how far a kiosk is. */
export const BACKFILL_FEATURE = 'backfill';

/**
 * What proves to a hub, years later and after its own disk is gone, that it has handed out this very
 * version: its HMAC (RFC 2104) with SHA-256, the first 16 bytes, base64url. Only the hub can make or
 * check one.
 */
export const Receipt = z.string().regex(/^[A-Za-z0-9_-]{22}$/);
export type Receipt = z.infer<typeof Receipt>;

/** A version as the hub has numbered it. `sequence` is the order of the hub's commits. */
export const NumberedVersion = z.strictObject({
  sequence: z.number().int().positive(),
  operation: Operation,
  receipt: Receipt.optional(),
});
export type NumberedVersion = z.infer<typeof NumberedVersion>;

/**
 * A version that a hub has handed out and then lost with its disk, as a kiosk gives it back: whoever
 * made it, wherever. With the receipt the hub takes it as what it was.
 */
export const ReturnedVersion = z
  .strictObject({ operationId: z.uuid(), returned: Operation, receipt: Receipt })
  .refine(({ operationId, returned }) => returned.operationId === operationId, 'of another version');
export type ReturnedVersion = z.infer<typeof ReturnedVersion>;

/** The hub's log holds the versions of this epoch up to and with this number, under these numbers. */
export const FormerEpoch = z.strictObject({ epoch: z.uuid(), sequence: z.number().int().nonnegative() });
export type FormerEpoch = z.infer<typeof FormerEpoch>;
/** Epochs that the hub's log continues, since it was restored from their backups; newest first. */
const Continues = z.array(FormerEpoch).max(64).optional();

/**
 * What leaves first when the link is back: alarms and vitals, chart, thumbnails, photographs.
 * Lower numbers go first.
 */
export const LANES = ['vitals', 'chart', 'thumbnail', 'photo'] as const;
export const Lane = z.enum(LANES);
export type Lane = z.infer<typeof Lane>;

export const LaneCounts = z.strictObject({
  vitals: z.number().int().nonnegative(),
  chart: z.number().int().nonnegative(),
  thumbnail: z.number().int().nonnegative(),
  photo: z.number().int().nonnegative(),
});
export type LaneCounts = z.infer<typeof LaneCounts>;

/** The hub's answer to one operation. `rejected` parks it, with this code, and only it. */
export const PushResult = z.discriminatedUnion('outcome', [
  z.strictObject({
    operationId: z.uuid(),
    outcome: z.literal('applied'),
    sequence: z.number().int().positive(),
  }),
  z.strictObject({
    operationId: z.uuid(),
    outcome: z.literal('duplicate'),
    sequence: z.number().int().positive(),
  }),
  z.strictObject({
    operationId: z.uuid(),
    outcome: z.literal('conflict'),
    sequence: z.number().int().positive(),
  }),
  z.strictObject({ operationId: z.uuid(), outcome: z.literal('rejected'), code: z.string().max(40) }),
  /**
   * Of a chunk: the hub has it, and all others of its photograph but those `missing` (by index).
   * Nothing is missing only once the hub has found that the whole has the hash it is known by.
   */
  z.strictObject({
    operationId: z.uuid(),
    outcome: z.literal('received'),
    missing: z.array(z.number().int().nonnegative()).max(PHOTO_BYTES_MAX / CHUNK_BYTES),
  }),
]);
export type PushResult = z.infer<typeof PushResult>;

export const PushRequest = z.strictObject({
  /**
   * Each an `Operation`, a `ReturnedVersion`, or a `BinaryChunk` of what an operation names. Each is
   * checked on its own, so that one that does not fit is refused alone.
   */
  operations: z.array(z.unknown()).min(1).max(OPERATIONS_PER_BATCH_MAX),
});
export const PushResponse = z.strictObject({
  epoch: z.uuid(),
  results: z.array(PushResult),
  continues: Continues,
});
export type PushResponse = z.infer<typeof PushResponse>;

/** How far a kiosk has read: `epoch` changes when a hub was restored from a backup. */
export const PullCursor = z.strictObject({
  epoch: z.uuid().nullable(),
  sequence: z.number().int().nonnegative(),
});
export type PullCursor = z.infer<typeof PullCursor>;

/** More than join a clinic in one page, and come to it in a day. */
export const BACKFILL_MAX = 1_000;

export const PullProgress = z.strictObject({
  done: z.number().int().nonnegative(),
  total: z.number().int().nonnegative(),
});
export type PullProgress = z.infer<typeof PullProgress>;

export const PullRequest = z.strictObject({
  cursor: PullCursor,
  limit: z.number().int().min(1).max(OPERATIONS_PER_BATCH_MAX),
});
export const PullResponse = z.strictObject({
  epoch: z.uuid(),
  versions: z.array(NumberedVersion),
  /** The cursor after these versions, even where some in between were not for this kiosk. */
  nextSequence: z.number().int().nonnegative(),
  more: z.boolean(),
  continues: Continues,
  /**
   * Patients whose versions the kiosk should read apart (`sync.backfill`): those of today, before all
   * else, when it begins; and who has joined its clinic, since theirs lie behind its cursor.
   */
  backfill: z.array(FhirId).max(BACKFILL_MAX).optional(),
  /** While there is more: how many versions of the kiosk's clinic lie behind its cursor, and of how many. */
  progress: PullProgress.optional(),
});
export type PullResponse = z.infer<typeof PullResponse>;

/** One patient's versions, in the hub's order, after a cursor of their own. */
export const BackfillRequest = z.strictObject({ patientId: FhirId, ...PullRequest.shape });
export type BackfillRequest = z.infer<typeof BackfillRequest>;

/** One version of a resource as a screen gets it. Two with the same resource id are a conflict. */
export const ChartEntry = z.strictObject({
  versionId: z.uuid(),
  resource: ResourceEnvelope,
  authorId: FhirId,
  deviceId: FhirId,
  reason: z.string().nullable(),
  authoredAtMs: z.number().int().nonnegative(),
  place: RecordPlace,
  /** Why the hub refused it; null unless parked. */
  parkedCode: z.string().nullable(),
  /** Of a DocumentReference: how far the bytes of each picture that it names have come. */
  binaries: z.array(BinaryStatus).optional(),
});
export type ChartEntry = z.infer<typeof ChartEntry>;
