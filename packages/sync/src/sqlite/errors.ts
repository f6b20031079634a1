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

function storeError(error: unknown): unknown {
  if (!(error instanceof Database.SqliteError)) return error;
  // The extended code (SQLITE_CORRUPT_INDEX) begins with the primary one; https://sqlite.org/rescode.html
  // An extended code (SQLITE_CORRUPT_INDEX) begins with its primary one; https://sqlite.org/rescode.html
  if (error.code.startsWith('SQLITE_FULL')) {
    return new AppError('DISK_FULL', 'The disk is full; nothing was kept.', { cause: error });
  }
  if (error.code.startsWith('SQLITE_CORRUPT') || error.code === 'SQLITE_NOTADB') {
    return new AppError('STORE_CORRUPT', 'The database is damaged.', { cause: error });
  }
  return error;
}
