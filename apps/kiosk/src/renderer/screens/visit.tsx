import { Trans } from '@lingui/react/macro';
import { readPatient } from '@shimabashi/clinical';
import { type Parameter, PARAMETERS, type Visit } from '@shimabashi/contracts';
import { BridgeMark, Button, VitalRow, vitalStateOf } from '@shimabashi/ui';
import { useState } from 'react';
import { Band } from '../parts/band.tsx';
import { Ecg } from '../parts/ecg.tsx';
import { PatientBanner } from '../parts/patient-banner.tsx';
import { Pleth } from '../parts/pleth.tsx';
import { Problem } from '../parts/problem.tsx';
import { Rail } from '../parts/rail.tsx';
import { SaveButton } from '../parts/save-button.tsx';
import { SavedList } from '../parts/saved-list.tsx';
import {
  allergyKnowledge,
  previousValue,
  type SavedLine,
  savedLines,
  savedSampleIds,
  visitEnd,
} from '../state/chart.ts';
import { type KioskSnapshot } from '../state/kiosk-model.ts';
import { chartRecords, isContested } from '../state/records.ts';
import { useKiosk, useRow, useSnapshot } from '../state/use-kiosk.ts';
import { type Time, useTime } from '../state/use-time.ts';
import { shownVital, vitalPlaces } from '../state/vitals.ts';
import { HandEntry } from './hand-entry.tsx';
import { Records } from './records.tsx';
import { Reading } from './starting.tsx';
import { VisitEnded } from './visit-ended.tsx';
import styles from './visit.module.css';

const OBSERVATIONS_MAX = 100;
/** More rows than this are drawn smaller, so that what can be pressed below them stays on the screen. */
const ROWS_AT_FULL_SIZE = 4;
/** And from here on close together: a bedside monitor has eight. */
const ROWS_APART = 6;
/** Always there, since the oximeter is; others appear when a device sends them. */
const ALWAYS_SHOWN: readonly Parameter[] = ['SpO2', 'pulse-rate'];

/** One patient: who it is, what arrives now, what is saved and where it is. */
export function VisitScreen({ visit }: { readonly visit: Visit }) {
  const time = useTime();
  const snapshot = useSnapshot();
  const { chart, observations, entries, conflicts } = useVisitChart(visit.patientId);
  const lines = observations.body === undefined ? undefined : savedLines(observations.body.entries);
  const parameters = shownParameters(snapshot);
  const { pause, pausing } = usePause();
  const [page, setPage] = useState<'measure' | 'by-hand' | 'records'>('measure');
  const resources = chart.body?.resources ?? [];
  const end = visitEnd(resources, visit.encounterId);
  return (
    <>
      <PatientBanner
        patient={chart.body === undefined ? undefined : readPatient(chart.body.patient.resource)}
        allergies={chart.body === undefined ? undefined : allergyKnowledge(resources)}
        conflicting={conflicts > 0}
        nowMs={time.nowMs}
      />
      <Band nowMs={time.nowMs} kinds={['door', 'store', 'devices']} />
      {end !== undefined ? (
        <VisitEnded end={end} onLeave={pause} leaving={pausing} />
      ) : page === 'by-hand' ? (
        <HandEntry visit={visit} lines={lines ?? []} onDone={() => setPage('measure')} />
      ) : page === 'records' ? (
        <Records visit={visit} entries={entries} nowMs={time.nowMs} onDone={() => setPage('measure')} />
      ) : (
        <div className={styles.columns}>
          <Rail
            openedAtMs={visit.openedAtMs}
            savedCount={lines?.filter(line => line.facts?.encounterId === visit.encounterId).length ?? 0}
            onPause={pause}
            pausing={pausing}
          />
          <Board
            parameters={parameters}
            lines={lines ?? []}
            visit={visit}
            time={time}
            conflicts={conflicts}
            onPage={setPage}
          />
          <aside className={styles.right} aria-labelledby="chart-title">
            <div className={styles.head}>
              <h2 id="chart-title">
                <Trans>カルテの値</Trans>
              </h2>
              <span>
                <Trans>新しい順</Trans>
              </span>
            </div>
            {chart.error === undefined ? null : <Problem error={chart.error} />}
            {observations.error === undefined ? null : <Problem error={observations.error} />}
            {lines === undefined ? (
              <div className={styles.fill}>
                <Reading />
              </div>
            ) : (
              <SavedList lines={lines} nowMs={time.nowMs} />
            )}
            <SaveButton
              encounterId={visit.encounterId}
              parameters={parameters}
              savedIds={savedSampleIds(observations.body?.entries ?? [])}
              time={time}
            />
          </aside>
        </div>
      )}
    </>
  );
}

/** The chart of this patient as it is here, and how many of its records wait for a decision. */
function useVisitChart(patientId: string) {
  const chart = useRow('patients.get', { patientId });
  const observations = useRow('observations.list', { patientId, limit: OBSERVATIONS_MAX });
  const entries = [
    ...(chart.body === undefined ? [] : [chart.body.patient, ...chart.body.resources]),
    ...(observations.body?.entries ?? []),
  ];
  return { chart, observations, entries, conflicts: chartRecords(entries).filter(isContested).length };
}

function Board({
  parameters,
  lines,
  visit,
  time,
  conflicts,
  onPage,
}: {
  readonly parameters: readonly Parameter[];
  readonly lines: readonly SavedLine[];
  readonly visit: Visit;
  readonly time: Time;
  readonly conflicts: number;
  readonly onPage: (page: 'by-hand' | 'records') => void;
}) {
  const snapshot = useSnapshot();
  const { model } = useKiosk();
  const isPresent = (parameter: Parameter) => {
    const { state } = vitalStateOf({ ...shownVital(snapshot, parameter, time), nowMs: time.nowMs });
    return state === 'live' || state === 'poor';
  };
  // A monitor that has an ECG tells a rate with it, of the heart or of the pulse.
  const hasEcg = model.waveforms.ecg.end > 0 && (isPresent('heart-rate') || isPresent('pulse-rate'));
  const places = vitalPlaces(snapshot, parameters, time);
  return (
    <main className={styles.board} data-crowded={crowding(places.length)}>
      <div className={styles.head}>
        <h2>
          <Trans>測定</Trans>
        </h2>
        <span>
          <Trans>指につけると、自動で出ます</Trans>
        </span>
        <em>
          <Trans>前回</Trans>
        </em>
      </div>
      <div className={styles.waves}>
        {hasEcg ? <Ecg /> : null}
        <Pleth running={isPresent('SpO2')} />
      </div>
      {places.map(({ parameter, isBeside }) => {
        const shown = shownVital(snapshot, parameter, time, isBeside);
        const { reading, lastValue, goneSinceMs, deviceName } = shown;
        return (
          <VitalRow
            key={`${parameter} ${isBeside}`}
            parameter={parameter}
            reading={reading}
            lastValue={lastValue}
            goneSinceMs={goneSinceMs}
            source={deviceName}
            previous={previousValue(lines, parameter, visit.openedAtMs)}
            nowMs={time.nowMs}
          />
        );
      })}
      <div className={styles.others}>
        <Button kind="outline" className={styles.other} onPress={() => onPage('records')}>
          {conflicts === 0 ? (
            <Trans>記録と履歴</Trans>
          ) : (
            <BridgeMark state="conflict">
              <Trans>記録と履歴・2つの版 {conflicts}件</Trans>
            </BridgeMark>
          )}
        </Button>
        <Button kind="outline" className={styles.other} onPress={() => onPage('by-hand')}>
          <Trans>手で入れる</Trans>
        </Button>
      </div>
    </main>
  );
}

function crowding(rows: number): 'no' | 'some' | 'very' {
  if (rows <= ROWS_AT_FULL_SIZE) return 'no';
  return rows <= ROWS_APART ? 'some' : 'very';
}

function shownParameters(snapshot: KioskSnapshot): Parameter[] {
  return (Object.keys(PARAMETERS) as Parameter[]).filter(
    parameter => ALWAYS_SHOWN.includes(parameter) || snapshot.vitals.has(parameter),
  );
}

function usePause() {
  const { api, model } = useKiosk();
  const [pausing, setPausing] = useState(false);
  const pause = () => {
    setPausing(true);
    void api['visits.pause']({}).then(result => {
      setPausing(false);
      if (result.ok) model.take({ event: 'visit', visit: null });
      else if (result.error.code === 'DOOR_CLOSED') model.doorClosed();
    });
  };
  return { pause, pausing };
}
