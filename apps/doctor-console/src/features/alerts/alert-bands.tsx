import { Trans, useLingui } from '@lingui/react/macro';
import { readPatient } from '@shimabashi/clinical';
import { type Alert } from '@shimabashi/contracts';
import { AlarmMark, Button, formatMoment, formatReading, localeOf, ParameterName } from '@shimabashi/ui';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useSyncExternalStore } from 'react';
import { useConsole } from '../../console.ts';
import { PatientName } from '../../parts/patient-words.tsx';
import { readOrNull } from '../queue/queue-rows.ts';
import { alertsToShow, isWaiting } from './alert-state.ts';
import { elapsedWords, PriorityWords, staffName } from './alert-words.tsx';
import styles from './alert-bands.module.css';

/** More would push the page away; the others are counted, and each has its turn. */
const BANDS_MAX = 3;

/** The alerts across the top of every page, what nobody has first. */
export function AlertBands({ nowMs, except }: { readonly nowMs: number; readonly except?: string }) {
  const { t } = useLingui();
  const { alerts } = useConsole();
  const { data } = useQuery(alerts.list);
  const shown = alertsToShow(data?.alerts ?? []).filter(({ alertId }) => alertId !== except);
  const more = shown.length - BANDS_MAX;
  return (
    <aside aria-label={t`警報`} aria-live="assertive" className={styles.bands}>
      <SoundBand />
      {shown.slice(0, BANDS_MAX).map(alert => (
        <AlertBand key={alert.alertId} alert={alert} nowMs={nowMs} />
      ))}
      {more <= 0 ? null : (
        <p className={styles.more}>
          <Trans>ほかの警報 {more}件</Trans>
        </p>
      )}
    </aside>
  );
}

/** A browser that has not been touched cannot sound: said at once, and one touch is enough. */
function SoundBand() {
  const { alertSound } = useConsole();
  const state = useSyncExternalStore(alertSound.subscribe, alertSound.getSnapshot);
  if (state !== 'locked' && state !== 'none') return null;
  return (
    <div className={styles.sound}>
      <p>
        <b>
          <Trans>警報の音が出ていません</Trans>
        </b>
        {state === 'locked' ? (
          <Trans>画面に一度さわると音が出ます</Trans>
        ) : (
          <Trans>このブラウザは音を出せません。画面を見ていてください</Trans>
        )}
      </p>
      {state === 'locked' ? (
        <Button kind="outline" onPress={() => alertSound.unlock()}>
          <Trans>音を出す</Trans>
        </Button>
      ) : null}
    </div>
  );
}

function AlertBand({ alert, nowMs }: { readonly alert: Alert; readonly nowMs: number }) {
  const { i18n } = useLingui();
  const waiting = isWaiting(alert);
  const { alertId, parameter, value, priority } = alert;
  return (
    <Link
      to="/alerts/$alertId"
      params={{ alertId }}
      className={styles.band}
      data-priority={waiting ? priority : undefined}
      data-alert={alertId}
    >
      {waiting ? <AlarmMark priority={priority} flashing /> : null}
      <span className={styles.what}>
        <b>
          <PriorityWords priority={priority} />
        </b>
        <span>
          <ParameterName parameter={parameter} /> {formatReading(i18n, parameter, value)}
        </span>
      </span>
      <span className={styles.who}>
        <b>
          <AlertPatient alert={alert} />
        </b>
        <AlertPlace alert={alert} />
      </span>
      <span className={styles.state}>
        <b>{elapsedWords(i18n, (alert.endedAtMs ?? nowMs) - alert.raisedAtMs)}</b>
        <BandState alert={alert} nowMs={nowMs} />
      </span>
      <u>
        <Trans>開く</Trans>
      </u>
    </Link>
  );
}

function BandState({ alert, nowMs }: { readonly alert: Alert; readonly nowMs: number }) {
  const { i18n } = useLingui();
  const locale = localeOf(i18n);
  if (alert.lineLostSinceMs !== null) {
    const since = formatMoment(alert.lineLostSinceMs, nowMs, locale);
    return <Trans>回線が切れています・{since} から</Trans>;
  }
  if (alert.accepted !== null) {
    const name = staffName(i18n, alert.accepted.by);
    const at = formatMoment(alert.accepted.atMs, nowMs, locale);
    return (
      <Trans>
        {name} が受けました {at}
      </Trans>
    );
  }
  if (alert.state === 'unconfirmed') return <Trans>まだだれも確認していません</Trans>;
  return alert.endedAtMs === null ? <Trans>続いています</Trans> : <Trans>値は戻りました・未確認</Trans>;
}

/** Whose alarm it is, if a visit was open. */
export function AlertPatient({ alert }: { readonly alert: Pick<Alert, 'patientId'> }) {
  const { queries } = useConsole();
  const patients = useQuery(queries.patients);
  const line = patients.data?.find(({ patient }) => patient.id === alert.patientId);
  if (alert.patientId === null) return <Trans>患者は選ばれていません</Trans>;
  if (line === undefined) return <>{alert.patientId}</>;
  return <PatientName facts={readOrNull(readPatient, line.patient)} />;
}

/** On which island, at which kiosk. */
export function AlertPlace({ alert }: { readonly alert: Pick<Alert, 'clinicId' | 'kioskName'> }) {
  const { i18n } = useLingui();
  const { queries } = useConsole();
  const clinics = useQuery(queries.clinics);
  const clinic = clinics.data?.clinics.find(each => each.clinic.clinicId === alert.clinicId)?.clinic;
  const name = localeOf(i18n) === 'ja' ? clinic?.name : clinic?.nameLatin;
  return (
    <span>
      {name ?? alert.clinicId}・{alert.kioskName}
    </span>
  );
}
