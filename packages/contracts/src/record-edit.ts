import * as z from 'zod';
import { ChartEntry, FhirId } from './chart.ts';
import { type Contract } from './rows.ts';

const Words = z.string().trim().max(200);

/** Whether an allergy still counts. `entered-in-error`: it was never so. */
export const AllergyStanding = z.enum(['active', 'inactive', 'entered-in-error']);
export type AllergyStanding = z.infer<typeof AllergyStanding>;

/** What a nurse may change in a chart besides measuring. What is not named stays as it is. */
export const RecordChange = z.discriminatedUnion('kind', [
  /** How the patient is reached. Empty: not known. */
  z.strictObject({ kind: z.literal('contact'), telephone: Words, address: Words }),
  z.strictObject({
    kind: z.literal('allergy'),
    substance: Words.min(1),
    /** Empty: not known. */
    reaction: Words,
    severe: z.boolean(),
    standing: AllergyStanding,
  }),
]);
export type RecordChange = z.infer<typeof RecordChange>;

/** The kiosk's row by which a nurse changes a record that somebody has written before, or begins one. */
export const kioskRecordRows = {
  /**
   * Answered after the commit (invariant 1); the same operation twice is harmless. What somebody else
   * has changed since `baseVersionId` is not overruled: the hub merges, or two versions stand.
   */
  'records.edit': {
    request: z.strictObject({
      operationId: z.uuid(),
      patientId: FhirId,
      /** The version that stood on the screen; null for an allergy that nobody has recorded yet. */
      baseVersionId: z.uuid().nullable(),
      change: RecordChange,
      reason: z.string().trim().min(1).max(1_000),
    }),
    response: z.strictObject({ entry: ChartEntry }),
  },
} as const satisfies Contract;
