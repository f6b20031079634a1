import { useLingui } from '@lingui/react/macro';
import { Button, Icon } from '@shimabashi/ui';
import { useEffect, useEffectEvent } from 'react';
import styles from './pin-pad.module.css';

/** Longest PIN. Source: contracts, `session.sign-in`. */
export const PIN_DIGITS_MAX = 8;
export const PIN_DIGITS_MIN = 4;

export type PinKey = `${number}` | 'delete' | 'clear';

/** The PIN after one key. */
export function pressPin(pin: string, key: PinKey): string {
  if (key === 'delete') return pin.slice(0, -1);
  if (key === 'clear') return '';
  return pin.length < PIN_DIGITS_MAX ? pin + key : pin;
}

const DIGITS = ['1', '2', '3', '4', '5', '6', '7', '8', '9'] as const;

/** A numeric pad for gloved thumbs, and the keyboard's digits as well. */
export function PinPad({
  pin,
  onPin,
  onEnter,
}: {
  readonly pin: string;
  readonly onPin: (pin: string) => void;
  readonly onEnter: () => void;
}) {
  const { t } = useLingui();
  const press = (key: PinKey) => onPin(pressPin(pin, key));
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (/^\d$/.test(event.key)) press(event.key as PinKey);
    else if (event.key === 'Backspace') press('delete');
    // On a focused button, Enter belongs to that button.
    else if (event.key === 'Enter' && !(event.target instanceof HTMLButtonElement)) onEnter();
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => onKey(event);
    window.addEventListener('keydown', listener);
    return () => window.removeEventListener('keydown', listener);
  }, []);
  return (
    <fieldset className={styles.pad} aria-label={t`暗証番号`}>
      {DIGITS.map(digit => (
        <Button key={digit} kind="outline" className={styles.key} onPress={() => press(digit)}>
          {digit}
        </Button>
      ))}
      <Button kind="outline" className={styles.word} onPress={() => press('clear')}>
        {t`全部消す`}
      </Button>
      <Button kind="outline" className={styles.key} onPress={() => press('0')}>
        0
      </Button>
      <Button kind="outline" className={styles.word} onPress={() => press('delete')}>
        <Icon name="erase" />
        {t`1つ消す`}
      </Button>
    </fieldset>
  );
}
