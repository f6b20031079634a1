import { Trans, useLingui } from '@lingui/react/macro';
import { AppError } from '@shimabashi/contracts';
import { Button } from '@shimabashi/ui';
import { type ReactNode } from 'react';
import { isRetryable } from '../api/queries.ts';
import { consoleErrorWords } from './error-words.ts';
import styles from './notes.module.css';

/** Something is being read. It says so only after a second: a flash of words helps nobody. */
export function Reading() {
  return (
    <output className={styles.reading}>
      <Trans>読んでいます</Trans>
    </output>
  );
}

/** What is wrong and what to do, in ink with hatch. With a button only where pressing may help. */
export function ErrorNote({
  error,
  onRetry,
  repeats = true,
}: {
  readonly error: unknown;
  readonly onRetry?: () => Promise<unknown>;
  /** Whether the page itself goes on trying. */
  readonly repeats?: boolean;
}) {
  const { i18n } = useLingui();
  const { what, toDo } = consoleErrorWords(i18n, error, { repeats });
  return (
    <div className={styles.error} role="alert">
      <p>
        <b>{what}</b>
        <span>{toDo}</span>
      </p>
      {onRetry === undefined || !mayHelp(error) ? null : (
        <Button kind="outline" onPress={() => void onRetry()}>
          <Trans>もう一度読む</Trans>
        </Button>
      )}
    </div>
  );
}

/** Whether asking again can end otherwise: what is not there is not there a second later. */
function mayHelp(error: unknown): boolean {
  return isRetryable(error) || !(error instanceof AppError) || error.code === 'INTERNAL';
}

/** Nothing is there, and how something will come. */
export function EmptyNote({ children }: { readonly children: ReactNode }) {
  return <p className={styles.empty}>{children}</p>;
}

/** Across the page, under its header: this page does not know what is new. */
export function OfflineBand({ children }: { readonly children: ReactNode }) {
  return (
    <div className={styles.band} role="alert">
      {children}
    </div>
  );
}
