import { Trans, useLingui } from '@lingui/react/macro';
import { type Alert, type HubContract, type Parameter, type RowResponse } from '@shimabashi/contracts';
import { formatClock, formatReading, formatValue, ParameterName } from '@shimabashi/ui';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useConsole } from '../../console.ts';
import { clockWithSeconds } from './alert-words.tsx';
import styles from './alert-screen.module.css';
import { linesOf, scaleOf, ticksOf, type TrendPlace } from './alert-trend-lines.ts';

const HOUR_MS = 3_600_000;

type Trend = RowResponse<HubContract, 'alerts.trend'>;

/** How it came to this: the hour before, with the limit drawn in. */
export function AlertTrend({ alert, nowMs }: { readonly alert: Alert; readonly nowMs: number }) {
  const { i18n } = useLingui();
  const { alerts } = useConsole();
  const trend = useQuery(alerts.trend(alert.alertId));
  const points = trend.data?.points ?? [];
  const limit = formatReading(i18n, alert.parameter, alert.limit.value);
  return (
    <section className={styles.trend}>
      <div className={styles.trendHead}>
        <h2>
          <Trans>この1時間</Trans>
        </h2>
        <span style={{ color: 'var(--p-spo2)' }}>
          <ParameterName parameter={alert.parameter} /> <Trans>実線</Trans>
        </span>
        {alert.parameter === 'pulse-rate' ? null : (
          <span style={{ color: 'var(--p-hr)' }}>
            <Trans>脈拍 破線</Trans>
          </span>
        )}
        <span>
          {alert.limit.kind === 'below' ? <Trans>下限 {limit}</Trans> : <Trans>上限 {limit}</Trans>}
        </span>
      </div>
      {points.length === 0 ? (
        <p className={styles.noTrend}>
          {trend.data === undefined ? <Trans>読んでいます</Trans> : <NoTrend trend={trend.data} />}
        </p>
      ) : (
        <Plot alert={alert} points={points} nowMs={nowMs} />
      )}
    </section>
  );
}

function NoTrend({ trend }: { readonly trend: Trend }) {
  const since = formatClock(trend.fromMs);
  return <Trans>{since} からの値は、まだありません</Trans>;
}

function Plot({
  alert,
  points,
  nowMs,
}: {
  readonly alert: Alert;
  readonly points: Trend['points'];
  readonly nowMs: number;
}) {
  const { t } = useLingui();
  const [place, ref] = usePlace();
  const { parameter, limit } = alert;
  const second: Parameter | undefined = parameter === 'pulse-rate' ? undefined : 'pulse-rate';
  const span = { fromMs: nowMs - HOUR_MS, toMs: nowMs };
  const own = points.filter(point => point.parameter === parameter);
  const beside = points.filter(point => point.parameter === second);
  const scale = scaleOf(own, limit.value);
  const lines = linesOf(own, { ...span, ...scale, ...place });
  const besideLines = linesOf(beside, { ...span, ...scaleOf(beside, 60), ...place });
  const yOfLimit = place.top + ((scale.max - limit.value) / (scale.max - scale.min)) * place.height;
  const [zoneTop, zoneBottom] =
    limit.kind === 'below' ? [yOfLimit, place.top + place.height] : [place.top, yOfLimit];
  const last = lines.at(-1)?.at(-1);
  const lastOwn = own.at(-1);
  return (
    <svg ref={ref} className={styles.plot} role="img" aria-label={t`この1時間の値`}>
      <defs>
        <pattern id="beyond" width="9" height="9" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect width="2" height="9" />
        </pattern>
      </defs>
      <rect
        x={place.left}
        y={zoneTop}
        width={place.width}
        height={Math.max(0, zoneBottom - zoneTop)}
        fill="url(#beyond)"
      />
      <Axes scale={scale} place={place} nowMs={nowMs} />
      <path className={styles.limit} d={`M${place.left} ${yOfLimit}h${place.width}`} />
      {besideLines.map(line => (
        <path key={line[0]?.[0]} className={styles.second} d={pathOf(line)} />
      ))}
      {lines.map(line => (
        <path key={line[0]?.[0]} className={styles.first} d={pathOf(line)} />
      ))}
      {last === undefined || lastOwn === undefined ? null : (
        <>
          <circle className={styles.dot} cx={last[0]} cy={last[1]} r="7" />
          <text className={styles.lastValue} x={place.left + place.width + 10} y={last[1] + 9}>
            {formatValue(parameter, lastOwn.value)}
          </text>
        </>
      )}
    </svg>
  );
}

function Axes({
  scale,
  place,
  nowMs,
}: {
  readonly scale: { readonly min: number; readonly max: number };
  readonly place: TrendPlace;
  readonly nowMs: number;
}) {
  return (
    <>
      {ticksOf(scale).map(value => {
        const y = place.top + ((scale.max - value) / (scale.max - scale.min)) * place.height;
        return (
          <g key={value} className={styles.grid}>
            <path d={`M${place.left} ${y}h${place.width}`} />
            <text x={place.left - 8} y={y + 6} textAnchor="end">
              {value}
            </text>
          </g>
        );
      })}
      <g className={styles.grid}>
        {[1, 0.5].map(back => (
          <text
            key={back}
            x={place.left + place.width * (1 - back)}
            y={place.top + place.height + 22}
            textAnchor="middle"
          >
            {clockWithSeconds(nowMs - HOUR_MS * back).replace(/:\d\d$/, '')}
          </text>
        ))}
        <text x={place.left + place.width} y={place.top + place.height + 22} textAnchor="middle">
          <Trans>今</Trans>
        </text>
      </g>
    </>
  );
}

function pathOf(line: readonly (readonly [number, number])[]): string {
  return line.map(([x, y], index) => `${index === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`).join('');
}

/** Where the lines stand in the drawing: labels to the left, the last value to the right. */
function usePlace(): [TrendPlace, React.RefObject<SVGSVGElement | null>] {
  const ref = useRef<SVGSVGElement>(null);
  const [size, setSize] = useState({ width: 640, height: 240 });
  useEffect(() => {
    const svg = ref.current;
    if (svg === null || typeof ResizeObserver === 'undefined') return undefined;
    const watcher = new ResizeObserver(() => {
      const { width, height } = svg.getBoundingClientRect();
      if (width > 0 && height > 0) setSize({ width, height });
    });
    watcher.observe(svg);
    return () => watcher.disconnect();
  }, []);
  return [
    { left: 44, top: 8, width: Math.max(40, size.width - 116), height: Math.max(40, size.height - 40) },
    ref,
  ];
}
