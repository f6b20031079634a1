import { msg } from '@lingui/core/macro';
import { Trans, useLingui } from '@lingui/react/macro';
import { type ChartEntry } from '@shimabashi/contracts';
import { TrendChart, type TrendPoint } from '@shimabashi/ui';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { ToggleButton, ToggleButtonGroup } from 'react-aria-components';
import { TREND_LIMIT, TREND_RANGES, type TrendRange } from '../../api/queries.ts';
import { useConsole } from '../../console.ts';
import { ErrorNote, Reading } from '../../parts/notes.tsx';
import { observationOf } from './chart-items.ts';
import styles from './patient.module.css';

const RANGE_WORDS = {
  day: msg`24時間`,
  month: msg`30日`,
  year: msg`1年`,
  all: msg`全部`,
} as const satisfies Record<TrendRange, object>;
const RANGES = Object.keys(TREND_RANGES) as TrendRange[];

/** How the saved values went. */
export function TrendSection({ patientId }: { readonly patientId: string }) {
  const { t, i18n } = useLingui();
  const { queries } = useConsole();
  const [range, setRange] = useState<TrendRange>('year');
  const trend = useQuery(queries.trend(patientId, range));
  const points = useMemo(() => trendPoints(trend.data?.entries ?? []), [trend.data]);
  return (
    <section className={styles.trend} aria-label={t`経過`}>
      <div className={styles.trendHead}>
        <h2>
          <Trans>経過</Trans>{' '}
          <small>
            <Trans>カルテに保存した値</Trans>
          </small>
        </h2>
        <ToggleButtonGroup
          className={styles.ranges ?? ''}
          aria-label={t`期間`}
          selectionMode="single"
          disallowEmptySelection
          selectedKeys={[range]}
          onSelectionChange={keys => setRange(RANGES.find(each => keys.has(each)) ?? range)}
        >
          {RANGES.map(each => (
            <ToggleButton key={each} id={each}>
              {i18n._(RANGE_WORDS[each])}
            </ToggleButton>
          ))}
        </ToggleButtonGroup>
      </div>
      {trend.isError ? <ErrorNote error={trend.error} onRetry={trend.refetch} /> : null}
      {trend.isPending || trend.isPlaceholderData ? <Reading /> : null}
      {trend.data === undefined ? null : (
        <TrendChart
          points={points}
          fromMs={trend.data.fromMs ?? earliest(points, trend.data.nowMs)}
          toMs={trend.data.nowMs}
          plotHeight={170}
        />
      )}
      {(trend.data?.entries.length ?? 0) >= TREND_LIMIT ? (
        <p className={styles.note}>
          <Trans>新しいほうから {TREND_LIMIT}件まで</Trans>
        </p>
      ) : null}
    </section>
  );
}

/** What can be drawn. Versions in conflict are both drawn: neither is chosen here. */
function trendPoints(entries: readonly ChartEntry[]): readonly TrendPoint[] {
  return entries.flatMap(entry => {
    const facts = observationOf(entry);
    if (facts === null || facts.retracted || facts.parameter === null || facts.value === null) return [];
    return [{ parameter: facts.parameter, atMs: facts.effectiveAtMs, value: facts.value }];
  });
}

function earliest(points: readonly TrendPoint[], nowMs: number): number {
  return points.reduce((least, point) => Math.min(least, point.atMs), nowMs - TREND_RANGES.day);
}
