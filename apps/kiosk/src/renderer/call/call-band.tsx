import { Trans, useLingui } from '@lingui/react/macro';
import { type Call } from '@shimabashi/contracts';
import { Button, Digits, Icon, localeOf } from '@shimabashi/ui';
import { useState } from 'react';
import { Problem } from '../parts/problem.tsx';
import { familyName, staffName } from '../state/names.ts';
import { useSnapshot } from '../state/use-kiosk.ts';
import { declinedWords, endedWords, endsBadly } from './call-words.ts';
import { TelephoneLine } from './telephone-line.tsx';
import { useCallActions } from './use-call-actions.ts';
import styles from './call.module.css';

/** How long the quiet word about a call that is over stands by itself, in milliseconds. */
const SAID_FOR_MS = 12_000;
/** A bad end is old news after this, also when nobody has read it. */
const BAD_NEWS_FOR_MS = 5 * 60_000;

/** Above any page: the call that rings at the doctors, or what became of the last one. */
export function CallBand({ nowMs }: { readonly nowMs: number }) {
  const { call, visit } = useSnapshot();
  const [readCallId, setReadCallId] = useState<string | null>(null);
  if (call === null) return null;
  if (call.state === 'ringing') {
    return call.direction === 'to-doctor' ? <Ringing call={call} nowMs={nowMs} /> : null;
  }
  if (call.state !== 'ended' || readCallId === call.callId) return null;
  // The visit's own page says it, with what was decided.
  if (call.end?.reason === 'closed' && visit?.encounterId === call.encounterId) return null;
  const age = nowMs - (call.endedAtMs ?? 0);
  if (age > (endsBadly(call) ? BAD_NEWS_FOR_MS : SAID_FOR_MS)) return null;
  return <Ended call={call} onRead={() => setReadCallId(call.callId)} />;
}

function Ringing({ call, nowMs }: { readonly call: Call; readonly nowMs: number }) {
  const { i18n } = useLingui();
  const { end, working, error } = useCallActions();
  const seconds = String(Math.max(0, Math.floor((nowMs - call.ringingAtMs) / 1_000)));
  return (
    <section className={styles.band} data-call="ringing" aria-live="polite">
      <div className={styles.bandWords}>
        <b>
          <Icon name="phone" />
          <Trans>先生を呼んでいます</Trans>{' '}
          <span className={styles.seconds}>
            <Trans>
              <Digits>{seconds}</Digits>秒
            </Trans>
          </span>
        </b>
        <ul>
          {call.rung.map(({ staff, declinedBecause }) => (
            <li key={staff.practitionerId}>
              {staffName(staff, localeOf(i18n))}
              {declinedBecause === null ? null : `：${declinedWords(i18n, declinedBecause)}`}
            </li>
          ))}
        </ul>
        {error === null ? null : <Problem error={error} />}
      </div>
      <Button kind="outline" className={styles.bandButton} working={working} onPress={() => end(call.callId)}>
        {working ? <Trans>やめています</Trans> : <Trans>呼ぶのをやめる</Trans>}
      </Button>
    </section>
  );
}

function Ended({ call, onRead }: { readonly call: Call; readonly onRead: () => void }) {
  const { i18n } = useLingui();
  const doctor = call.doctor === null ? '' : familyName(call.doctor, localeOf(i18n));
  const { what, toDo } = endedWords(i18n, call, doctor);
  const bad = endsBadly(call);
  return (
    <section
      className={styles.band}
      data-call="ended"
      data-bad={bad || undefined}
      role={bad ? 'alert' : 'status'}
    >
      <div className={styles.bandWords}>
        <b>{what}</b>
        {toDo === null ? null : <span>{toDo}</span>}
      </div>
      {bad ? <TelephoneLine /> : null}
      <Button kind="outline" className={styles.bandButton} onPress={onRead}>
        <Trans>読みました</Trans>
      </Button>
    </section>
  );
}
