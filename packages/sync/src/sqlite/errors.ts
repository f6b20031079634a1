import Database from 'better-sqlite3';
import { AppError } from '@shimabashi/contracts';

/**
 * Runs `work` and gives SQLite's failures that a caller may have to handle their code of the error
 * table. Every other failure is a bug, and passes untouched.
 */
export function withStoreErrors<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw storeError(error);
  }
}

/** The same failure by its code of the error table, where it has one. */
export function storeError(error: unknown): unknown {
  if (!(error instanceof Database.SqliteError)) return error;
  // An extended code (SQLITE_CORRUPT_INDEX) begins with its primary one; https://sqlite.org/rescode.html
  // The shared memory beside the log is the one file whose lack of room SQLite does not call full.
  if (error.code.startsWith('SQLITE_FULL') || error.code === 'SQLITE_IOERR_SHMSIZE') {
    return new AppError('DISK_FULL', 'The disk is full; nothing was kept.', { cause: error });
  }
  if (error.code.startsWith('SQLITE_CORRUPT') || error.code === 'SQLITE_NOTADB') {
    return new AppError('STORE_CORRUPT', 'The database is damaged.', { cause: error });
  }
  if (error.code.startsWith('SQLITE_IOERR') || error.code.startsWith('SQLITE_READONLY')) {
    return new AppError('STORE_CORRUPT', 'The disk does not give or take what the database needs.', {
      cause: error,
    });
  }
  return error;
}
