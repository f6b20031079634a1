import * as z from 'zod';

/** Where a record is. The words and the bridge mark of the screen follow from it. */
export const RecordPlace = z.enum(['here', 'at-hospital', 'parked']);
export type RecordPlace = z.infer<typeof RecordPlace>;
