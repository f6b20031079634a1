import { Trans, useLingui } from '@lingui/react/macro';
import { type Alert } from '@shimabashi/contracts';
import { AlarmMark, Digits, formatClock, formatMoment, localeOf } from '@shimabashi/ui';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useEffect, useSyncExternalStore } from 'react';
import { useConsole } from '../../console.ts';
import { ErrorNote, Reading } from '../../parts/notes.tsx';
import { useHubNow } from '../../use-now.ts';
import { useDoctor } from '../session/session-gate.tsx';
import { AlertActions } from './alert-actions.tsx';
import { AlertBands } from './alert-bands.tsx';
import { AlertFooter } from './alert-footer.tsx';
import { AlertWho } from './alert-who.tsx';
import { holdAlert } from './alert-queries.ts';
import styles from './alert-screen.module.css';
import { isWaiting } from './alert-state.ts';
import { AlertSteps } from './alert-steps.tsx';
import { AlertTrend } from './alert-trend.tsx';
import { AlertVitals } from './alert-vitals.tsx';
import { ConditionWords, elapsedWords, PriorityWords, staffName } from './alert-words.tsx';

/** One alert, for whoever is woken by it: who, where, what, since when; and one large button. */
export function AlertScreen({ alertId }: { readonly alertId: string }) {
  const { alerts } = useConsole();
  const nowMs = useHubNow(500);
  const query = useQuery(alerts.one(alertId));
  return (
    <div className={styles.page} data-face="ipad" data-theme="night">
      <AlertBands nowMs={nowMs} except={alertId} />
      {query.data === undefined ? (
        <main className={styles.before}>
          {query.isError ? <ErrorNote error={query.error} onRetry={query.refetch} /> : <Reading />}
          <Link to="/">
            <Trans>患者の列へ</Trans>
          </Link>
        </main>
      ) : (
        <AlertPage alert={query.data} nowMs={nowMs} />
      )}
    </div>
  );
}

function AlertPage({ alert, nowMs }: { readonly alert: Alert; readonly nowMs: number }) {
  const { watch, queries } = useConsole();
  const { practitionerId } = useDoctor();
  const { patientId } = alert;
  useSeen(alert);
  const patients = useQuery(queries.patients);
  // Only of a patient whom the hub has shown: asking for another's numbers ends the socket.
  const known = patientId !== null && patients.data?.some(({ patient }) => patient.id === patientId) === true;
  useEffect(() => {
    if (!known) return undefined;
    watch(patientId);
    return () => watch(null);
  }, [watch, patientId, known]);
  return (
    <main className={styles.grid}>
      <AlertHeader alert={alert} nowMs={nowMs} />
      <AlertWho alert={alert} nowMs={nowMs} />
      <AlertVitals alert={alert} nowMs={nowMs} />
      <AlertTrend alert={alert} nowMs={nowMs} />
      <AlertActions alert={alert} nowMs={nowMs} />
      <AlertSteps alert={alert} ownId={practitionerId} nowMs={nowMs} />
      <AlertFooter alert={alert} nowMs={nowMs} />
    </main>
  );
}

/** Says once that this person has it before them: only while the page can be seen. */
function useSeen(alert: Alert): void {
  const { api, queryClient, alerts } = useConsole();
  const { practitionerId } = useDoctor();
  const { alertId, state } = alert;
  const seen = alert.steps.some(
    step => step.staff.practitionerId === practitionerId && step.seenAtMs !== null,
  );
  useEffect(() => {
    if (seen || state === 'resolved') return undefined;
    const tell = () => {
      if (document.visibilityState !== 'visible') return;
      api('alerts.seen', { alertId }).then(
        answer => holdAlert(queryClient, alerts, answer.alert),
        () => undefined, // The next look says it again.
      );
    };
    tell();
    document.addEventListener('visibilitychange', tell);
    return () => document.removeEventListener('visibilitychange', tell);
  }, [api, queryClient, alerts, alertId, seen, state]);
}

function AlertHeader({ alert, nowMs }: { readonly alert: Alert; readonly nowMs: number }) {
  const { i18n } = useLingui();
  const waiting = isWaiting(alert);
  const from = formatMoment(alert.raisedAtMs, nowMs, localeOf(i18n));
  const lastedMs = (alert.endedAtMs ?? nowMs) - alert.raisedAtMs;
  return (
    <header className={styles.header} data-priority={waiting ? alert.priority : undefined}>
      {waiting ? <AlarmMark priority={alert.priority} flashing /> : null}
      <div>
        <h1>
          <PriorityWords priority={alert.priority} />
        </h1>
        <span>
          <ConditionWords alert={alert} />
        </span>
      </div>
      <p>
        <b>
          <Digits>{elapsedWords(i18n, lastedMs)}</Digits>
        </b>
        <span>
          <Trans>{from} から</Trans>
          <EndWords alert={alert} />
        </span>
      </p>
      <StateLine alert={alert} nowMs={nowMs} />
    </header>
  );
}

function EndWords({ alert }: { readonly alert: Alert }) {
  if (alert.endedAtMs === null) return null;
  const end = formatClock(alert.endedAtMs);
  return (
    <>
      ・<Trans>{end} に値は戻りました</Trans>
    </>
  );
}

/** What everybody has to know of the state, in one line under the header; nothing while it is open. */
function StateLine({ alert, nowMs }: { readonly alert: Alert; readonly nowMs: number }) {
  const lines = useStateLines(alert, nowMs);
  if (lines.length === 0) return null;
  return (
    <output className={styles.states}>
      {lines.map(({ key, words }) => (
        <span key={key} data-line={key}>
          {words}
        </span>
      ))}
    </output>
  );
}

function useStateLines(alert: Alert, nowMs: number): { readonly key: string; readonly words: ReactNode }[] {
  const { i18n } = useLingui();
  const { live } = useConsole();
  const { link } = useSyncExternalStore(live.subscribe, live.getSnapshot);
  const locale = localeOf(i18n);
  const at = (atMs: number): string => formatMoment(atMs, nowMs, locale);
  const lines: { readonly key: string; readonly words: ReactNode }[] = [];
  if (link.link === 'lost') {
    const since = at(link.sinceMs);
    lines.push({
      key: 'hub-lost',
      words: <Trans>通信できません。この画面は {since} までの内容です。診療所に電話してください。</Trans>,
    });
  }
  if (alert.lineLostSinceMs !== null) {
    const since = at(alert.lineLostSinceMs);
    lines.push({
      key: 'line-lost',
      words: <Trans>島との回線が {since} から切れています。いまの様子は電話で確かめてください。</Trans>,
    });
  }
  if (alert.signalLostAtMs !== null && alert.state !== 'resolved') {
    const since = at(alert.signalLostAtMs);
    lines.push({
      key: 'signal-lost',
      words: <Trans>{since} から測れていません。戻ったかどうかは分かりません。</Trans>,
    });
  }
  if (alert.state === 'unconfirmed') {
    lines.push({ key: 'unconfirmed', words: <Trans>まだだれも確認していません</Trans> });
  }
  if (alert.accepted !== null) {
    const name = staffName(i18n, alert.accepted.by);
    const when = at(alert.accepted.atMs);
    lines.push({
      key: 'accepted',
      words: (
        <Trans>
          {name} が {when} に受けました
        </Trans>
      ),
    });
  }
  if (alert.state === 'resolved') {
    lines.push({ key: 'resolved', words: <Trans>この警報は終わりました</Trans> });
  }
  return lines;
}
