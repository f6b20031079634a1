import { Trans, useLingui } from '@lingui/react/macro';
import { type Room, type RoomSnapshot } from '@shimabashi/call';
import { type Words, Words as WordsSchema } from '@shimabashi/contracts';
import { Button, Icon } from '@shimabashi/ui';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { ErrorNote } from '../../parts/notes.tsx';
import styles from './call.module.css';

const CHARS_MAX = 80;

/** Words for the patient to read, in large letters on the island, and whether they stand there. */
export function WordsBar({ room, state }: { readonly room: Room; readonly state: RoomSnapshot }) {
  const { t } = useLingui();
  const [text, setText] = useState('');
  const show = useMutation({ mutationFn: async (words: Words | null) => await room.showWords(words) });
  const words = WordsSchema.safeParse({ wordsId: crypto.randomUUID(), text: text.trim() });
  const send = () => {
    if (words.success) show.mutate(words.data, { onSuccess: () => setText('') });
  };
  const shown = state.words;
  return (
    <form
      className={styles.words}
      onSubmit={event => {
        event.preventDefault();
        send();
      }}
    >
      <label htmlFor="large-words">
        <Icon name="letters" />
        <Trans>大きな字で見せる</Trans>
      </label>
      <input
        id="large-words"
        value={text}
        maxLength={CHARS_MAX}
        autoComplete="off"
        placeholder={t`例：左の足を、すこし前に出してください`}
        onChange={event => setText(event.target.value)}
        onKeyDown={event => {
          // The Enter that ends a conversion is no sending.
          if (event.key === 'Enter' && event.nativeEvent.isComposing) event.preventDefault();
        }}
      />
      <Button
        kind="outline"
        type="submit"
        working={show.isPending}
        onPress={() => {}}
        aria-label={t`大きな字を出す`}
      >
        {show.isPending ? <Trans>送っています</Trans> : <Trans>出す</Trans>}
      </Button>
      {shown === null ? null : (
        <output className={styles.shown} data-words-shown={state.shownWordsId === shown.wordsId}>
          <span>
            「{shown.text}」{' '}
            {state.shownWordsId === shown.wordsId ? (
              <b>
                <Trans>島の画面に出ています</Trans>
              </b>
            ) : (
              <Trans>送りました。まだ島の画面に出ていません</Trans>
            )}
          </span>
          <Button kind="quiet" onPress={() => show.mutate(null)}>
            <Trans>消す</Trans>
          </Button>
        </output>
      )}
      {show.isError ? <ErrorNote error={show.error} repeats={false} /> : null}
    </form>
  );
}
