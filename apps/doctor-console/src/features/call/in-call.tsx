import { Trans } from '@lingui/react/macro';
import { type LocalState } from '@shimabashi/call';
import { type RoomInUse, useVoice } from '@shimabashi/call/react';
import { type Call } from '@shimabashi/contracts';
import { Button, Icon, type WaveformBuffer } from '@shimabashi/ui';
import { ErrorNote } from '../../parts/notes.tsx';
import styles from './call.module.css';
import { LinkLadder } from './link-ladder.tsx';
import { LiveStrip } from './live-strip.tsx';
import { FrontPicture, OwnPicture, SmallPictures } from './pictures.tsx';
import { StillButton } from './still-button.tsx';
import { useCallActions } from './use-calls.ts';
import { WordsBar } from './words-bar.tsx';

/** A connected call: pictures, voices, live numbers, words and stills. It comes back by itself. */
export function InCall({
  call,
  inUse,
  trace,
  patientId,
  nowMs,
}: {
  readonly call: Call;
  readonly inUse: RoomInUse;
  readonly trace: WaveformBuffer;
  readonly patientId: string | null;
  readonly nowMs: number;
}) {
  const { room, state, local } = inUse;
  if (state.link.link === 'refused') {
    return (
      <div className={styles.notice} data-call-state="refused">
        <ErrorNote error={state.link.error} repeats={false} />
        <Button kind="outline" onPress={() => room.open()}>
          <Trans>この画面で通話する</Trans>
        </Button>
      </div>
    );
  }
  return (
    <div
      className={styles.call}
      data-call-state="connected"
      data-media={state.media}
      data-frames-decoded={state.counters?.framesDecoded ?? 0}
      data-audio-bytes={state.counters?.audioBytesReceived ?? 0}
    >
      <FrontPicture call={call} state={state} nowMs={nowMs} />
      <div className={styles.under}>
        <SmallPictures state={state} onFront={source => room.chooseFront(source)} />
        <OwnPicture local={local.get('face-camera')} isHeldBack={state.shed !== 'none'} />
        <Controls call={call} inUse={inUse} patientId={patientId} nowMs={nowMs} />
      </div>
      <LiveStrip patientId={patientId} trace={trace} nowMs={nowMs} />
      <WordsBar room={room} state={state} />
    </div>
  );
}

function Controls({
  call,
  inUse: { room, state, local },
  patientId,
  nowMs,
}: {
  readonly call: Call;
  readonly inUse: RoomInUse;
  readonly patientId: string | null;
  readonly nowMs: number;
}) {
  const { end } = useCallActions();
  const voice = useVoice(state.tracks.find(({ source }) => source === 'microphone')?.track ?? null);
  return (
    <div className={styles.controls}>
      <LinkLadder call={call} state={state} />
      {voice.isLocked ? (
        <Button kind="primary" onPress={voice.unlock}>
          <Trans>声を聞く（音が止められています）</Trans>
        </Button>
      ) : null}
      <MicrophoneFault state={local.get('microphone')?.state} />
      <div className={styles.tools}>
        <Button kind="outline" onPress={() => room.setMuted(!state.isMuted)}>
          <Icon name={state.isMuted ? 'mic-off' : 'mic'} />
          {state.isMuted ? <Trans>声 切</Trans> : <Trans>声 入</Trans>}
        </Button>
        <StillButton room={room} state={state} patientId={patientId} nowMs={nowMs} />
        <Button kind="outline" working={end.isPending} onPress={() => end.mutate(call.callId)}>
          <Icon name="hang-up" />
          {end.isPending ? <Trans>切っています</Trans> : <Trans>切る</Trans>}
        </Button>
      </div>
      {end.isError ? <ErrorNote error={end.error} repeats={false} /> : null}
    </div>
  );
}

function MicrophoneFault({ state }: { readonly state: LocalState | undefined }) {
  if (state === undefined || state === 'on' || state === 'asking') return null;
  return (
    <p role="alert" className={styles.fault}>
      {state === 'denied' ? (
        <Trans>マイクが許されていません。ブラウザの設定で許してください</Trans>
      ) : (
        <Trans>マイクがありません。つなぐと、自動で入ります</Trans>
      )}
    </p>
  );
}
