import { msg } from '@lingui/core/macro';
import { Trans, useLingui } from '@lingui/react/macro';
import { AppError, type NoteSections } from '@shimabashi/contracts';
import { BridgeMark, Button, formatClock } from '@shimabashi/ui';
import { useSyncExternalStore } from 'react';
import { consoleErrorWords } from '../../parts/error-words.ts';
import styles from './call.module.css';
import { type KeptNote, type NoteDraft, type NoteDraftState } from './note-draft.ts';

/** SOAP: Weed's four sections of a progress note. */
const SECTIONS = [
  { section: 'subjective', letter: 'S', name: msg`患者の訴え` },
  { section: 'objective', letter: 'O', name: msg`診察の所見` },
  { section: 'assessment', letter: 'A', name: msg`評価` },
  { section: 'plan', letter: 'P', name: msg`計画` },
] as const satisfies readonly { section: keyof NoteSections; letter: string; name: object }[];

const CHARS_MAX = 4_000;

/** The doctor's note, saved by itself while it is written. */
export function NoteEditor({
  draft,
  kept,
  nowMs,
}: {
  readonly draft: NoteDraft;
  /** As the chart has it now: another window may have saved it. */
  readonly kept: KeptNote | null;
  readonly nowMs: number;
}) {
  const { t, i18n } = useLingui();
  const state = useSyncExternalStore(draft.subscribe, draft.getSnapshot);
  return (
    <section className={styles.note} aria-label={t`この診察の記録`}>
      <h2>
        <Trans>記録</Trans> <DraftMark state={state} nowMs={nowMs} />
      </h2>
      {SECTIONS.map(({ section, letter, name }) => (
        <label key={section} className={styles.soap}>
          <b>{letter}</b>
          <textarea
            aria-label={`${letter} ${i18n._(name)}`}
            placeholder={i18n._(name)}
            maxLength={CHARS_MAX}
            value={state.sections[section]}
            onChange={event => draft.type(section, event.target.value)}
          />
        </label>
      ))}
      {state.state === 'failed' ? <DraftFailed draft={draft} kept={kept} error={state.error} /> : null}
    </section>
  );
}

function DraftMark({ state, nowMs }: { readonly state: NoteDraftState; readonly nowMs: number }) {
  const at = formatClock(state.savedAtMs ?? nowMs);
  switch (state.state) {
    case 'empty':
      return (
        <small>
          <Trans>書くと、自動で保存します</Trans>
        </small>
      );
    case 'kept':
      return (
        <BridgeMark state="there">
          <Trans>下書き {at} 保存</Trans>
        </BridgeMark>
      );
    case 'typing':
    case 'saving':
      return (
        <BridgeMark state="moving">
          <Trans>保存しています</Trans>
        </BridgeMark>
      );
    case 'failed':
      return (
        <BridgeMark state="broken">
          <Trans>まだ保存できていません</Trans>
        </BridgeMark>
      );
  }
}

function DraftFailed({
  draft,
  kept,
  error,
}: {
  readonly draft: NoteDraft;
  readonly kept: KeptNote | null;
  readonly error: unknown;
}) {
  const { i18n } = useLingui();
  const isConflict = error instanceof AppError && error.code === 'CONFLICT';
  const { what, toDo } = consoleErrorWords(i18n, error, { repeats: true });
  return (
    <p className={styles.fault} role="alert">
      {isConflict ? (
        <>
          <Trans>この下書きは、ほかの画面でも書かれています。</Trans>
          {kept === null ? null : (
            <Button kind="outline" onPress={() => draft.follow(kept)}>
              <Trans>ここの内容を新しい版にする</Trans>
            </Button>
          )}
        </>
      ) : (
        <>
          {what} {toDo}
        </>
      )}
    </p>
  );
}
