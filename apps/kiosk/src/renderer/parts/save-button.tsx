import { Trans, useLingui } from '@lingui/react/macro';
import { type Parameter } from '@shimabashi/contracts';
import { Button, formatClock, Icon } from '@shimabashi/ui';
import { useEffect, useRef, useState } from 'react';
import { nextJob, runSave, saveJobOf, type SaveState } from '../state/save-readings.ts';
import { useKiosk, useSnapshot } from '../state/use-kiosk.ts';
import { type Time } from '../state/use-time.ts';
import { freshSamples } from '../state/vitals.ts';
import { Problem } from './problem.tsx';
import styles from './save-button.module.css';

/** How long the button itself says "saved" before it can be pressed again. */
const SAVED_WORD_MS = 1_500;

/** Saves the numbers that stand on the screen. Says "saved" only when the store has said so. */
export function SaveButton({
  encounterId,
  parameters,
  savedIds,
  time,
}: {
  readonly encounterId: string;
  readonly parameters: readonly Parameter[];
  /** Samples that the chart has. */
  readonly savedIds: ReadonlySet<string>;
  readonly time: Time;
}) {
  const { t } = useLingui();
  const snapshot = useSnapshot();
  const { state, press } = useSave(encounterId);
  const fresh = freshSamples(snapshot, parameters, time, savedIds);
  const justSaved = state.state === 'saved' && time.nowMs - state.atMs < SAVED_WORD_MS;
  const working = state.state === 'saving' || justSaved;
  const canRetry = state.state === 'failed' && state.error.retryable;
  const locked = fresh.length === 0 && !working && !canRetry ? t`新しい値が届くと、保存できます` : undefined;
  return (
    <div className={styles.save}>
      <div className={styles.outcome}>
        <Outcome state={state} />
      </div>
      <Button
        kind="primary"
        wide
        className={styles.button}
        working={working}
        lockedReason={locked}
        onPress={() => press(() => saveJobOf(encounterId, fresh, () => crypto.randomUUID()))}
      >
        <SaveWord state={state} justSaved={justSaved} canRetry={canRetry} />
      </Button>
    </div>
  );
}

function SaveWord(props: {
  readonly state: SaveState;
  readonly justSaved: boolean;
  readonly canRetry: boolean;
}) {
  const { state, justSaved, canRetry } = props;
  if (state.state === 'saving') return <Trans>保存しています</Trans>;
  if (justSaved) {
    return (
      <>
        <Icon name="check" />
        <Trans>保存しました</Trans>
      </>
    );
  }
  return canRetry ? <Trans>もう一度 保存する</Trans> : <Trans>カルテに保存</Trans>;
}

function Outcome({ state }: { readonly state: SaveState }) {
  switch (state.state) {
    case 'idle':
    case 'saving':
      return null;
    case 'saved': {
      const { count } = state;
      const at = formatClock(state.atMs);
      return (
        <output data-saved={count}>
          <Icon name="check" />
          <Trans>
            {at} に {count}件 保存しました
          </Trans>
        </output>
      );
    }
    case 'failed':
      return <Problem error={state.error} />;
  }
}

function useSave(encounterId: string) {
  const { api, model, clock } = useKiosk();
  const [state, setState] = useState<SaveState>({ state: 'idle' });
  const lifetime = useRef(new AbortController());
  useEffect(() => {
    const opened = new AbortController();
    lifetime.current = opened;
    return () => opened.abort();
  }, [encounterId]);
  const press = (fresh: Parameters<typeof nextJob>[1]) => {
    if (state.state === 'saving') return;
    const job = nextJob(state, fresh);
    const { signal } = lifetime.current;
    setState({ state: 'saving', job });
    void runSave(api, job, { signal, nowMs: clock.nowMs }).then(outcome => {
      if (signal.aborted) return;
      setState(outcome);
      if (outcome.state === 'saved') model.chartChanged();
      else if (outcome.state === 'failed' && outcome.error.code === 'DOOR_CLOSED') model.doorClosed();
    });
  };
  return { state, press };
}
