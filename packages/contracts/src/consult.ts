import * as z from 'zod';
import { ChartEntry, FhirId } from './chart.ts';
import { type Contract } from './rows.ts';

/** The doctor's note by section (subjective, objective, assessment, plan). Empty is allowed. */
export const NoteSections = z.strictObject({
  subjective: z.string().max(4_000),
  objective: z.string().max(4_000),
  assessment: z.string().max(4_000),
  plan: z.string().max(4_000),
});
export type NoteSections = z.infer<typeof NoteSections>;

const Sentence = z.string().trim().min(1).max(500);

/** What every consult ends with. Nothing closes without it (rows D4 and R5 of the requirements). */
export const Decision = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('online'), reason: Sentence, whenWorse: Sentence }),
  z.strictObject({
    kind: z.literal('in-person'),
    /** By which day, YYYY-MM-DD in the practice's zone. */
    byDate: z.iso.date(),
    reason: Sentence,
    whenWorse: Sentence,
  }),
  z.strictObject({
    kind: z.literal('transfer'),
    /** The hospital or service. */
    to: Sentence,
    reason: Sentence,
    whenWorse: Sentence,
  }),
]);
export type Decision = z.infer<typeof Decision>;

/** The hub's rows that end a consult, for doctors. Saving the same operation twice is harmless. */
export const hubConsultRows = {
  /** The draft, kept while it is written (FHIR Composition, `preliminary`). */
  'notes.save': {
    request: z.strictObject({
      operationId: z.uuid(),
      /** Of the version that was on the screen; null for the first. */
      baseVersionId: z.uuid().nullable(),
      /** The note's own id: chosen by the console with its first draft. */
      noteId: FhirId,
      patientId: FhirId,
      encounterId: FhirId,
      sections: NoteSections,
    }),
    response: z.strictObject({ entry: ChartEntry }),
  },
  /**
   * Signs note and decision and finishes the visit, in one transaction; ends the visit's call.
   * `VISIT_CLOSED` when it is finished already, by somebody else's decision.
   */
  'visits.close': {
    request: z.strictObject({
      operationId: z.uuid(),
      patientId: FhirId,
      encounterId: FhirId,
      note: z
        .strictObject({ noteId: FhirId, baseVersionId: z.uuid().nullable(), sections: NoteSections })
        .nullable(),
      decision: Decision,
    }),
    response: z.strictObject({ entries: z.array(ChartEntry) }),
  },
} as const satisfies Contract;
