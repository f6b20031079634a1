import { Trans } from '@lingui/react/macro';
import { Button } from '@shimabashi/ui';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useMemo, useRef } from 'react';
import { useConsole } from '../../console.ts';
import { AppFrame } from '../../parts/app-frame.tsx';
import { EmptyNote, ErrorNote, Reading } from '../../parts/notes.tsx';
import { useHubNow } from '../../use-now.ts';
import { waitingPatients } from '../alerts/alert-state.ts';
import { ClinicsColumn } from '../clinics/clinics-column.tsx';
import { fitsSearch } from './patient-filter.ts';
import { type QueueRow, readQueueRow, withAlarms } from './queue-rows.ts';
import { QueueTable } from './queue-table.tsx';
import styles from './queue.module.css';
import { rowLinks } from './row-links.ts';
import { SearchBox } from './search-box.tsx';
import { useSearchText } from './search-text.ts';

/** Who first, on which island, and how old is what is seen. */
export function QueueScreen() {
  const { queries, alerts, watch } = useConsole();
  const [text, setText] = useSearchText();
  const nowMs = useHubNow();
  const navigate = useNavigate();
  const listRef = useRef<HTMLDivElement>(null);
  const patients = useQuery(queries.patients);
  const { data: alertList } = useQuery(alerts.list);
  const rows = useMemo(
    () =>
      patients.data === undefined
        ? undefined
        : withAlarms(patients.data.map(readQueueRow), waitingPatients(alertList?.alerts ?? [])),
    [patients.data, alertList],
  );
  const shown = useMemo(() => rows?.filter(row => isShown(row, text)), [rows, text]);
  // The list shows what was saved; nobody's live numbers come here.
  useEffect(() => watch(null), [watch]);

  const enter = () => {
    const only = shown?.length === 1 ? shown[0] : undefined;
    // Enter opens a chart only if there is no doubt whose.
    if (only !== undefined) void navigate({ to: '/patients/$patientId', params: only });
    else rowLinks(listRef.current)[0]?.focus();
  };

  return (
    <AppFrame
      search={
        <SearchBox
          text={text}
          onText={setText}
          onEnter={enter}
          onDown={() => rowLinks(listRef.current)[0]?.focus()}
        />
      }
    >
      <div className={styles.columns}>
        <main className={styles.main} ref={listRef}>
          <h1 className={styles.hidden}>
            <Trans>患者の列</Trans>
          </h1>
          {patients.isError ? <ErrorNote error={patients.error} onRetry={patients.refetch} /> : null}
          <QueueTable rows={shown} nowMs={nowMs} />
          {shown === undefined && !patients.isError ? <Reading /> : null}
          {rows?.length === 0 ? (
            <EmptyNote>
              <Trans>患者がまだいません。島の診療所で受け付けると、ここに出ます。</Trans>
            </EmptyNote>
          ) : null}
          {rows !== undefined && rows.length > 0 && shown?.length === 0 ? (
            <NobodyFits onClear={() => setText('')} />
          ) : null}
        </main>
        <ClinicsColumn nowMs={nowMs} />
      </div>
    </AppFrame>
  );
}

function isShown(row: QueueRow, text: string): boolean {
  // A record that cannot be read cannot be searched; it must not be lost for that.
  return row.facts === null || fitsSearch(row.facts, text);
}

function NobodyFits({ onClear }: { readonly onClear: () => void }) {
  return (
    <EmptyNote>
      <Trans>あてはまる人がいません。よみの一部か、生年月日でさがしてください。</Trans>{' '}
      <Button kind="outline" onPress={onClear}>
        <Trans>全員を見る</Trans>
      </Button>
    </EmptyNote>
  );
}
