import { Trans, useLingui } from '@lingui/react/macro';
import { type ChartEntry } from '@shimabashi/contracts';
import { BridgeMark, formatMoment, localeOf } from '@shimabashi/ui';
import { type UseQueryResult } from '@tanstack/react-query';
import { memo, useMemo, useState } from 'react';
import { ENTRIES_LIMIT } from '../../api/queries.ts';
import { ErrorNote, Reading } from '../../parts/notes.tsx';
import {
  type ChartItem,
  type ChartLine,
  chartLines,
  inConflict,
  isSameLine,
  observationOf,
} from './chart-items.ts';
import { EntryWords } from './entry-words.tsx';
import { HistoryButton, HistoryOf } from './history-of.tsx';
import styles from './patient.module.css';
import { useNames } from './staff-names.ts';

/** Who wrote what, when and where, newest first. */
export function EntriesSection({
  items,
  observations,
  nowMs,
}: {
  readonly items: readonly ChartItem[];
  readonly observations: UseQueryResult<readonly ChartEntry[]>;
  readonly nowMs: number;
}) {
  const { t } = useLingui();
  // A line tells a day or a clock, no seconds: nothing of it changes with each tick.
  const minuteMs = Math.floor(nowMs / 60_000) * 60_000;
  const lines = useMemo(() => chartLines(items), [items]);
  const patientId = items.map(({ heads }) => heads[0].resource).find(isPatient)?.id;
  return (
    <section className={styles.entries} aria-label={t`記録`}>
      <h2>
        <Trans>記録</Trans>{' '}
        <small>
          <Trans>新しい順</Trans>
        </small>
      </h2>
      {observations.isError ? <ErrorNote error={observations.error} onRetry={observations.refetch} /> : null}
      {observations.isPending ? <Reading /> : null}
      <ol>
        {lines.map(line => (
          <Line key={line.key} line={line} patientId={patientId} nowMs={minuteMs} />
        ))}
      </ol>
      {(observations.data?.length ?? 0) >= ENTRIES_LIMIT ? (
        <p className={styles.note}>
          <Trans>測定は新しいほうから {ENTRIES_LIMIT}件まで。前のものは経過の表にあります。</Trans>
        </p>
      ) : null}
    </section>
  );
}

function isPatient({ resourceType }: ChartEntry['resource']): boolean {
  return resourceType === 'Patient';
}

interface LineProps {
  readonly line: ChartLine;
  readonly patientId: string | undefined;
  readonly nowMs: number;
}

/** Hundreds of lines beside a call's pictures: each is drawn again only when it is another one. */
const Line = memo(
  DrawnLine,
  (before, after) =>
    before.nowMs === after.nowMs &&
    before.patientId === after.patientId &&
    isSameLine(before.line, after.line),
);

function DrawnLine({ line, patientId, nowMs }: LineProps) {
  const { i18n } = useLingui();
  const [first] = line.items;
  const [isOpen, setOpen] = useState(false);
  return (
    <li className={styles.entry}>
      <div className={styles.entryTime}>
        <time dateTime={new Date(line.atMs).toISOString()}>
          {formatMoment(line.atMs, nowMs, localeOf(i18n))}
        </time>
        {patientId === undefined ? null : <HistoryButton isOpen={isOpen} onPress={() => setOpen(!isOpen)} />}
      </div>
      <div>
        {inConflict(first)
          ? first.heads.map(head => (
              <EntryBody key={head.versionId} entries={[head]} atMs={line.atMs} conflict nowMs={nowMs} />
            ))
          : null}
        {inConflict(first) ? null : (
          <EntryBody
            entries={line.items.map(item => item.heads[0])}
            atMs={line.atMs}
            conflict={false}
            nowMs={nowMs}
          />
        )}
        {patientId !== undefined && isOpen
          ? line.items.map(item => (
              <HistoryOf
                key={item.key}
                patientId={patientId}
                record={item.heads[0].resource}
                titled={line.items.length > 1}
                nowMs={nowMs}
              />
            ))
          : null}
      </div>
    </li>
  );
}

function EntryBody({
  entries,
  atMs,
  conflict,
  nowMs,
}: {
  readonly entries: readonly ChartEntry[];
  readonly atMs: number;
  readonly conflict: boolean;
  readonly nowMs: number;
}) {
  const names = useNames();
  const [first] = entries;
  if (first === undefined) return null;
  const { reason } = first;
  const byHand = observationOf(first)?.method === 'by-hand' ? observationOf(first)?.reason : null;
  return (
    <div className={styles.entryBody} data-conflict={conflict || undefined} data-place={first.place}>
      <p className={styles.said}>
        {entries.map(entry => (
          <span key={entry.versionId} data-version={entry.versionId}>
            <EntryWords entry={entry} />
          </span>
        ))}
      </p>
      {byHand === null || byHand === undefined ? null : (
        <p>
          <Trans>手で入力・{byHand}</Trans>
        </p>
      )}
      {reason === null ? null : (
        <p>
          <Trans>理由 {reason}</Trans>
        </p>
      )}
      <p className={styles.author}>
        {names.person(first.authorId)}・{names.machine(first.deviceId)}
        <Place entry={first} atMs={atMs} conflict={conflict} nowMs={nowMs} />
      </p>
    </div>
  );
}

/** What was written down this much after it happened says when. */
const LATER_MS = 120_000;

function Place({
  entry,
  atMs,
  conflict,
  nowMs,
}: {
  readonly entry: ChartEntry;
  readonly atMs: number;
  readonly conflict: boolean;
  readonly nowMs: number;
}) {
  const { i18n } = useLingui();
  const written = formatMoment(entry.authoredAtMs, nowMs, localeOf(i18n));
  if (conflict) {
    return (
      <BridgeMark state="conflict">
        <Trans>2つの版・{written} に保存</Trans>
      </BridgeMark>
    );
  }
  if (entry.place === 'parked') {
    return (
      <BridgeMark state="parked">
        <Trans>送れない記録</Trans>
      </BridgeMark>
    );
  }
  // The line has its own time; the other one is news only where they differ.
  const later = entry.authoredAtMs - atMs >= LATER_MS;
  return (
    <BridgeMark state="there">
      {later ? <Trans>届いた・{written} に保存</Trans> : <Trans>届いた</Trans>}
    </BridgeMark>
  );
}
