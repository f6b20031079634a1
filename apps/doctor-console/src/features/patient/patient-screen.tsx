import { Trans } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useConsole } from '../../console.ts';
import { AppFrame } from '../../parts/app-frame.tsx';
import { ErrorNote, Reading } from '../../parts/notes.tsx';
import { useHubNow } from '../../use-now.ts';
import { CallButton } from '../call/call-button.tsx';
import { clinicOf, openVisit } from '../call/calls.ts';
import { ConflictSection } from './conflict-section.tsx';
import { EntriesSection } from './entries-section.tsx';
import { LiveSection } from './live-section.tsx';
import { PatientBanner } from './patient-banner.tsx';
import styles from './patient.module.css';
import { TrendSection } from './trend-section.tsx';
import { useChart } from './use-chart.ts';

/** One patient: who, allergy, what is now, how it went, who wrote what. */
export function PatientScreen({ patientId }: { readonly patientId: string }) {
  const { watch, queries } = useConsole();
  const clinics = useQuery(queries.clinics);
  const nowMs = useHubNow();
  const { chart, observations, items, conflicts: conflictCount } = useChart(patientId);
  // Only of a patient whom the hub has shown: asking for another's numbers ends the socket.
  const known = chart.data !== undefined;
  useEffect(() => {
    if (!known) return;
    watch(patientId);
    return () => watch(null);
  }, [watch, patientId, known]);

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
  return (
    <AppFrame>
      <PatientBanner
        chart={chart.data}
        conflicts={conflictCount}
        nowMs={nowMs}
        action={
          <CallButton
            status={clinicOf(clinics.data, chart.data.clinicId)}
            patientId={patientId}
            encounterId={openVisit(chart.data.resources)?.encounterId ?? null}
          />
        }
      />
      <main className={styles.columns}>
        <div className={styles.work}>
          {conflictCount === 0 ? null : <ConflictSection patientId={patientId} nowMs={nowMs} />}
          <LiveSection nowMs={nowMs} />
          <TrendSection patientId={patientId} />
        </div>
        <EntriesSection items={items} observations={observations} nowMs={nowMs} />
      </main>
    </AppFrame>
  );
}
