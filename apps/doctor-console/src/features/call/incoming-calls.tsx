import { Trans, useLingui } from '@lingui/react/macro';
import { useRingTone } from '@shimabashi/call/react';
import { type Call, type DeclineReason } from '@shimabashi/contracts';
import { Button, Icon } from '@shimabashi/ui';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useConsole } from '../../console.ts';
import { ErrorNote } from '../../parts/notes.tsx';
import { PatientName } from '../../parts/patient-words.tsx';
import { useHubNow } from '../../use-now.ts';
import { readQueueRow } from '../queue/queue-rows.ts';
import { declineWords, staffName } from './call-words.tsx';
import styles from './call.module.css';
import { secondsSince } from './calls.ts';
import { ClinicName } from './clinic-name.tsx';
import { useCallActions, useCalls } from './use-calls.ts';

/** Why a doctor does not take a call now. */
const REASONS: readonly DeclineReason[] = ['with-a-patient', 'not-now', 'by-telephone'];

/** Whoever rings at this doctor, across the top of every page, with sound. */
export function IncomingCalls() {
  const { incoming } = useCalls();
  const { sound, unlock } = useRingTone(incoming.length > 0);
  if (incoming.length === 0) return null;
  return (
    <div className={styles.incoming} role="alert">
      {incoming.map(call => (
        <IncomingCall key={call.callId} call={call} />
      ))}
      {sound === 'locked' ? (
        <p className={styles.locked}>
          <Trans>このブラウザは、まだ音を出せません。</Trans>
          <Button kind="outline" onPress={unlock}>
            <Trans>音を出す</Trans>
          </Button>
        </p>
      ) : null}
    </div>
  );
}

function IncomingCall({ call }: { readonly call: Call }) {
  const { i18n } = useLingui();
  const nowMs = useHubNow();
  const { accept, decline } = useCallActions();
  const [isDeclining, setDeclining] = useState(false);
  const seconds = secondsSince(call.ringingAtMs, nowMs);
  const nurse = call.nurse === null ? null : staffName(i18n, call.nurse);
  return (
    <section className={styles.ringing} data-incoming-call={call.callId}>
      <div>
        <Icon name="phone" />
        <p>
          <b>
            <ClinicName clinicId={call.clinicId} />
          </b>{' '}
          {nurse === null ? call.kioskName : <Trans>{nurse} 看護師</Trans>}
          {call.patientId === null ? null : (
            <>
              ・<CalledPatient patientId={call.patientId} />
            </>
          )}
        </p>
        <span>
          <Trans>呼んでいます {seconds}秒</Trans>
        </span>
      </div>
      <div className={styles.answers}>
        {isDeclining ? (
          REASONS.map(because => (
            <Button
              key={because}
              kind="outline"
              onPress={() => decline.mutate({ callId: call.callId, because })}
            >
              {declineWords(i18n, because)}
            </Button>
          ))
        ) : (
          <Button kind="outline" onPress={() => setDeclining(true)}>
            <Trans>出られません</Trans>
          </Button>
        )}
        <Button kind="primary" working={accept.isPending} onPress={() => accept.mutate(call.callId)}>
          {accept.isPending ? <Trans>つないでいます</Trans> : <Trans>受ける</Trans>}
        </Button>
      </div>
      {accept.isError ? <ErrorNote error={accept.error} repeats={false} /> : null}
      {decline.isError ? <ErrorNote error={decline.error} repeats={false} /> : null}
    </section>
  );
}

function CalledPatient({ patientId }: { readonly patientId: string }) {
  const { queries } = useConsole();
  const { data } = useQuery(queries.patients);
  const line = data?.find(({ patient }) => patient.id === patientId);
  return line === undefined ? null : <PatientName facts={readQueueRow(line).facts} />;
}
