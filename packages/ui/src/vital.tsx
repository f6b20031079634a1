import { Trans, useLingui } from '@lingui/react/macro';
import { type Parameter, PARAMETERS } from '@shimabashi/contracts';
import { type CSSProperties, type ReactNode } from 'react';
import { Digits } from './digits.tsx';
import { Icon } from './icon.tsx';
import { localeOf } from './i18n.ts';
import { QualityBars } from './marks.tsx';
import {
  ABSENT_WORDS,
  formatReading,
  formatValue,
  isPoor,
  PARAMETER_FACES,
  parameterLabel,
  ParameterName,
  QUALITY_WORDS,
  qualityBars,
  unitWords,
  worstQuality,
} from './parameters.tsx';
import { formatAge, formatMoment, formatWhen } from './time.ts';
import { type PastValue, type VitalInput, type VitalState, vitalStateOf } from './vital-state.ts';
import styles from './vital.module.css';

export interface VitalProps extends VitalInput {
  readonly parameter: Parameter;
  /** Which device it comes from, or what does not answer. Already in words. */
  readonly source?: string | undefined;
  /** The value of an earlier visit, small at the end. */
  readonly previous?: PastValue | undefined;
}

/**
 * One vital sign as a line of a list: name, number, what may be said about it, the value before.
 *
 * An old number is never shown as the present one. Meaning never hangs on colour: each state has its
 * words, and `data-state` for the style sheet.
 */
export function VitalRow(props: VitalProps) {
  const { i18n } = useLingui();
  const state = vitalStateOf(props);
  const { parameter, previous, nowMs } = props;
  return (
    <section
      className={styles.row}
      aria-label={parameterLabel(i18n, parameter)}
      data-state={state.state}
      style={edgeColour(parameter)}
    >
      <VitalLabel parameter={parameter} />
      <VitalFigure parameter={parameter} state={state} />
      <VitalNote {...props} state={state} />
      <div className={styles.previous}>
        {previous === undefined ? null : (
          <>
            <b>{formatValue(parameter, previous.value)}</b>
            <span>{formatWhen(previous.atMs, nowMs, localeOf(i18n))}</span>
          </>
        )}
      </div>
    </section>
  );
}

/** The same as a tile: name and number above, the words beneath. */
export function VitalTile(props: VitalProps) {
  const { i18n } = useLingui();
  const state = vitalStateOf(props);
  return (
    <section
      className={styles.tile}
      aria-label={parameterLabel(i18n, props.parameter)}
      data-state={state.state}
      style={edgeColour(props.parameter)}
    >
      <div className={styles.head}>
        <VitalLabel parameter={props.parameter} />
        <VitalFigure parameter={props.parameter} state={state} />
      </div>
      <VitalNote {...props} state={state} />
    </section>
  );
}

function VitalLabel({ parameter }: { readonly parameter: Parameter }) {
  return (
    <h3 className={styles.label}>
      <Icon name={PARAMETER_FACES[parameter].icon} />
      <span>
        <ParameterName parameter={parameter} />
      </span>
    </h3>
  );
}

/** The number while it is the present one, else one word. `data-value` is there only with a number. */
function VitalFigure({ parameter, state }: { readonly parameter: Parameter; readonly state: VitalState }) {
  return (
    <p className={styles.figure} data-parameter={parameter} {...dataValue(state)}>
      <FigureContent parameter={parameter} state={state} />
    </p>
  );
}

function dataValue(state: VitalState): { 'data-value'?: number } {
  const isShown = state.state === 'live' || state.state === 'poor' || state.state === 'spot';
  return isShown ? { 'data-value': state.value } : {};
}

function FigureContent({ parameter, state }: { readonly parameter: Parameter; readonly state: VitalState }) {
  const { i18n } = useLingui();
  switch (state.state) {
    case 'live':
    case 'poor':
    case 'spot':
    case 'by-hand':
      return (
        <>
          <b>
            <Digits>{formatValue(parameter, state.value)}</Digits>
          </b>
          <span className={styles.unit}>{unitWords(i18n, PARAMETERS[parameter].unit)}</span>
        </>
      );
    case 'empty':
      return (
        <>
          <em>—</em>
          <span className={styles.unit}>{unitWords(i18n, PARAMETERS[parameter].unit)}</span>
        </>
      );
    case 'stale':
      return (
        <em>
          <Trans>古い</Trans>
        </em>
      );
    case 'gone':
      return (
        <em>
          <Trans>届きません</Trans>
        </em>
      );
    case 'absent':
      return <em>{i18n._(ABSENT_WORDS[state.reason].what)}</em>;
  }
}

/** What may be said beside the number: quality and age, or what to do. */
function VitalNote(props: VitalProps & { readonly state: VitalState }) {
  return (
    <div className={styles.note}>
      <NoteContent {...props} />
    </div>
  );
}

function NoteContent({ parameter, state, source, nowMs }: VitalProps & { readonly state: VitalState }) {
  const { t, i18n } = useLingui();
  const locale = localeOf(i18n);
  switch (state.state) {
    case 'live':
    case 'poor':
      return (
        <>
          <p>
            <QualityBars full={qualityBars(state.quality)} />
            <b>{qualityWord(state.quality, i18n, t`波形 良好`)}</b>
          </p>
          <p>
            {joined(
              formatAge(i18n, state.atMs, nowMs),
              isPoor(state.quality) ? qualityToDo(state.quality, i18n) : source,
            )}
          </p>
        </>
      );
    case 'empty':
      return (
        <p>
          <Trans>測ると、自動で入ります</Trans>
        </p>
      );
    case 'stale':
      return (
        <>
          <LastValue parameter={parameter} last={state.last} nowMs={nowMs} />
          <p>{source}</p>
        </>
      );
    case 'gone': {
      const since = formatMoment(state.sinceMs, nowMs, locale);
      return (
        <>
          <p>
            <b>
              <Trans>{since} から</Trans>
            </b>
            {source === undefined ? null : (
              <>
                {' '}
                <span className={styles.source}>{source}</span>
              </>
            )}
          </p>
          <LastValue parameter={parameter} last={state.last} nowMs={nowMs} />
        </>
      );
    }
    case 'absent':
      return (
        <p>
          <b>{i18n._(ABSENT_WORDS[state.reason].toDo)}</b>
        </p>
      );
    case 'spot':
      return (
        <>
          <MeasuredAt atMs={state.atMs} nowMs={nowMs} />
          <p>{joined(isPoor(state.quality) ? qualityToDo(state.quality, i18n) : source)}</p>
        </>
      );
    case 'by-hand': {
      const by = state.by;
      return (
        <>
          <p>
            <b>
              <Trans>{by}が入力</Trans>
            </b>
          </p>
          <p>{formatMoment(state.atMs, nowMs, locale)}</p>
        </>
      );
    }
  }
}

function MeasuredAt({ atMs, nowMs }: { readonly atMs: number; readonly nowMs: number }) {
  const { i18n } = useLingui();
  const when = formatMoment(atMs, nowMs, localeOf(i18n));
  return (
    <p>
      <b>
        <Trans>{when} に測定</Trans>
      </b>
    </p>
  );
}

function LastValue({
  parameter,
  last,
  nowMs,
}: {
  readonly parameter: Parameter;
  readonly last: PastValue | undefined;
  readonly nowMs: number;
}) {
  const { i18n } = useLingui();
  if (last === undefined) return null;
  const when = formatMoment(last.atMs, nowMs, localeOf(i18n));
  const value = formatReading(i18n, parameter, last.value);
  return (
    <p>
      <Trans>
        最後は {when} に {value}
      </Trans>
    </p>
  );
}

type I18nLike = ReturnType<typeof useLingui>['i18n'];

function qualityWord(flags: Parameters<typeof worstQuality>[0], i18n: I18nLike, good: string): ReactNode {
  const worst = worstQuality(flags);
  return worst === null ? good : i18n._(QUALITY_WORDS[worst].what);
}

function qualityToDo(flags: Parameters<typeof worstQuality>[0], i18n: I18nLike): string | undefined {
  const worst = worstQuality(flags);
  return worst === null ? undefined : i18n._(QUALITY_WORDS[worst].toDo);
}

function joined(...parts: readonly (string | undefined)[]): string {
  return parts.filter(part => part !== undefined && part !== '').join('・');
}

function edgeColour(parameter: Parameter): CSSProperties {
  return { '--pc': `var(${PARAMETER_FACES[parameter].colour})` } as CSSProperties;
}
