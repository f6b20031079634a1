import { Trans, useLingui } from '@lingui/react/macro';
import { errorWords, Icon, type IconName } from '@shimabashi/ui';
import { type ReactNode } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import { ladderStep, linkWords } from './call-words.ts';
import { type CallInUse } from './call-in-use.ts';
import { useCallActions } from './use-call-actions.ts';
import { type StillState } from './use-still.ts';
import styles from './nurse-view.module.css';

/** How long a photograph's word stands on its button, in milliseconds. */
const STILL_WORD_MS = 8_000;

/** Microphone, photograph, the patient's view, the line, and the end. Fixed places. */
export function CallControls({ inCall, nowMs }: { readonly inCall: CallInUse; readonly nowMs: number }) {
  const { t } = useLingui();
  const { room, state, takeStill, still, call, show } = inCall;
  const { end, working } = useCallActions();
  return (
    <div className={styles.controls}>
      <Control
        icon={state.isMuted ? 'mic-off' : 'mic'}
        isOn={!state.isMuted}
        onPress={() => room.setMuted(!state.isMuted)}
      >
        <span>
          <Trans>マイク</Trans>
        </span>
        <b>{state.isMuted ? <Trans>切</Trans> : <Trans>入</Trans>}</b>
      </Control>
      <Control
        icon="camera"
        onPress={takeStill ?? (() => {})}
        lockedReason={takeStill === undefined ? t`患者のページと、カメラがいります` : undefined}
      >
        <StillWords still={still} nowMs={nowMs} isLocked={takeStill === undefined} />
      </Control>
      <Control icon="people" onPress={() => show('patient')}>
        <span>
          <Trans>患者さん</Trans>
        </span>
        <b>
          <Trans>の画面</Trans>
        </b>
      </Control>
      <Ladder inCall={inCall} />
      <AriaButton className={styles.end ?? ''} onPress={() => end(call.callId)}>
        <Icon name="hang-up" />
        {working ? <Trans>切っています</Trans> : <Trans>終わる</Trans>}
      </AriaButton>
    </div>
  );
}

function Control({
  icon,
  children,
  onPress,
  isOn,
  lockedReason,
}: {
  readonly icon: IconName;
  readonly children: ReactNode;
  readonly onPress: () => void;
  readonly isOn?: boolean;
  readonly lockedReason?: string | undefined;
}) {
  return (
    <AriaButton
      className={styles.control ?? ''}
      onPress={onPress}
      {...(isOn === undefined ? {} : { 'aria-pressed': isOn })}
      {...(lockedReason === undefined ? {} : { 'aria-disabled': true, 'aria-description': lockedReason })}
    >
      <Icon name={icon} />
      <span className={styles.controlWords}>{children}</span>
    </AriaButton>
  );
}

function StillWords({
  still,
  nowMs,
  isLocked,
}: {
  readonly still: StillState;
  readonly nowMs: number;
  readonly isLocked: boolean;
}) {
  const { i18n } = useLingui();
  if (still.state === 'taking') {
    return (
      <span>
        <Trans>とっています</Trans>
      </span>
    );
  }
  if (still.state === 'saved' && nowMs - still.atMs < STILL_WORD_MS) {
    return (
      <output>
        <b>
          <Trans>保存しました</Trans>
        </b>
      </output>
    );
  }
  if (still.state === 'failed' && nowMs - still.atMs < STILL_WORD_MS) {
    return (
      <span role="alert">
        {still.error === null ? <Trans>とれませんでした</Trans> : errorWords(i18n, still.error.code).what}
      </span>
    );
  }
  if (isLocked) {
    return (
      <>
        <span>
          <Trans>写真</Trans>
        </span>
        <span>
          <Trans>まだです</Trans>
        </span>
      </>
    );
  }
  return (
    <>
      <span>
        <Trans>写真を</Trans>
      </span>
      <b>
        <Trans>とる</Trans>
      </b>
    </>
  );
}

/** The line: which of four steps it carries, in one sentence, and whose it is. */
function Ladder({ inCall }: { readonly inCall: CallInUse }) {
  const { i18n } = useLingui();
  const { quality, link, participants } = inCall.state;
  // Where nobody is at the other end yet, their silence says nothing about a line.
  const isAlone = link.link === 'joined' && !participants.some(({ kind }) => kind === 'doctor');
  const judged = link.link === 'joined' ? quality : ({ step: 'lost', side: 'ours' } as const);
  const { what, whose } = linkWords(i18n, link.link === 'joining' || isAlone ? null : judged);
  const step = ladderStep(isAlone ? null : judged);
  const steps = [
    <Trans key="picture">映像</Trans>,
    <Trans key="still">静止画</Trans>,
    <Trans key="sound">音声</Trans>,
    <Trans key="telephone" context="ladder">
      電話
    </Trans>,
  ];
  return (
    <div className={styles.ladder} data-step={step}>
      <p>
        <b>{what}</b>
        {whose === null ? null : <span>{whose}</span>}
      </p>
      <ol>
        {steps.map((words, index) => (
          <li
            key={words.key}
            data-on={index === step || undefined}
            {...(index === step ? { 'aria-current': 'step' as const } : {})}
          >
            <i />
            {words}
          </li>
        ))}
      </ol>
    </div>
  );
}
