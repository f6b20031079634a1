import { Trans, useLingui } from '@lingui/react/macro';
import { Button, errorWords, formatDuration, localeOf } from '@shimabashi/ui';
import { type ReactNode } from 'react';
import { familyName } from '../state/names.ts';
import { useKiosk } from '../state/use-kiosk.ts';
import { Picture } from './picture.tsx';
import { type CallInUse, remoteTrack } from './call-in-use.ts';
import { TelephoneLine } from './telephone-line.tsx';
import styles from './nurse-view.module.css';

/** The doctor, or one sentence about why there is no picture. */
export function DoctorPicture({
  inCall,
  className,
  children,
}: {
  readonly inCall: CallInUse;
  readonly className?: string | undefined;
  readonly children?: ReactNode;
}) {
  const { t } = useLingui();
  const face = remoteTrack(inCall, 'face-camera');
  const track = face === undefined || face.isPaused ? null : face.track;
  return (
    <Picture
      track={track}
      label={t`先生の映像`}
      missing={track === null || inCall.state.link.link !== 'joined' ? <Why inCall={inCall} /> : null}
      className={className}
    >
      {children}
    </Picture>
  );
}

function Why({ inCall }: { readonly inCall: CallInUse }) {
  const { i18n } = useLingui();
  const { clock } = useKiosk();
  const { state, call, room } = inCall;
  const doctor = call.doctor === null ? '' : familyName(call.doctor, localeOf(i18n));
  const { link } = state;
  if (link.link === 'lost') {
    const lasted = formatDuration(i18n, Math.max(0, clock.nowMs() - link.sinceMs));
    return (
      <>
        <b className={styles.big}>
          <Trans>通信が切れています</Trans>
        </b>
        <p>
          <Trans>{lasted} 前から。自動でつなぎ直しています</Trans>
        </p>
        <TelephoneLine />
      </>
    );
  }
  if (link.link === 'refused') {
    const isElsewhere = link.error.code === 'CONFLICT';
    const { what, toDo } = errorWords(i18n, link.error.code);
    return (
      <>
        <b className={styles.big}>{isElsewhere ? <Trans>別の画面で通話しています</Trans> : what}</b>
        {isElsewhere ? null : <p>{toDo}</p>}
        <Button kind="outline" onPress={() => room.open()}>
          <Trans>この画面でつなぐ</Trans>
        </Button>
      </>
    );
  }
  const isHere = state.participants.some(({ kind }) => kind === 'doctor');
  if (link.link !== 'joined' || state.media !== 'up') {
    return (
      <b className={styles.big}>
        {state.media === 'mending' ? <Trans>つなぎ直しています</Trans> : <Trans>つないでいます</Trans>}
      </b>
    );
  }
  if (!isHere) {
    return (
      <b className={styles.big}>
        <Trans>{doctor}先生を待っています</Trans>
      </b>
    );
  }
  return (
    <>
      <b className={styles.big}>
        <Trans>{doctor}先生の映像はありません</Trans>
      </b>
      <p>
        {remoteTrack(inCall, 'microphone') === undefined ? (
          <Trans>声も、まだ届いていません</Trans>
        ) : (
          <Trans>声は届いています</Trans>
        )}
      </p>
    </>
  );
}
