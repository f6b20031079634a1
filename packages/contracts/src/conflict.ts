import * as z from 'zod';
import { ChartEntry, FhirId, ResourceEnvelope } from './chart.ts';
import { type Contract } from './rows.ts';

/** Most versions of one record that `history.get` gives: the newest. */
export const HISTORY_VERSIONS_MAX = 200;

/** Fields that are decided together, in which two versions of a record differ. */
export const ContestedField = z.strictObject({
  /** JSON names at the top of the resource, such as `telecom`. */
  names: z.array(z.string().max(100)).min(1),
  /**
   * What both sides wrote, where nothing stands against it: then only one side changed it, or each
   * something else in it. A name that is not in it is to go. Null where a person has to choose.
   */
  merged: z.record(z.string(), z.unknown()).nullable(),
});
export type ContestedField = z.infer<typeof ContestedField>;

/** One record of which two people made two versions. Nobody has decided yet: both are shown. */
export const RecordConflict = z.strictObject({
  /** Of an allergy or a medicine the safer one first. The first two are what is decided next. */
  heads: z.array(ChartEntry).min(2),
  /** The version that the first two were both made from, where it is known. */
  base: ChartEntry.nullable(),
  /** Where the first two differ. */
  fields: z.array(ContestedField),
  /** It cannot be put together from both: one of them is chosen as it is. */
  asWhole: z.boolean(),
});
export type RecordConflict = z.infer<typeof RecordConflict>;

/** One version of a record, and which versions it was made from. */
export const HistoryVersion = z.strictObject({
  entry: ChartEntry,
  baseVersionId: z.uuid().nullable(),
  /** The second parent, where it brought two together. */
  mergedVersionId: z.uuid().nullable(),
  /** Nothing has replaced it. */
  isCurrent: z.boolean(),
});
export type HistoryVersion = z.infer<typeof HistoryVersion>;

/**
 * What may be asked of every holder of a chart, about one patient. `NOT_FOUND` where the patient is
 * not of a clinic of whoever asks. Each reading is in the audit.
 */
export const recordRows = {
  /** Records with more than one current version. */
  'conflicts.list': {
    request: z.strictObject({ patientId: FhirId }),
    response: z.strictObject({ conflicts: z.array(RecordConflict) }),
  },
  /** Who changed one record, what, when, where and why: the newest version first. */
  'history.get': {
    request: z.strictObject({
      patientId: FhirId,
      resourceType: z.string().max(64),
      resourceId: FhirId,
    }),
    response: z.strictObject({
      versions: z.array(HistoryVersion).max(HISTORY_VERSIONS_MAX),
      /** How many older ones there are besides. */
      older: z.number().int().nonnegative(),
    }),
  },
} as const satisfies Contract;

/** The hub's row by which a doctor decides between two versions of one record. */
export const hubConflictRows = {
  ...recordRows,
  /**
   * Makes a version of two, as the doctor has decided: one of them, or what is right of both. The
   * reason stays with it, as both versions do. Saving the same operation twice is harmless.
   *
   * `CONFLICT` when one of the two is no longer a current version: look again. Of three versions two
   * are decided first, then what came of them and the third.
   */
  'conflicts.resolve': {
    request: z.strictObject({
      operationId: z.uuid(),
      patientId: FhirId,
      /** Both as they were on the screen. */
      versionIds: z.tuple([z.uuid(), z.uuid()]),
      resource: ResourceEnvelope,
      reason: z.string().trim().min(1).max(1_000),
    }),
    response: z.strictObject({ entry: ChartEntry }),
  },
} as const satisfies Contract;
