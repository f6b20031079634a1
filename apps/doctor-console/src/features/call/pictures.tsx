import { Trans, useLingui } from '@lingui/react/macro';
import { type LocalTrack, type RemoteTrack, type RoomSnapshot } from '@shimabashi/call';
import { useVideoTrack } from '@shimabashi/call/react';
import { type Call, type FrontSource } from '@shimabashi/contracts';
import { type ReactNode } from 'react';
import styles from './call.module.css';
import { secondsSince } from './calls.ts';
import { ClinicName } from './clinic-name.tsx';
import { staffName } from './call-words.tsx';

const isPicture = ({ source }: RemoteTrack): boolean => source !== 'microphone';

/** What is in front, else any picture that there is. */
function frontTrack({ tracks, front }: RoomSnapshot): RemoteTrack | undefined {
  return tracks.find(({ source }) => source === front) ?? tracks.find(isPicture);
}

export function FrontPicture({
  call,
  state,
  nowMs,
}: {
  readonly call: Call;
  readonly state: RoomSnapshot;
  readonly nowMs: number;
}) {
  const { t, i18n } = useLingui();
  const front = frontTrack(state);
  const others = state.participants.filter(
    ({ participantId }) => participantId !== state.self?.participantId,
  );
  const names = others.map(({ staff }) => (staff === null ? call.kioskName : staffName(i18n, staff)));
  return (
    <figure className={styles.front} data-source={front?.source}>
      <Video track={front?.track ?? null} label={t`島の映像`} />
      <Trouble call={call} state={state} front={front} isAlone={others.length === 0} nowMs={nowMs} />
      <figcaption>
        <b>
          {front === undefined ? (
            <ClinicName clinicId={call.clinicId} />
          ) : (
            <SourceName source={front.source} />
          )}
        </b>
        {names.length === 0 ? null : (
          <span>
            <Trans>いる人</Trans> {names.join('・')}
          </span>
        )}
      </figcaption>
    </figure>
  );
}

/** Why there is no picture, or not the one now, since when, and what happens about it. */
function Trouble({
  call,
  state,
  front,
  isAlone,
  nowMs,
}: {
  readonly call: Call;
  readonly state: RoomSnapshot;
  readonly front: RemoteTrack | undefined;
  readonly isAlone: boolean;
  readonly nowMs: number;
}) {
  const words = (): ReactNode => {
    if (state.link.link === 'lost') {
      const seconds = secondsSince(state.link.sinceMs, nowMs);
      return <Trans>通話がとぎれました。つなぎ直しています {seconds}秒</Trans>;
    }
    if (state.link.link === 'joining' || state.media === 'joining') {
      return <Trans>つないでいます {secondsSince(call.connectedAtMs ?? nowMs, nowMs)}秒</Trans>;
    }
    if (state.media === 'mending') return <Trans>映像と声をつなぎ直しています</Trans>;
    if (isAlone) return <Trans>島の画面がまだ入っていません。待っています</Trans>;
    if (front === undefined) return <Trans>島のカメラの映像がありません。声はつながります</Trans>;
    if (front.isPaused) return <Trans>声を守るため、映像を止めています</Trans>;
    return null;
  };
  const said = words();
  return said === null ? null : <output className={styles.trouble}>{said}</output>;
}

/** The pictures that are not in front; one touch puts one there. */
export function SmallPictures({
  state,
  onFront,
}: {
  readonly state: RoomSnapshot;
  readonly onFront: (source: FrontSource) => void;
}) {
  const front = frontTrack(state);
  return state.tracks
    .filter(track => isPicture(track) && track !== front)
    .map(({ source, track }) =>
      source === 'microphone' ? null : (
        <button key={source} type="button" className={styles.small} onClick={() => onFront(source)}>
          <Video track={track} label="" />
          <span>
            <SourceName source={source} />・<Trans>前に出す</Trans>
          </span>
        </button>
      ),
    );
}

export function OwnPicture({
  local,
  isHeldBack,
}: {
  readonly local: LocalTrack | undefined;
  readonly isHeldBack: boolean;
}) {
  const { t } = useLingui();
  return (
    <figure className={`${styles.small} ${styles.own}`} data-local={local?.state}>
      <Video track={local?.track ?? null} label={t`こちらの映像`} />
      <figcaption>
        <OwnWords local={local} isHeldBack={isHeldBack} />
      </figcaption>
    </figure>
  );
}

function OwnWords({
  local,
  isHeldBack,
}: {
  readonly local: LocalTrack | undefined;
  readonly isHeldBack: boolean;
}) {
  switch (local?.state) {
    case 'on':
      return isHeldBack ? <Trans>こちら（映像を止めています）</Trans> : <Trans>こちら</Trans>;
    case 'denied':
      return <Trans>カメラが許されていません</Trans>;
    case 'missing':
      return <Trans>カメラがありません</Trans>;
    case 'lost':
      return <Trans>カメラが外れました</Trans>;
    case 'busy':
      return <Trans>カメラをほかが使っています</Trans>;
    case 'asking':
    case undefined:
      return <Trans>カメラを開いています</Trans>;
  }
}

export function SourceName({ source }: { readonly source: RemoteTrack['source'] }) {
  switch (source) {
    case 'face-camera':
      return <Trans>診療所の顔のカメラ</Trans>;
    case 'exam-camera':
      return <Trans>診察カメラ</Trans>;
    case 'microphone':
      return <Trans>声</Trans>;
  }
}

function Video({ track, label }: { readonly track: MediaStreamTrack | null; readonly label: string }) {
  const ref = useVideoTrack(track);
  // Sound comes by its own element: this one has no words to caption.
  // oxlint-disable-next-line jsx-a11y/media-has-caption
  return <video ref={ref} muted playsInline autoPlay aria-label={label} hidden={track === null} />;
}
