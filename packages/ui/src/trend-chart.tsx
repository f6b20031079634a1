import { Trans, useLingui } from '@lingui/react/macro';
import { type Parameter, PARAMETERS } from '@shimabashi/contracts';
import { useEffect, useMemo, useRef, useState } from 'react';
import { localeOf } from './i18n.ts';
import { formatValue, PARAMETER_FACES, parameterLabel, ParameterName, unitWords } from './parameters.tsx';
import { formatMoment } from './time.ts';
import { drawTrend, type TrendGroup, trendGroups } from './trend-plot.ts';
import 'uplot/dist/uPlot.min.css';
import styles from './trend-chart.module.css';

/** One saved value. */
export interface TrendPoint {
  readonly parameter: Parameter;
  readonly atMs: number;
  readonly value: number;
}

export interface TrendChartProps {
  /** In any order. Parameters without a point get no plot. The same array as long as it is the same. */
  readonly points: readonly TrendPoint[];
  /** Both change rarely (not with every tick of a clock): each change draws the plots anew. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Height of one plot in CSS px. */
  readonly plotHeight?: number;
}

/**
 * Saved values over time: one plot for each kind of scale, beneath each other on the same time axis.
 * Every line has its own drawing besides its colour (design language, section 2), and the same
 * numbers stand in a table for those who do not see lines.
 */
export function TrendChart({ points, fromMs, toMs, plotHeight = 150 }: TrendChartProps) {
  const { t, i18n } = useLingui();
  const shown = useMemo(
    () => points.filter(point => point.atMs >= fromMs && point.atMs <= toMs),
    [points, fromMs, toMs],
  );
  const groups = useMemo(() => trendGroups(shown), [shown]);
  if (groups.length === 0) {
    return (
      <p className={styles.empty}>
        <Trans>この期間の値は、まだありません</Trans>
      </p>
    );
  }
  return (
    <div className={styles.trend}>
      {groups.map(group => (
        <figure key={group.parameters.join('+')} className={styles.plot}>
          <figcaption>
            {group.parameters.map(parameter => (
              <span key={parameter} className={styles.legend} data-line={group.lines[parameter]}>
                <i style={{ borderColor: `var(${PARAMETER_FACES[parameter].colour})` }} aria-hidden="true" />
                <span>
                  <ParameterName parameter={parameter} />
                </span>
                <small>{unitWords(i18n, PARAMETERS[parameter].unit)}</small>
              </span>
            ))}
          </figcaption>
          <Plot
            group={group}
            fromMs={fromMs}
            toMs={toMs}
            height={plotHeight}
            locale={localeOf(i18n)}
            label={t`${group.parameters.map(parameter => parameterLabel(i18n, parameter)).join('・')} の推移`}
          />
        </figure>
      ))}
      <TrendTable points={shown} nowMs={toMs} />
    </div>
  );
}

function Plot(props: {
  readonly group: TrendGroup;
  readonly fromMs: number;
  readonly toMs: number;
  readonly height: number;
  readonly locale: 'ja' | 'en';
  readonly label: string;
}) {
  const { group, fromMs, toMs, height, locale, label } = props;
  const placeRef = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const place = placeRef.current;
    if (place === null) return;
    const draw = () => drawTrend(place, { group, fromMs, toMs, height, locale });
    let plot = draw();
    const watcher = new ResizeObserver(() => {
      if (place.clientWidth === plot.width) return;
      plot.destroy();
      plot = draw();
    });
    watcher.observe(place);
    return () => {
      watcher.disconnect();
      plot.destroy();
    };
  }, [group, fromMs, toMs, height, locale]);
  // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
  return <div ref={placeRef} className={styles.canvas} role="img" aria-label={label} />;
}

/** The same numbers as text, newest first. Its rows are there only while it is open: they are many. */
function TrendTable({ points, nowMs }: { readonly points: readonly TrendPoint[]; readonly nowMs: number }) {
  const [open, setOpen] = useState(false);
  return (
    <details className={styles.table} onToggle={event => setOpen(event.currentTarget.open)}>
      <summary>
        <Trans>表で見る</Trans>
      </summary>
      {/* A region that scrolls must be reachable by keyboard. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div className={styles.scroll} tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">
                <Trans>時刻</Trans>
              </th>
              <th scope="col">
                <Trans>項目</Trans>
              </th>
              <th scope="col">
                <Trans>値</Trans>
              </th>
            </tr>
          </thead>
          <tbody>{open ? <TrendRows points={points} nowMs={nowMs} /> : null}</tbody>
        </table>
      </div>
    </details>
  );
}

function TrendRows({ points, nowMs }: { readonly points: readonly TrendPoint[]; readonly nowMs: number }) {
  const { i18n } = useLingui();
  return points
    .toSorted((one, other) => other.atMs - one.atMs)
    .map(({ parameter, atMs, value }, place) => (
      // Two versions of one reading may say the same: only the place tells their lines apart.
      // oxlint-disable-next-line react/no-array-index-key
      <tr key={place}>
        <td>{formatMoment(atMs, nowMs, localeOf(i18n))}</td>
        <td>
          <ParameterName parameter={parameter} />
        </td>
        <td>
          {formatValue(parameter, value)} {unitWords(i18n, PARAMETERS[parameter].unit)}
        </td>
      </tr>
    ));
}
