import { join } from 'node:path';

/** The root of the checkout. */
export const root = join(import.meta.dirname, '..');
/** What may be made anew at any time. Goes with `node_modules`, never into git. */
export const cacheDir = join(root, 'node_modules', '.cache', 'shimabashi');
export const rendererDir = join(root, 'apps/kiosk/dist/renderer');
export const consoleDir = join(root, 'apps/doctor-console/dist');
