import { Trans, useLingui } from '@lingui/react/macro';
import { type LocalTrack } from '@shimabashi/call';
import { type Call, type ClinicStatus, RING_FOR_MS } from '@shimabashi/contracts';
import { Button, Icon } from '@shimabashi/ui';
import { Link } from '@tanstack/react-router';
import { ErrorNote } from '../../parts/notes.tsx';
import { CallButton } from './call-button.tsx';
import { EndWords, staffName } from './call-words.tsx';
import styles from './call.module.css';
import { secondsSince } from './calls.ts';
import { ClinicName, Telephones } from './clinic-name.tsx';
import { OwnPicture } from './pictures.tsx';
import { useCallActions } from './use-calls.ts';

function Island({ call }: { readonly call: Call }) {
  return (
    <>
      <Icon name="phone" />
      <h2>
        <ClinicName clinicId={call.clinicId} /> {call.kioskName}
      </h2>
    </>
  );
}

/** It rings on the island: how long, how much longer, and a way to give up. */
export function RingingCall({
  call,
  camera,
  nowMs,
}: {
  readonly call: Call;
  /** One's own. */
  readonly camera: LocalTrack | undefined;
  readonly nowMs: number;
}) {
  const { end } = useCallActions();
  const seconds = secondsSince(call.ringingAtMs, nowMs);
  const limitSeconds = RING_FOR_MS / 1_000;
  return (
    <div className={styles.notice} data-call-state="ringing">
      <Island call={call} />
      <p className={styles.big}>
        <Trans>呼んでいます {seconds}秒</Trans>
      </p>
      <p>
        <Trans>{limitSeconds}秒で出なければ、お知らせします</Trans>
      </p>
      <Button kind="outline" working={end.isPending} onPress={() => end.mutate(call.callId)}>
        {end.isPending ? <Trans>やめています</Trans> : <Trans>呼ぶのをやめる</Trans>}
      </Button>
      {end.isError ? <ErrorNote error={end.error} repeats={false} /> : null}
      <OwnPicture local={camera} isHeldBack={false} />
    </div>
  );
}

/** It rings here, on the page that its notification opened: the band above takes it or declines. */
export function CalledHere({ call, nowMs }: { readonly call: Call; readonly nowMs: number }) {
  const seconds = secondsSince(call.ringingAtMs, nowMs);
  return (
    <div className={styles.notice} data-call-state="called">
      <Island call={call} />
      <p className={styles.big}>
        <Trans>島から呼んでいます {seconds}秒</Trans>
      </p>
      <p>
        <Trans>上の帯の「受ける」で話せます</Trans>
      </p>
    </div>
  );
}

/** A call of the island with somebody else, or that this doctor has declined: he reads, and does not enter. */
export function AnothersCall({ call, nowMs }: { readonly call: Call; readonly nowMs: number }) {
  const { i18n } = useLingui();
  const doctor = call.doctor === null ? null : staffName(i18n, call.doctor);
  const seconds = secondsSince(call.connectedAtMs ?? call.ringingAtMs, nowMs);
  return (
    <div className={styles.notice} data-call-state="anothers">
      <Island call={call} />
      <p className={styles.big}>
        {doctor === null ? (
          <Trans>ほかの医師を呼んでいます {seconds}秒</Trans>
        ) : call.state === 'connected' ? (
          <Trans>{doctor} 医師が通話しています</Trans>
        ) : (
          <Trans>
            {doctor} 医師が呼んでいます {seconds}秒
          </Trans>
        )}
      </p>
      <Link to="/" className={styles.away}>
        <Trans>患者の列へ</Trans>
      </Link>
    </div>
  );
}

/** How it ended, whom to telephone, and calling again. Note and decision stay at hand beside it. */
export function EndedCall({
  call,
  status,
}: {
  readonly call: Call;
  readonly status: ClinicStatus | undefined;
}) {
  const reason = call.end?.reason;
  const isClosed = reason === 'closed';
  return (
    <div className={styles.notice} data-call-state="ended" data-call-end={reason}>
      <h2>
        <ClinicName clinicId={call.clinicId} />
      </h2>
      <p className={styles.big}>
        <EndWords call={call} />
      </p>
      {isClosed ? null : (
        <>
          <Telephones clinicId={call.clinicId} />
          {call.patientId === null ? null : (
            <CallButton status={status} patientId={call.patientId} encounterId={call.encounterId} />
          )}
        </>
      )}
      <Link to="/" className={styles.away}>
        <Trans>患者の列へ</Trans>
      </Link>
    </div>
  );
}
