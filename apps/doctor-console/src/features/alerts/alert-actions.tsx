import { Trans, useLingui } from '@lingui/react/macro';
import { type Alert, AppError } from '@shimabashi/contracts';
import { Button, formatMoment, Icon, localeOf } from '@shimabashi/ui';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useConsole } from '../../console.ts';
import { consoleErrorWords } from '../../parts/error-words.ts';
import { useCallActions } from '../call/use-calls.ts';
import { useDoctor } from '../session/session-gate.tsx';
import { holdAlert } from './alert-queries.ts';
import styles from './alert-screen.module.css';
import { isWaiting } from './alert-state.ts';
import { staffName } from './alert-words.tsx';

/** Taking the alert, and reaching the bedside. */
export function AlertActions({ alert, nowMs }: { readonly alert: Alert; readonly nowMs: number }) {
  return (
    <section className={styles.actions}>
      {isWaiting(alert) ? <Accept alert={alert} /> : <Taken alert={alert} nowMs={nowMs} />}
      <CallBedside alert={alert} />
      <Telephones alert={alert} />
      <nav className={styles.ways}>
        {alert.patientId === null ? null : (
          <Link to="/patients/$patientId" params={{ patientId: alert.patientId }}>
            <Trans>カルテ</Trans>
          </Link>
        )}
        <Link to="/">
          <Trans>患者の列へ</Trans>
        </Link>
      </nav>
    </section>
  );
}

function Accept({ alert }: { readonly alert: Alert }) {
  const { i18n } = useLingui();
  const { api, queryClient, alerts, alertSound } = useConsole();
  const { alertId } = alert;
  const accept = useMutation({
    mutationFn: async () => (await api('alerts.accept', { alertId })).alert,
    onSuccess: accepted => {
      holdAlert(queryClient, alerts, accepted);
      alertSound.play(undefined);
    },
    // Somebody else was first: the page says who.
    onError: () => void queryClient.invalidateQueries({ queryKey: alerts.one(alertId).queryKey }),
  });
  const refusal =
    accept.error instanceof AppError && accept.error.code === 'CONFLICT'
      ? null
      : accept.isError
        ? consoleErrorWords(i18n, accept.error, { repeats: false })
        : null;
  return (
    <div className={styles.accept}>
      <Button kind="primary" wide working={accept.isPending} onPress={() => accept.mutate()}>
        <Icon name="check" />
        <span>
          <b>{accept.isPending ? <Trans>受けています</Trans> : <Trans>受ける</Trans>}</b>
          <Trans>ほかの人への呼び出しが止まります</Trans>
        </span>
      </Button>
      {refusal === null ? null : (
        <p role="alert">
          <b>{refusal.what}</b> {refusal.toDo}
        </p>
      )}
    </div>
  );
}

function Taken({ alert, nowMs }: { readonly alert: Alert; readonly nowMs: number }) {
  const { i18n } = useLingui();
  const { practitionerId } = useDoctor();
  const { accepted } = alert;
  if (accepted === null) {
    return (
      <p className={styles.taken}>
        <b>
          <Trans>終わりました</Trans>
        </b>
        <Trans>値が戻り、島で確認されました</Trans>
      </p>
    );
  }
  const at = formatMoment(accepted.atMs, nowMs, localeOf(i18n));
  const name = staffName(i18n, accepted.by);
  return (
    <p className={styles.taken} data-own={accepted.by.practitionerId === practitionerId || undefined}>
      <Icon name="check" />
      <span>
        <b>
          {accepted.by.practitionerId === practitionerId ? (
            <Trans>あなたが受けました</Trans>
          ) : (
            <Trans>{name} が受けました</Trans>
          )}
        </b>
        <Trans>{at}・島の画面にも出ています</Trans>
      </span>
    </p>
  );
}

function CallBedside({ alert }: { readonly alert: Alert }) {
  const { t, i18n } = useLingui();
  const { ring } = useCallActions();
  const { kioskDeviceId, patientId, encounterId, lineLostSinceMs } = alert;
  const refusal = ring.isError ? consoleErrorWords(i18n, ring.error, { repeats: false }) : null;
  return (
    <div className={styles.call}>
      <Button
        kind="outline"
        wide
        working={ring.isPending}
        {...(lineLostSinceMs === null ? {} : { lockedReason: t`回線が切れています` })}
        onPress={() => ring.mutate({ kioskDeviceId, patientId, encounterId })}
      >
        <Icon name="phone" />
        {ring.isPending ? <Trans>呼んでいます</Trans> : <Trans>枕元につなぐ</Trans>}
      </Button>
      {refusal === null ? null : (
        <p role="alert">
          <b>{refusal.what}</b> {refusal.toDo}
        </p>
      )}
    </div>
  );
}

/** Written out: whatever else fails, a telephone works. */
function Telephones({ alert }: { readonly alert: Alert }) {
  const { i18n } = useLingui();
  const { queries } = useConsole();
  const clinics = useQuery(queries.clinics);
  const clinic = clinics.data?.clinics.find(each => each.clinic.clinicId === alert.clinicId)?.clinic;
  const [first] = clinic?.telephones ?? [];
  if (first === undefined) return null;
  return (
    <p className={styles.telephone}>
      {localeOf(i18n) === 'ja' ? first.label : first.labelLatin} <b>{first.number}</b>
    </p>
  );
}
