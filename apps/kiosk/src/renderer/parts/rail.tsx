import { Trans } from '@lingui/react/macro';
import { Button, formatClock, Icon, LanguageToggle } from '@shimabashi/ui';
import { type ReactNode } from 'react';
import { CallDoctor } from '../call/call-doctor.tsx';
import styles from './rail.module.css';

/** The steps of the visit that exist now, and the way out. */
export function Rail({
  openedAtMs,
  savedCount,
  onPause,
  pausing,
}: {
  readonly openedAtMs: number;
  /** Values saved in this visit. */
  readonly savedCount: number;
  readonly onPause: () => void;
  readonly pausing: boolean;
}) {
  const opened = formatClock(openedAtMs);
  return (
    <nav className={styles.rail}>
      <ol>
        <Step number={1} state="done" title={<Trans>患者</Trans>} note={opened} />
        <Step number={2} state="current" title={<Trans>測定</Trans>} note={<Trans>自動です</Trans>} />
        <Step
          number={3}
          state={savedCount > 0 ? 'done' : 'todo'}
          title={<Trans>保存</Trans>}
          note={savedCount > 0 ? <Trans>{savedCount}件</Trans> : <Trans>まだです</Trans>}
        />
      </ol>
      <div className={styles.bottom}>
        <CallDoctor compact />
        <LanguageToggle />
        <Button kind="outline" wide className={styles.pause} working={pausing} onPress={onPause}>
          {pausing ? <Trans>止めています</Trans> : <Trans>いったん止める</Trans>}
        </Button>
        <p>
          <Trans>保存した値は消えません</Trans>
        </p>
      </div>
    </nav>
  );
}

function Step({
  number,
  state,
  title,
  note,
}: {
  readonly number: number;
  readonly state: 'done' | 'current' | 'todo';
  readonly title: ReactNode;
  readonly note: ReactNode;
}) {
  return (
    <li data-step={state} {...(state === 'current' ? { 'aria-current': 'step' } : {})}>
      <i>{state === 'done' ? <Icon name="check" /> : number}</i>
      <div>
        <b>{title}</b>
        <span>{note}</span>
      </div>
    </li>
  );
}
