import * as z from 'zod';
import { BinaryId } from './binary.ts';
import { ChartEntry } from './chart.ts';
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
});
export type ParkedItem = z.infer<typeof ParkedItem>;

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
   * note of who did so, and never sent; the chart shows what was there before.
   */
  'outbox.withdraw': OneItem,
} as const satisfies Contract;
