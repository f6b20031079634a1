import {
  AppError,
  BACKFILL_FEATURE,
  type HubContract,
  MERGED_VERSIONS_FEATURE,
  type Operation,
  type PullResponse,
  RECEIPTS_FEATURE,
  type RowRequest,
} from '@shimabashi/contracts';
import { type ChartLog, type Receipts } from '@shimabashi/sync';
import { dayInTokyo } from './day-in-tokyo.ts';

export interface PullDeps {
  readonly log: ChartLog;
  readonly receipts: Receipts;
  readonly nowMs: () => number;
}

/**
 * The next versions of the kiosk's clinic after its cursor. A cursor of another epoch counts
 * commits that this log never made: it begins again. A kiosk of the release before takes no second
 * parent: it gets the version without, keeps the other head beside it, and reads it once more when it
 * is brought up to date. One that keeps receipts gets one with each version, and hears of which backups
 * this log was restored. One that reads patients apart hears which: those of today when it begins, and
 * who has joined its clinic.
 */
export function pullVersions(
  deps: PullDeps,
  clinicId: string,
  { cursor, limit }: RowRequest<HubContract, 'sync.pull'>,
  features: ReadonlySet<string>,
): PullResponse {
  const { log } = deps;
  const after = cursor.epoch === log.epoch ? cursor.sequence : 0;
  const page = log.versionsAfter(after, [clinicId], limit);
  return {
    ...answerOf(deps, page, features),
    ...(features.has(BACKFILL_FEATURE) ? toReadApart(deps, clinicId, after, page) : {}),
  };
}

/**
 * The next versions of one patient after a cursor of their own.
 *
 * @throws AppError `NOT_FOUND` when he is not of the kiosk's clinic.
 */
export function backfillVersions(
  deps: PullDeps,
  clinicId: string,
  { patientId, cursor, limit }: RowRequest<HubContract, 'sync.backfill'>,
  features: ReadonlySet<string>,
): PullResponse {
  const { log } = deps;
  if (!log.clinicsOf(patientId).includes(clinicId)) {
    throw new AppError('NOT_FOUND', 'There is no such patient in this clinic.');
  }
  const after = cursor.epoch === log.epoch ? cursor.sequence : 0;
  return answerOf(deps, log.versionsOf(patientId, after, limit), features);
}

type Page = ReturnType<ChartLog['versionsAfter']>;

function answerOf({ log, receipts }: PullDeps, page: Page, features: ReadonlySet<string>): PullResponse {
  const isCurrent = features.has(MERGED_VERSIONS_FEATURE);
  const withReceipts = features.has(RECEIPTS_FEATURE);
  return {
    ...page,
    epoch: log.epoch,
    versions: page.versions.map(({ sequence, operation }) => ({
      sequence,
      operation: isCurrent ? operation : withoutSecondParent(operation),
      ...(withReceipts ? { receipt: receipts.of(operation) } : {}),
    })),
    ...continuesFor(log, features),
  };
}

function toReadApart(
  { log, nowMs }: PullDeps,
  clinicId: string,
  after: number,
  { nextSequence, more }: Page,
): Pick<PullResponse, 'backfill' | 'progress'> {
  const ofToday = after === 0 && more ? patientsOfToday(log, clinicId, nowMs()) : [];
  const joined = log.joined({ after, upTo: nextSequence }, [clinicId]);
  const backfill = [...new Set([...ofToday.slice(0, OF_TODAY_MAX), ...joined])];
  return {
    ...(backfill.length === 0 ? {} : { backfill }),
    ...(more ? { progress: log.progress(nextSequence, [clinicId]) } : {}),
  };
}

function patientsOfToday(log: ChartLog, clinicId: string, nowMs: number): readonly string[] {
  const visits = log.encounters({ clinicIds: [clinicId], ...dayInTokyo(nowMs) });
  return visits.map(({ operation }) => operation.patientId).filter(patientId => patientId !== null);
}

/** More than a clinic sees in a day. Whoever is beyond comes with all the others. */
const OF_TODAY_MAX = 200;

/** What a kiosk that understands it is told of the backups that this log was restored from. */
export function continuesFor(log: ChartLog, features: ReadonlySet<string>): Pick<PullResponse, 'continues'> {
  return features.has(RECEIPTS_FEATURE) && log.continues.length > 0 ? { continues: [...log.continues] } : {};
}

function withoutSecondParent(operation: Operation): Operation {
  const { mergedVersionId: _, ...rest } = operation;
  return rest;
}
