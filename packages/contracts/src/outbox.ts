import * as z from 'zod';
import { BinaryId } from './binary.ts';
import { ChartEntry, FhirId } from './chart.ts';
import { type Contract } from './rows.ts';

/** The code of what a person has withdrawn: it is kept, and never sent. */
export const WITHDRAWN_CODE = 'WITHDRAWN';

/** What the hub did not take: an operation, or the bytes of a picture. */
export const ParkedItem = z.strictObject({
  itemId: z.union([z.uuid(), BinaryId]),
  kind: z.enum(['operation', 'picture']),
  /** Why, from the error table where the hub is of our release. */
  code: z.string().max(40),
  /** The version that was refused; of a picture the DocumentReference that names it. */
  entry: ChartEntry,
  /** How many later changes were made from it and wait with it. */
  dependants: z.number().int().nonnegative(),
  /** A hub had it, and lost it when it was restored. Others have read it: it cannot be withdrawn. */
  isReturned: z.boolean(),
});
export type ParkedItem = z.infer<typeof ParkedItem>;

/** What became of a chart whose file was damaged, and that was built anew. */
export const RescueReport = z.strictObject({
  rescuedAtMs: z.number().int().nonnegative(),
  versionsRead: z.number().int().nonnegative(),
  /** The hospital sends again those that it has. */
  versionsUnreadable: z.number().int().nonnegative(),
  /** Saved here, not confirmed by the hospital, and gone: to be written again. Null: not known any more. */
  unsent: z.array(
    z.strictObject({
      patientId: FhirId.nullable(),
      resourceType: z.string().max(64).nullable(),
      count: z.number().int().positive(),
    }),
  ),
  unsentInAll: z.number().int().nonnegative(),
  /** Photographs that were to be sent: each is parked, and named there. */
  picturesUnreadable: z.number().int().nonnegative(),
  isOutboxWhole: z.boolean(),
  /** False: this kiosk may have to be enrolled again. */
  areSettingsWhole: z.boolean(),
});
export type RescueReport = z.infer<typeof RescueReport>;

const OneItem = {
  request: z.strictObject({ itemId: ParkedItem.shape.itemId }),
  response: z.strictObject({}),
};

/** The kiosk's rows about what the hub refused, for nurses. `NOT_FOUND` for what is not parked. */
export const kioskOutboxRows = {
  /** Oldest first. */
  'outbox.parked': {
    request: z.strictObject({}),
    response: z.strictObject({ items: z.array(ParkedItem) }),
  },
  /** Sends it once more, as it is: the reason may be gone (a staff list, a newer hub). */
  'outbox.retry': OneItem,
  /**
   * Takes it back, with what was made from it and the pictures that it names. It is kept, with the
   * note of who did so, and never sent; the chart shows what was there before. `FORBIDDEN` when
   * others have read it.
   */
  'outbox.withdraw': OneItem,
  /** What a damaged file has cost; null once a nurse has seen it. */
  'outbox.rescue': {
    request: z.strictObject({}),
    response: z.strictObject({ report: RescueReport.nullable() }),
  },
  'outbox.rescue-seen': { request: z.strictObject({}), response: z.strictObject({}) },
} as const satisfies Contract;
