import { useLingui } from '@lingui/react/macro';
import { Digits } from './digits.tsx';
import { localeOf } from './i18n.ts';
import { formatClock, formatDay } from './time.ts';

/** The time of the practice, minutes only. */
export function Clock({ nowMs }: { readonly nowMs: number }) {
  return <Digits>{formatClock(nowMs)}</Digits>;
}

/** The day of the practice. */
export function Today({ nowMs }: { readonly nowMs: number }) {
  const { i18n } = useLingui();
  return <time>{formatDay(nowMs, localeOf(i18n))}</time>;
}
