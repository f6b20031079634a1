export { chartFigures, type ChartFigures, copyDatabase, verifyDatabase } from './backup.ts';
export { type ChartLogOptions, openChartLog } from './chart-log.ts';
export { type EncryptedDatabaseOptions, openEncryptedDatabase } from './database.ts';
export { withStoreErrors } from './errors.ts';
