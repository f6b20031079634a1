import { type Parameter } from '@shimabashi/contracts';
import uPlot from 'uplot';
import { type AppLocale } from './i18n.ts';
import { PARAMETER_FACES } from './parameters.tsx';
import { axisTicks } from './trend-axis.ts';
import { type TrendPoint } from './trend-chart.tsx';

/** How a parameter is drawn besides its colour, so that a black-and-white print is complete. */
type TrendLine = 'solid' | 'dashed' | 'bars' | 'dots' | 'long-dashes';

/** The parameters that share one scale and one plot. */
export interface TrendGroup {
  readonly parameters: readonly Parameter[];
  readonly lines: Readonly<Partial<Record<Parameter, TrendLine>>>;
  /** What the scale shows at least: a drop of 1 % must not look like a fall. Grows with the values. */
  readonly scale: { readonly min: number; readonly max: number };
  readonly points: readonly TrendPoint[];
}

const GROUPS: readonly Omit<TrendGroup, 'points'>[] = [
  { parameters: ['SpO2'], lines: { SpO2: 'solid' }, scale: { min: 84, max: 100 } },
  {
    parameters: [
      'systolic-pressure',
      'diastolic-pressure',
      'mean-arterial-pressure',
      'pulse-rate',
      'heart-rate',
    ],
    lines: {
      'systolic-pressure': 'bars',
      'diastolic-pressure': 'bars',
      'mean-arterial-pressure': 'dots',
      'pulse-rate': 'dashed',
      'heart-rate': 'solid',
    },
    scale: { min: 40, max: 180 },
  },
  { parameters: ['body-temperature'], lines: { 'body-temperature': 'dots' }, scale: { min: 35, max: 39 } },
  {
    parameters: ['respiratory-rate'],
    lines: { 'respiratory-rate': 'long-dashes' },
    scale: { min: 8, max: 30 },
  },
  { parameters: ['body-weight'], lines: { 'body-weight': 'solid' }, scale: { min: 40, max: 70 } },
  {
    parameters: ['glucose', 'interstitial-glucose'],
    lines: { glucose: 'dots', 'interstitial-glucose': 'solid' },
    scale: { min: 60, max: 200 },
  },
  { parameters: ['perfusion-index'], lines: { 'perfusion-index': 'solid' }, scale: { min: 0, max: 10 } },
];

/** The plots that these points need, without the parameters that have none. */
export function trendGroups(points: readonly TrendPoint[]): TrendGroup[] {
  return GROUPS.map(group => {
    const own = points.filter(point => group.parameters.includes(point.parameter));
    const parameters = group.parameters.filter(name => own.some(point => point.parameter === name));
    const values = own.map(point => point.value);
    return {
      ...group,
      parameters,
      points: own,
      scale: {
        min: Math.min(group.scale.min, ...values.map(value => Math.floor(value) - 1)),
        max: Math.max(group.scale.max, ...values.map(value => Math.ceil(value) + 1)),
      },
    };
  }).filter(group => group.points.length > 0);
}

/** uPlot's columns: the times in seconds, then one column a parameter with `null` where it has none. */
export function trendColumns(group: TrendGroup): uPlot.AlignedData {
  const times = [...new Set(group.points.map(point => point.atMs))].sort((a, b) => a - b);
  const place = new Map(times.map((atMs, index) => [atMs, index]));
  const columns = group.parameters.map(parameter => {
    const column: (number | null)[] = times.map(() => null);
    for (const point of group.points) {
      const index = place.get(point.atMs);
      if (point.parameter === parameter && index !== undefined) column[index] = point.value;
    }
    return column;
  });
  return [times.map(atMs => atMs / 1_000), ...columns];
}

/** What the value axis takes of the width, and the room that one label of the time axis needs. */
const AXIS_PX = 60;
const TICK_EM = 5;

/** Draws one group into `place`. The caller destroys the plot. */
export function drawTrend(
  place: HTMLElement,
  options: {
    readonly group: TrendGroup;
    readonly fromMs: number;
    readonly toMs: number;
    readonly height: number;
    readonly locale: AppLocale;
  },
): uPlot {
  const { group, fromMs, toMs, height, locale } = options;
  const style = getComputedStyle(place);
  const token = (name: string) => style.getPropertyValue(name).trim();
  const font = `${style.fontSize} ${style.fontFamily}`;
  const axis = { stroke: token('--ink-2'), font, ticks: { show: false } };
  const width = Math.max(120, place.clientWidth);
  const ticks = axisTicks({
    fromMs,
    toMs,
    locale,
    most: Math.floor((width - AXIS_PX) / (TICK_EM * Number.parseFloat(style.fontSize))),
  });
  return new uPlot(
    {
      width,
      height,
      legend: { show: false },
      cursor: { show: false },
      scales: {
        x: { time: false, range: [fromMs / 1_000, toMs / 1_000] },
        y: { range: [group.scale.min, group.scale.max] },
      },
      axes: [
        {
          ...axis,
          grid: { show: false },
          splits: () => ticks.map(({ atMs }) => atMs / 1_000),
          values: () => ticks.map(({ label }) => label),
        },
        { ...axis, grid: { stroke: token('--rule'), width: 1 } },
      ],
      series: [{}, ...group.parameters.map(parameter => seriesOf(parameter, group, token))],
      hooks: { draw: [plot => drawPressureBars(plot, group, token('--p-nibp'))] },
    },
    trendColumns(group),
    place,
  );
}

function seriesOf(parameter: Parameter, group: TrendGroup, token: (name: string) => string): uPlot.Series {
  const colour = token(PARAMETER_FACES[parameter].colour);
  const line = group.lines[parameter];
  return {
    stroke: colour,
    width: line === 'solid' ? 2.5 : 1.6,
    spanGaps: true,
    ...(line === 'dashed' ? { dash: [7, 5] } : {}),
    ...(line === 'long-dashes' ? { dash: [14, 6] } : {}),
    // Bars are drawn by the hook below; dots have no line between them.
    ...(line === 'bars' || line === 'dots' ? { paths: () => null } : {}),
    points: { show: line !== 'bars', size: line === 'dots' ? 8 : 5, fill: colour, stroke: colour },
  };
}

/** Blood pressure: an I from systolic to diastolic at each measurement. */
function drawPressureBars(plot: uPlot, group: TrendGroup, colour: string): void {
  const systolic = group.parameters.indexOf('systolic-pressure') + 1;
  const diastolic = group.parameters.indexOf('diastolic-pressure') + 1;
  if (systolic === 0 || diastolic === 0) return;
  const { ctx } = plot;
  ctx.save();
  ctx.strokeStyle = colour;
  ctx.lineWidth = 2 * devicePixelRatio;
  const foot = 5 * devicePixelRatio;
  ctx.beginPath();
  plot.data[0].forEach((seconds, index) => {
    const high = plot.data[systolic]?.[index];
    const low = plot.data[diastolic]?.[index];
    if (typeof high !== 'number' || typeof low !== 'number') return;
    const x = plot.valToPos(seconds, 'x', true);
    const [top, bottom] = [plot.valToPos(high, 'y', true), plot.valToPos(low, 'y', true)];
    ctx.moveTo(x - foot, top);
    ctx.lineTo(x + foot, top);
    ctx.moveTo(x, top);
    ctx.lineTo(x, bottom);
    ctx.moveTo(x - foot, bottom);
    ctx.lineTo(x + foot, bottom);
  });
  ctx.stroke();
  ctx.restore();
}
