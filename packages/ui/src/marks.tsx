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

/** The signs of the three priorities of alarms: octagon !!!, triangle !!, circle !. A word stands beside it. */
export function AlarmMark({
  priority,
  flashing = false,
}: {
  readonly priority: 'high' | 'medium' | 'low';
  readonly flashing?: boolean;
}) {
  const { path, bangs, dots } = ALARM_SHAPES[priority];
  return (
    <svg
      className={styles.alarm}
      viewBox="0 0 48 48"
      aria-hidden="true"
      data-priority={priority}
      data-flashing={flashing || undefined}
    >
      <path d={path} fill={`var(--on-alarm-${priority})`} />
      <g fill={`var(--alarm-${priority})`}>
        {bangs.map(x => (
          <g key={x}>
            <rect x={x - 2.5} y={dots - 24} width="5" height="18" rx="1" />
            <circle cx={x} cy={dots} r="3" />
          </g>
        ))}
      </g>
    </svg>
  );
}

/** For a band filled with the priority's colour. Source: design language, section 2. */
const ALARM_SHAPES = {
  high: { path: 'M15 2h18l13 13v18L33 46H15L2 33V15z', bangs: [14, 24, 34], dots: 35 },
  medium: { path: 'M24 2l23 43H1z', bangs: [19, 29], dots: 39 },
  low: { path: 'M24 3a21 21 0 1 0 0 42a21 21 0 1 0 0-42z', bangs: [24], dots: 35 },
} as const;
