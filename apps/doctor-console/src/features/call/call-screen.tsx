import { Trans, useLingui } from '@lingui/react/macro';
import { type Call } from '@shimabashi/contracts';
import { LanguageToggle } from '@shimabashi/ui';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useEffect, useState } from 'react';
import { ToggleButton, ToggleButtonGroup } from 'react-aria-components';
import { useConsole } from '../../console.ts';
import { LostBand } from '../../parts/app-frame.tsx';
import { ErrorNote, Reading } from '../../parts/notes.tsx';
import { useHubNow } from '../../use-now.ts';
import { AlertBands } from '../alerts/alert-bands.tsx';
import { useChart } from '../patient/use-chart.ts';
import { PatientBanner } from '../patient/patient-banner.tsx';
import { useDoctor } from '../session/session-gate.tsx';
import { ActingColumn } from './acting-column.tsx';
import styles from './call.module.css';
import { ChartColumn } from './chart-column.tsx';
import { ClinicName } from './clinic-name.tsx';
import { AnothersCall, CalledHere, EndedCall, RingingCall } from './before-and-after.tsx';
import { ringsAt } from './calls.ts';
import { InCall } from './in-call.tsx';
import { useCallRoom } from './use-call-room.ts';
import { useCalls } from './use-calls.ts';

/** One call from its first ring to the signed decision, without leaving the page. */
export function CallScreen({ callId }: { readonly callId: string }) {
  const { query, calls } = useCalls();
  const call = calls.find(each => each.callId === callId);
  if (call !== undefined) {
    return call.patientId === null ? (
      <CallOfNobody call={call} />
    ) : (
      <CallOfPatient call={call} patientId={call.patientId} />
    );
  }
  return (
    <main className={styles.before}>
      {query.isPending ? <Reading /> : null}
      {query.isError ? <ErrorNote error={query.error} onRetry={query.refetch} /> : null}
      {query.isSuccess ? (
        <p>
          <Trans>この通話はもうありません</Trans>
        </p>
      ) : null}
      <Link to="/">
        <Trans>患者の列へ</Trans>
      </Link>
    </main>
  );
}

/** The nurse called before she knew who it is about: pictures and voices, and no chart. */
function CallOfNobody({ call }: { readonly call: Call }) {
  const nowMs = useHubNow();
  return (
    <Page
      nowMs={nowMs}
      banner={
        <div className={styles.noBanner}>
          <h1>
            <ClinicName clinicId={call.clinicId} />
          </h1>
          <p>
            <Trans>だれの診察か、まだ決まっていません。島で患者を選ぶと、カルテが出ます。</Trans>
          </p>
        </div>
      }
      middle={<Middle call={call} patientId={null} nowMs={nowMs} />}
    />
  );
}

function CallOfPatient({ call, patientId }: { readonly call: Call; readonly patientId: string }) {
  const { queries, watch } = useConsole();
  const nowMs = useHubNow();
  const chart = useChart(patientId);
  const known = chart.chart.data !== undefined;
  useEffect(() => {
    if (!known) return;
    watch(patientId);
    return () => watch(null);
  }, [watch, patientId, known]);
  const clinics = useQuery(queries.clinics);
  const status = clinics.data?.clinics.find(({ clinic }) => clinic.clinicId === call.clinicId);
  return (
    <Page
      nowMs={nowMs}
      banner={
        chart.chart.data === undefined ? (
          <div className={styles.noBanner}>
            {chart.chart.isError ? (
              <ErrorNote error={chart.chart.error} onRetry={chart.chart.refetch} />
            ) : (
              <Reading />
            )}
          </div>
        ) : (
          <PatientBanner chart={chart.chart.data} conflicts={chart.conflicts} nowMs={nowMs} />
        )
      }
      chart={<ChartColumn patientId={patientId} chart={chart} nowMs={nowMs} />}
      middle={<Middle call={call} patientId={patientId} status={status} nowMs={nowMs} />}
      acting={
        chart.chart.data === undefined ? undefined : (
          <ActingColumn call={call} patientId={patientId} chart={chart.chart.data} nowMs={nowMs} />
        )
      }
    />
  );
}

function Middle({
  call,
  patientId,
  status,
  nowMs,
}: {
  readonly call: Call;
  readonly patientId: string | null;
  readonly status?: Parameters<typeof EndedCall>[0]['status'];
  readonly nowMs: number;
}) {
  const { practitionerId } = useDoctor();
  if (call.state === 'ended') return <EndedCall call={call} status={status} />;
  if (ringsAt(call, practitionerId)) return <CalledHere call={call} nowMs={nowMs} />;
  // Only one's own: who looks at another's opens neither a camera nor a room.
  if (call.doctor?.practitionerId !== practitionerId) return <AnothersCall call={call} nowMs={nowMs} />;
  return <OpenCall key={call.callId} call={call} patientId={patientId} nowMs={nowMs} />;
}

/** From ringing to the end, with everything ready when the other side answers. */
function OpenCall({
  call,
  patientId,
  nowMs,
}: {
  readonly call: Call;
  readonly patientId: string | null;
  readonly nowMs: number;
}) {
  const { inUse, trace } = useCallRoom(call, patientId);
  return call.state === 'ringing' ? (
    <RingingCall call={call} camera={inUse.local.get('face-camera')} nowMs={nowMs} />
  ) : (
    <InCall call={call} inUse={inUse} trace={trace} patientId={patientId} nowMs={nowMs} />
  );
}

const SIDES = ['chart', 'acting'] as const;
type Side = (typeof SIDES)[number];

/** Three columns; where the window is narrow, chart and acting share one, and one chooses. */
function Page({
  banner,
  chart,
  middle,
  acting,
  nowMs,
}: {
  readonly banner: ReactNode;
  readonly chart?: ReactNode;
  readonly middle: ReactNode;
  readonly acting?: ReactNode;
  readonly nowMs: number;
}) {
  const { t } = useLingui();
  const [side, setSide] = useState<Side>('acting');
  return (
    <div className={styles.page} data-side={side}>
      <header className={styles.top}>
        {banner}
        <LanguageToggle />
      </header>
      <LostBand nowMs={nowMs} />
      <AlertBands nowMs={nowMs} />
      <main className={styles.columns}>
        {chart === undefined ? null : (
          <>
            <ToggleButtonGroup
              className={styles.sides ?? ''}
              aria-label={t`右の欄`}
              selectionMode="single"
              disallowEmptySelection
              selectedKeys={[side]}
              onSelectionChange={keys => setSide(SIDES.find(each => keys.has(each)) ?? side)}
            >
              <ToggleButton id="acting">
                <Trans>記録と決定</Trans>
              </ToggleButton>
              <ToggleButton id="chart">
                <Trans>カルテ</Trans>
              </ToggleButton>
            </ToggleButtonGroup>
            <div className={styles.chart}>{chart}</div>
          </>
        )}
        <section className={styles.middle} data-theme="night" aria-label={t`通話`}>
          {middle}
        </section>
        <div className={styles.acting}>{acting}</div>
      </main>
    </div>
  );
}
