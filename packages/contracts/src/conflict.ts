import * as z from 'zod';
import { ChartEntry, FhirId, ResourceEnvelope } from './chart.ts';
import { type Contract } from './rows.ts';

/** The hub's row by which a doctor decides between two versions of one record. */
export const hubConflictRows = {
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
