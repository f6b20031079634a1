import { type I18n } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { Trans, useLingui } from '@lingui/react/macro';
import { type Alert, type StaffMember } from '@shimabashi/contracts';
import { formatClock, formatDuration, formatReading, localeOf, ParameterName } from '@shimabashi/ui';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** `1分32秒`: in an alarm every second counts; after an hour minutes do. */
export function elapsedWords(i18n: I18n, lastedMs: number): string {
  if (lastedMs >= HOUR_MS) return formatDuration(i18n, lastedMs);
  const seconds = Math.max(0, Math.floor(lastedMs / SECOND_MS)) % 60;
  const minutes = Math.max(0, Math.floor(lastedMs / MINUTE_MS));
  return minutes === 0 ? i18n._(msg`${seconds}秒`) : i18n._(msg`${minutes}分${seconds}秒`);
}

/** `2:10:04`. */
export function clockWithSeconds(atMs: number): string {
  const seconds = Math.floor(atMs / SECOND_MS) % 60;
  return `${formatClock(atMs)}:${String(seconds).padStart(2, '0')}`;
}

export function staffName(i18n: I18n, staff: Pick<StaffMember, 'name' | 'nameLatin'>): string {
  return localeOf(i18n) === 'ja' ? staff.name : staff.nameLatin || staff.name;
}

/** 緊急度 高. */
export function PriorityWords({ priority }: Pick<Alert, 'priority'>) {
  switch (priority) {
    case 'high':
      return <Trans>緊急度 高</Trans>;
    case 'medium':
      return <Trans>緊急度 中</Trans>;
    case 'low':
      return <Trans>緊急度 低</Trans>;
  }
}

/** What is beyond what: `SpO₂ が下限 88 % を下まわる`. */
export function ConditionWords({ alert }: { readonly alert: Pick<Alert, 'parameter' | 'limit'> }) {
  const { i18n } = useLingui();
  const limit = formatReading(i18n, alert.parameter, alert.limit.value);
  const name = <ParameterName parameter={alert.parameter} />;
  return alert.limit.kind === 'below' ? (
    <Trans>
      {name} が下限 {limit} を下まわる
    </Trans>
  ) : (
    <Trans>
      {name} が上限 {limit} を上まわる
    </Trans>
  );
}
