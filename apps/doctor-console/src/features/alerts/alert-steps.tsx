import { Trans, useLingui } from '@lingui/react/macro';
import { type Alert, type AlertStep, type StaffMember } from '@shimabashi/contracts';
import { Digits } from '@shimabashi/ui';
import { type ReactNode } from 'react';
import { isWaiting } from './alert-state.ts';
import { clockWithSeconds, elapsedWords, staffName } from './alert-words.tsx';
import styles from './alert-screen.module.css';

/** Who knew, and when; and whose turn comes next. Times to the second: minutes are long at 2:10. */
export function AlertSteps({
  alert,
  ownId,
  nowMs,
}: {
  readonly alert: Alert;
  readonly ownId: string;
  readonly nowMs: number;
}) {
  const { i18n } = useLingui();
  const { acknowledgedAtKiosk } = alert;
  const steps = alert.steps
    .filter(step => step.state !== 'to-come' || isWaiting(alert))
    .toSorted((one, other) => one.atMs - other.atMs);
  return (
    <section className={styles.steps}>
      <h2>
        <Trans>だれが、いつ知ったか</Trans>
      </h2>
      <ol>
        <Line kind="done" atMs={alert.raisedAtMs} what={<Trans>枕元で鳴りました</Trans>}>
          {alert.kioskName}
        </Line>
        {acknowledgedAtKiosk === null ? null : (
          <Line
            kind="done"
            atMs={acknowledgedAtKiosk.atMs}
            what={<AtBedside staff={acknowledgedAtKiosk.by} />}
          />
        )}
        {steps.map(step => (
          <Line
            key={step.staff.practitionerId}
            kind={kindOf(step, ownId)}
            atMs={step.atMs}
            what={
              step.staff.practitionerId === ownId ? <You staff={step.staff} /> : staffName(i18n, step.staff)
            }
          >
            <StepWords step={step} alert={alert} nowMs={nowMs} />
          </Line>
        ))}
        {alert.state === 'unconfirmed' ? (
          <li data-kind="nobody">
            <i />
            <div>
              <b>
                <Trans>まだだれも確認していません</Trans>
              </b>
              <span>
                <Trans>全員にくり返し知らせています</Trans>
              </span>
            </div>
          </li>
        ) : null}
      </ol>
    </section>
  );
}

function AtBedside({ staff }: { readonly staff: StaffMember }) {
  const { i18n } = useLingui();
  const name = staffName(i18n, staff);
  return <Trans>{name} が枕元で見ました</Trans>;
}

function You({ staff }: { readonly staff: StaffMember }) {
  const { i18n } = useLingui();
  const name = staffName(i18n, staff);
  return <Trans>{name}（あなた）</Trans>;
}

function Line({
  kind,
  atMs,
  what,
  children,
}: {
  readonly kind: string;
  readonly atMs: number;
  readonly what: ReactNode;
  readonly children?: ReactNode;
}) {
  return (
    <li data-kind={kind}>
      <time dateTime={new Date(atMs).toISOString()}>
        <Digits>{clockWithSeconds(atMs)}</Digits>
      </time>
      <i />
      <div>
        <b>{what}</b>
        {children === undefined ? null : <span>{children}</span>}
      </div>
    </li>
  );
}

function kindOf(step: AlertStep, ownId: string): string {
  if (step.state === 'to-come') return 'next';
  if (step.state === 'no-answer' || step.state === 'not-reachable') return 'none';
  return step.staff.practitionerId === ownId ? 'own' : 'done';
}

function StepWords({
  step,
  alert,
  nowMs,
}: {
  readonly step: AlertStep;
  readonly alert: Alert;
  readonly nowMs: number;
}) {
  const { i18n } = useLingui();
  const seen = step.seenAtMs === null ? '' : clockWithSeconds(step.seenAtMs);
  switch (step.state) {
    case 'to-come': {
      const left = elapsedWords(i18n, step.atMs - nowMs);
      return <Trans>あと {left}</Trans>;
    }
    case 'notified':
      return <Trans>知らせました</Trans>;
    case 'delivered':
      return <Trans>届いた・まだ開いていない</Trans>;
    case 'seen':
      return step.deliveredAtMs === null ? (
        <Trans>開いた {seen}</Trans>
      ) : (
        <Trans>届いた・開いた {seen}</Trans>
      );
    case 'accepted': {
      const at = alert.accepted === null ? seen : clockWithSeconds(alert.accepted.atMs);
      return <Trans>受けた {at}</Trans>;
    }
    case 'no-answer':
      return step.deliveredAtMs === null ? (
        <Trans>応答なし</Trans>
      ) : (
        <Trans>応答なし・届いた・開いていない</Trans>
      );
    case 'not-reachable':
      return <Trans>知らせる先がありません</Trans>;
  }
}
