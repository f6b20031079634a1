import { type ReactNode } from 'react';
import styles from './marks.module.css';

/** `wait`: here and waiting · `live`: being watched · `done` · `todo`: to come · `moved`: elsewhere. */
export type StateShape = 'wait' | 'live' | 'done' | 'todo' | 'moved';

/** A state as a shape and a word, with a smaller line beneath. Never a coloured dot. */
export function StateMark({
  shape,
  children,
  note,
}: {
  readonly shape: StateShape;
  readonly children: ReactNode;
  readonly note?: ReactNode;
}) {
  return (
    <span className={styles.state} data-shape={shape}>
      <i className={styles.shape} aria-hidden="true" />
      <b>{children}</b>
      {note === undefined || note === null ? null : <small>{note}</small>}
    </span>
  );
}

/** Four bars, `full` of them filled: a picture of the quality word that stands beside it. */
export function QualityBars({ full }: { readonly full: number }) {
  return (
    <span className={styles.quality} aria-hidden="true">
      {[1, 2, 3, 4].map(bar => (
        <i key={bar} data-on={bar <= full || undefined} />
      ))}
    </span>
  );
}

/** White on ink with a hatched edge: stop and read. `small` is the drawing for tables. */
export function AllergyMark({
  small = false,
  children,
}: {
  readonly small?: boolean;
  readonly children: ReactNode;
}) {
  return (
    <span className={styles.allergy} data-small={small || undefined}>
      {children}
    </span>
  );
}

/** The sign of a low-priority technical condition: a circle with one sign, whatever the colour. */
export function LowMark() {
  return (
    <svg className={styles.low} viewBox="0 0 48 48" aria-hidden="true">
      <circle cx="24" cy="24" r="21" fill="var(--on-alarm-low)" />
      <g fill="var(--alarm-low)">
        <rect x="21.5" y="11" width="5" height="17" rx="1" />
        <circle cx="24" cy="35" r="3" />
      </g>
    </svg>
  );
}

/** A person of whom we have no picture: the first character of the name, in lines. */
export function Initial({ name }: { readonly name: string }) {
  return (
    <span className={styles.initial} aria-hidden="true">
      {Array.from(name.trim())[0] ?? '—'}
    </span>
  );
}
