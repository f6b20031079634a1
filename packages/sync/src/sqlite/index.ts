export {
  chartFigures,
  type ChartFigures,
  copyDatabase,
  readableVersions,
  verifyDatabase,
  wholePictures,
} from './backup.ts';
export { type ChartLogOptions, openChartLog } from './chart-log.ts';
export { type EncryptedDatabaseOptions, openEncryptedDatabase } from './database.ts';
export { withStoreErrors } from './errors.ts';
export { rescueChartLog, type RescueReport, type UnsentRecord } from './rescue.ts';
export { type MemoryLog, openMemoryLog } from './memory-log.ts';
