import { Trans, useLingui } from '@lingui/react/macro';
import { type ClinicStatus } from '@shimabashi/contracts';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useRef, useSyncExternalStore } from 'react';
import { useConsole } from '../../console.ts';
import { type ClinicFreshness, clinicFreshness } from '../clinics/freshness.ts';
import { READING_COLUMNS, ReadingColumnWords } from './column-words.tsx';
import styles from './queue.module.css';
import { groupRows, QUEUE_GROUPS, type QueueGroup, type QueueRow } from './queue-rows.ts';
import { QueueLine } from './queue-line.tsx';
import { rowBeside, rowLinks } from './row-links.ts';

/** Most lines of people who are not here today: the search box finds the others. */
const OTHERS_SHOWN_MAX = 100;

/** A clinic as the lines of its patients need it. */
export interface LineClinic {
  readonly status: ClinicStatus;
  readonly freshness: ClinicFreshness;
}

/** The list in its groups. `rows` is undefined until it was read: the frame is there at once. */
export function QueueTable({
  rows,
  nowMs,
}: {
  readonly rows: readonly QueueRow[] | undefined;
  readonly nowMs: number;
}) {
  const { t } = useLingui();
  const tableRef = useRef<HTMLTableElement>(null);
  const clinics = useClinics();
  const groups = useMemo(() => groupRows(rows ?? []), [rows]);
  useEffect(() => {
    const table = tableRef.current;
    const onKeyDown = (event: KeyboardEvent) => goToRow(event, table);
    table?.addEventListener('keydown', onKeyDown);
    return () => table?.removeEventListener('keydown', onKeyDown);
  }, []);
  return (
    <table className={styles.table} ref={tableRef} aria-label={t`患者の列`}>
      <thead>
        <ColumnHeads />
      </thead>
      {QUEUE_GROUPS.map(group => (
        <Group key={group} group={group} rows={groups.get(group) ?? []} clinics={clinics} nowMs={nowMs} />
      ))}
    </table>
  );
}

function ColumnHeads() {
  return (
    <tr className={styles.heads}>
      <th scope="col">
        <Trans>待ち</Trans>
      </th>
      <th scope="col">
        <Trans>患者</Trans>
      </th>
      <th scope="col">
        <Trans>用件・アレルギー</Trans>
      </th>
      {READING_COLUMNS.map(column => (
        <th key={column} scope="col" className={styles.number}>
          <ReadingColumnWords column={column} />
        </th>
      ))}
      <th scope="col">
        <Trans>データの新しさ</Trans>
      </th>
    </tr>
  );
}

function Group({
  group,
  rows,
  clinics,
  nowMs,
}: {
  readonly group: QueueGroup;
  readonly rows: readonly QueueRow[];
  readonly clinics: ReadonlyMap<string, LineClinic>;
  readonly nowMs: number;
}) {
  if (rows.length === 0) return null;
  const shown = group === 'others' ? rows.slice(0, OTHERS_SHOWN_MAX) : rows;
  const hidden = rows.length - shown.length;
  return (
    <tbody data-group={group}>
      <tr className={styles.groupRow}>
        <th scope="rowgroup" colSpan={7}>
          <GroupName group={group} /> <b>{rows.length}</b>
        </th>
      </tr>
      {shown.map(row => (
        <QueueLine key={row.patientId} row={row} clinic={clinics.get(row.clinicId)} nowMs={nowMs} />
      ))}
      {hidden === 0 ? null : (
        <tr className={styles.hiddenRow}>
          <td colSpan={7}>
            <Trans>ほか {hidden}人。上の欄でさがしてください。</Trans>
          </td>
        </tr>
      )}
    </tbody>
  );
}

function GroupName({ group }: { readonly group: QueueGroup }) {
  switch (group) {
    case 'alarm':
      return <Trans>警報</Trans>;
    case 'in-progress':
      return <Trans>いま診療中</Trans>;
    case 'waiting':
      return <Trans>待っています</Trans>;
    case 'planned':
      return <Trans>きょうの予定</Trans>;
    case 'others':
      return <Trans>そのほか</Trans>;
  }
}

function useClinics(): ReadonlyMap<string, LineClinic> {
  const { queries, live } = useConsole();
  const { data } = useQuery(queries.clinics);
  const { link } = useSyncExternalStore(live.subscribe, live.getSnapshot);
  return useMemo(
    () =>
      new Map(
        data?.clinics.map(status => [
          status.clinic.clinicId,
          { status, freshness: clinicFreshness(status, link) },
        ]),
      ),
    [data, link],
  );
}

function goToRow(event: KeyboardEvent, table: HTMLElement | null): void {
  const row = rowBeside(rowLinks(table), document.activeElement, event.key);
  if (row === undefined) return;
  event.preventDefault();
  if (row === null) document.querySelector<HTMLElement>('[data-search] input')?.focus();
  else row.focus();
}
