import { type ReactNode, useId } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import styles from './button.module.css';

/**
 * `primary`: filled, what is next; one in each place where a hand works. `outline`: what one may do.
 * `quiet`: underlined, goes somewhere. `emergency`: the one red thing. `onband`: on a coloured band.
 */
export type ButtonKind = 'primary' | 'outline' | 'quiet' | 'emergency' | 'onband';

export interface ButtonProps {
  readonly kind: ButtonKind;
  readonly children: ReactNode;
  readonly onPress: () => void;
  /** Why it cannot be pressed yet. It then stays reachable, dashed, with the reason beneath it. */
  readonly lockedReason?: string | undefined;
  /** Working: the caller's words change, the width stays, a second press does nothing. */
  readonly working?: boolean;
  readonly wide?: boolean;
  readonly type?: 'button' | 'submit';
  readonly className?: string | undefined;
  /** Only where the words on it would not say enough, for example a digit key. */
  readonly 'aria-label'?: string;
}

/** A button of ours: React Aria's behaviour, our five looks, and no hover meaning. */
export function Button({
  kind,
  children,
  onPress,
  lockedReason,
  working = false,
  wide = false,
  ...rest
}: ButtonProps) {
  const reasonId = useId();
  const locked = lockedReason !== undefined;
  const button = (
    <AriaButton
      type={rest.type ?? 'button'}
      className={[
        styles.button,
        styles[locked ? 'locked' : kind],
        wide ? styles.wide : '',
        rest.className ?? '',
      ].join(' ')}
      // Not `isDisabled`: the button stays in the tab order and keeps its focus, and can say why.
      onPress={locked || working ? () => {} : onPress}
      {...(locked || working ? { 'aria-disabled': true } : {})}
      {...(locked ? { 'aria-describedby': reasonId } : {})}
      {...(rest['aria-label'] === undefined ? {} : { 'aria-label': rest['aria-label'] })}
    >
      {children}
    </AriaButton>
  );
  // Always in the same place of the tree: a button that becomes locked keeps its focus.
  return (
    <span className={styles[locked ? (wide ? 'withReasonWide' : 'withReason') : 'alone']}>
      {button}
      {locked ? (
        <span id={reasonId} className={styles.reason}>
          {lockedReason}
        </span>
      ) : null}
    </span>
  );
}
