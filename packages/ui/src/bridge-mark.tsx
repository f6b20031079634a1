import { type ReactNode } from 'react';
import styles from './bridge-mark.module.css';

/**
 * Where a record is. Left pier: this side; right pier: the hospital.
 *
 * - `here`: saved on this machine · `moving`: being sent · `there`: at the hospital
 * - `stale`: at the hospital, but the news is old · `broken`: no link
 * - `parked`: cannot be sent · `conflict`: two versions
 */
export const BRIDGE_STATES = ['here', 'moving', 'there', 'stale', 'broken', 'parked', 'conflict'] as const;
export type BridgeState = (typeof BRIDGE_STATES)[number];

/** Source: the mock pages of the design language, `12-states`. */
const ARCS: Readonly<Record<BridgeState, { readonly farPierFull: boolean; readonly arc: ReactNode }>> = {
  here: { farPierFull: false, arc: <path className={styles.dashed} d="M12.5 12.5Q30-3 47.5 12.5" /> },
  moving: {
    farPierFull: false,
    arc: (
      <>
        <path d="M12.5 12.5Q20 6.2 28 5" />
        <path d="M23.5 1l5.5 4-5 4.5" />
        <path className={styles.dashed} d="M34 5.5Q41 7 47.5 12.5" />
      </>
    ),
  },
  there: { farPierFull: true, arc: <path d="M12.5 12.5Q30-3 47.5 12.5" /> },
  stale: { farPierFull: true, arc: <path className={styles.dotted} d="M12.5 12.5Q30-3 47.5 12.5" /> },
  broken: {
    farPierFull: false,
    arc: (
      <>
        <path d="M12.5 12.5Q16 9 20 7.2M40 7.2Q44 9 47.5 12.5" />
        <path d="M25.5 1.5l9 9M34.5 1.5l-9 9" />
      </>
    ),
  },
  parked: {
    farPierFull: false,
    arc: (
      <>
        <path d="M12.5 12.5Q18 7 24 5.5M30 -1v7" />
        <circle className={styles.pier} cx="30" cy="11" r="1.8" />
      </>
    ),
  },
  conflict: { farPierFull: true, arc: <path d="M20 2.5h20M20 9.5h20M36 -2L24 14" /> },
};

/** The bridge mark with its word. The drawing never stands alone: `children` is a word or an age. */
export function BridgeMark({
  state,
  children,
}: {
  readonly state: BridgeState;
  readonly children: ReactNode;
}) {
  return (
    <span className={styles.mark} data-bridge={state}>
      <BridgeDrawing state={state} />
      <span>{children}</span>
    </span>
  );
}

/** Only the drawing, for a place whose word stands elsewhere in the same line. */
export function BridgeDrawing({ state }: { readonly state: BridgeState }) {
  const { farPierFull, arc } = ARCS[state];
  return (
    <svg className={styles.bridge} viewBox="0 -3 60 27" aria-hidden="true" data-bridge={state}>
      <circle className={styles.pier} cx="8" cy="17" r="5.5" />
      <circle
        className={farPierFull ? styles.pier : styles.empty}
        cx="52"
        cy="17"
        r={farPierFull ? 5.5 : 4.5}
      />
      {arc}
    </svg>
  );
}

/** The product's own mark. */
export function Logo() {
  return (
    <svg className={styles.logo} viewBox="0 0 64 40" aria-hidden="true">
      <circle cx="9" cy="30" r="7" />
      <circle cx="55" cy="30" r="7" />
      <path d="M14 24Q32 2 50 24" />
    </svg>
  );
}
