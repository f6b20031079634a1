import { Trans, useLingui } from '@lingui/react/macro';
import { type LocalTrack } from '@shimabashi/call';
import { readPatient } from '@shimabashi/clinical';
import { type Call } from '@shimabashi/contracts';
import { Button, Digits, Icon, Initial, localeOf } from '@shimabashi/ui';
import { useState } from 'react';
import { Header } from '../parts/header.tsx';
import { Problem } from '../parts/problem.tsx';
import { patientName, staffName } from '../state/names.ts';
import { useRow, useSnapshot } from '../state/use-kiosk.ts';
import { useTime } from '../state/use-time.ts';
import { NURSE_REASONS } from './call-words.ts';
import { OwnPicture } from './own-picture.tsx';
import { type CallActions, useCallActions } from './use-call-actions.ts';
import styles from './incoming.module.css';

/** A doctor rings: the whole screen says who, and asks for an answer. */
export function Incoming({
  call,
  camera,
}: {
  readonly call: Call;
  /** What the doctor will see. Undefined until the room is known. */
  readonly camera: LocalTrack | undefined;
}) {
  const { nowMs } = useTime();
  const { i18n, t } = useLingui();
  const { nurse } = useSnapshot();
  const actions = useCallActions();
  const [declining, setDeclining] = useState(false);
  const seconds = String(Math.max(0, Math.floor((nowMs - call.ringingAtMs) / 1_000)));
  const doctor = call.doctor === null ? '' : staffName(call.doctor, localeOf(i18n));
  return (
    <>
      <Header nowMs={nowMs} />
      <main className={styles.incoming} data-call="incoming">
        <div className={styles.who}>
          <Initial name={doctor} />
          <div>
            <p>
              <Trans>先生が呼んでいます</Trans>{' '}
              <span>
                <Trans>
                  <Digits>{seconds}</Digits>秒
                </Trans>
              </span>
            </p>
            <h1>
              <Trans>{doctor} 医師</Trans>
            </h1>
            {nurse && call.patientId !== null ? <About patientId={call.patientId} /> : null}
          </div>
          <OwnPicture local={camera} label={t`こちら`} seen="not-yet" className={styles.own} />
        </div>
        {actions.error === null ? null : <Problem error={actions.error} />}
        {declining ? (
          <Reasons callId={call.callId} actions={actions} onBack={() => setDeclining(false)} />
        ) : (
          <div className={styles.answers}>
            <Button
              kind="primary"
              className={styles.accept}
              working={actions.working}
              onPress={() => actions.accept(call.callId)}
            >
              <Icon name="phone" />
              {actions.working ? <Trans>つないでいます</Trans> : <Trans>出る</Trans>}
            </Button>
            <Button kind="outline" className={styles.decline} onPress={() => setDeclining(true)}>
              <Trans>出られません</Trans>
            </Button>
          </div>
        )}
      </main>
    </>
  );
}

/** Whom the doctor wants to see. Only for a nurse: a name is not for whoever passes by. */
function About({ patientId }: { readonly patientId: string }) {
  const { i18n } = useLingui();
  const chart = useRow('patients.get', { patientId });
  if (chart.body === undefined) return null;
  const { main, beside } = patientName(readPatient(chart.body.patient.resource), localeOf(i18n));
  return (
    <p className={styles.about}>
      <Trans>
        {main}（{beside}）さんのことで
      </Trans>
    </p>
  );
}

function Reasons({
  callId,
  actions,
  onBack,
}: {
  readonly callId: string;
  readonly actions: CallActions;
  readonly onBack: () => void;
}) {
  const { i18n } = useLingui();
  return (
    <section className={styles.reasons} aria-labelledby="decline-title">
      <h2 id="decline-title">
        <Trans>先生に伝えること</Trans>
      </h2>
      <div>
        {NURSE_REASONS.map(({ reason, words }) => (
          <Button
            key={reason}
            kind="outline"
            wide
            className={styles.reason}
            working={actions.working}
            onPress={() => actions.decline(callId, reason)}
          >
            {i18n._(words)}
          </Button>
        ))}
      </div>
      <Button kind="quiet" onPress={onBack}>
        <Icon name="back" />
        <Trans>もどる</Trans>
      </Button>
    </section>
  );
}
