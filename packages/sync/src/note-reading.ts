import { AppError } from '@shimabashi/contracts';
import { type AuditNote, type ChartLog } from './log.ts';

/**
 * Notes in the audit that a chart is read. A full disk does not keep a chart closed: what cannot be
 * noted then goes to `onNotNoted`, for the log of the process (who and what, not whose chart).
 */
export function noteReading(
  log: Pick<ChartLog, 'audit'>,
  note: AuditNote,
  onNotNoted: (note: AuditNote) => void,
): void {
  try {
    log.audit(note);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'DISK_FULL') throw error;
    onNotNoted(note);
  }
}
