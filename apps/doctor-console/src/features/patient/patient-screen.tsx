import { Trans } from '@lingui/react/macro';
import { PARAMETERS, type Parameter } from '@shimabashi/contracts';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useMemo } from 'react';
import { useConsole } from '../../console.ts';
import { AppFrame } from '../../parts/app-frame.tsx';
import { ErrorNote, Reading } from '../../parts/notes.tsx';
import { useHubNow } from '../../use-now.ts';
import { chartItems, inConflict } from './chart-items.ts';
import { ConflictSection } from './conflict-section.tsx';
import { EntriesSection } from './entries-section.tsx';
import { LiveSection } from './live-section.tsx';
import { PatientBanner } from './patient-banner.tsx';
import styles from './patient.module.css';
import { TrendSection } from './trend-section.tsx';

const ALL_PARAMETERS = Object.keys(PARAMETERS) as Parameter[];

/** One patient: who, allergy, what is now, how it went, who wrote what. */
export function PatientScreen({ patientId }: { readonly patientId: string }) {
  const { queries, watch } = useConsole();
  const nowMs = useHubNow();
  const chart = useQuery(queries.patient(patientId));
  const observations = useQuery(queries.entries(patientId, ALL_PARAMETERS));
  // Only of a patient whom the hub has shown: asking for another's numbers ends the socket.
  const known = chart.data !== undefined;
  useEffect(() => {
    if (!known) return;
    watch(patientId);
    return () => watch(null);
  }, [watch, patientId, known]);

  const items = useMemo(
    () =>
      chart.data === undefined
        ? undefined
        : chartItems([chart.data.patient, ...chart.data.resources, ...(observations.data ?? [])]),
    [chart.data, observations.data],
  );

  if (chart.data === undefined || items === undefined) {
    return (
      <AppFrame>
        <main className={styles.before}>
          {chart.isError ? (
            <>
              <ErrorNote error={chart.error} onRetry={chart.refetch} />
              <Link to="/" className={styles.back}>
                <Trans>患者の列へ</Trans>
              </Link>
            </>
          ) : (
            <Reading />
          )}
        </main>
      </AppFrame>
    );
  }
  const conflicts = items.filter(inConflict);
  return (
    <AppFrame>
      <PatientBanner chart={chart.data} conflicts={conflicts.length} nowMs={nowMs} />
      <main className={styles.columns}>
        <div className={styles.work}>
          {conflicts.length === 0 ? null : <ConflictSection items={conflicts} nowMs={nowMs} />}
          <LiveSection nowMs={nowMs} />
          <TrendSection patientId={patientId} />
        </div>
        <EntriesSection items={items} observations={observations} nowMs={nowMs} />
      </main>
    </AppFrame>
  );
}
