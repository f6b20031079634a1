import { useLingui } from '@lingui/react/macro';
import { Icon } from '@shimabashi/ui';
import { type KeyboardEvent, useEffect, useRef } from 'react';
import { Input, SearchField } from 'react-aria-components';
import styles from './queue.module.css';

/** Filters the list by name, reading, birth date or number. `/` comes here from anywhere. */
export function SearchBox({
  text,
  onText,
  onEnter,
  onDown,
}: {
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly onEnter: () => void;
  readonly onDown: () => void;
}) {
  const { t } = useLingui();
  const inputRef = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const focusOnSlash = (event: globalThis.KeyboardEvent) => {
      if (event.key !== '/' || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.target instanceof HTMLElement && event.target.closest('input, textarea, [contenteditable]'))
        return;
      event.preventDefault();
      inputRef.current?.focus();
      inputRef.current?.select();
    };
    document.addEventListener('keydown', focusOnSlash);
    return () => document.removeEventListener('keydown', focusOnSlash);
  }, []);
  const onKeyDown = (event: KeyboardEvent) => {
    // While the input method is choosing, its keys are its own.
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Enter') onEnter();
    if (event.key === 'ArrowDown') {
      event.preventDefault();
      onDown();
    }
  };
  return (
    <SearchField
      className={styles.search ?? ''}
      aria-label={t`患者をさがす`}
      value={text}
      onChange={onText}
      data-search
    >
      <Icon name="search" />
      <Input
        ref={inputRef}
        placeholder={t`氏名・よみ・生年月日・番号`}
        autoComplete="off"
        spellCheck={false}
        onKeyDown={onKeyDown}
      />
      <kbd aria-hidden="true">/</kbd>
    </SearchField>
  );
}
