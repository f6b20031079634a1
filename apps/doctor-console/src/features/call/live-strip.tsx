import { Trans, useLingui } from '@lingui/react/macro';
import { type ObservationFacts } from '@shimabashi/clinical';
import { type Parameter, PARAMETERS } from '@shimabashi/contracts';
import {
  ABSENT_WORDS,
  Digits,
  formatAge,
  formatMoment,
  formatValue,
  LiveWaveform,
  localeOf,
  PARAMETER_FACES,
  parameterLabel,
  ParameterName,
  unitWords,
  type WaveformBuffer,
} from '@shimabashi/ui';
import { type CSSProperties, type ReactNode, useMemo, useSyncExternalStore } from 'react';
import { useConsole } from '../../console.ts';
import { type LiveReading, readingOf } from '../live/live-values.ts';
import { observationOf } from '../patient/chart-items.ts';
import { useChart } from '../patient/use-chart.ts';
import styles from './call.module.css';

const STREAMED: readonly Parameter[] = ['SpO2', 'pulse-rate'];
const MEASURED: readonly Parameter[] = ['body-temperature', 'respiratory-rate'];

/** What the monitor says now, with its trace, and the newest of what is measured now and then. */
export function LiveStrip({
  patientId,
  trace,
  nowMs,
}: {
  readonly patientId: string | null;
  readonly trace: WaveformBuffer;
  readonly nowMs: number;
}) {
  const { t } = useLingui();
  const { live, clock } = useConsole();
  const snapshot = useSyncExternalStore(live.subscribe, live.getSnapshot);
  const spo2 = readingOf(snapshot, 'SpO2');
  const tickMs = Math.max(nowMs, clock.hubNowMs());
  return (
    <section className={styles.strip} aria-label={t`いまの値`}>
      <div className={styles.trace}>
        <LiveWaveform
          buffer={trace}
          running={spo2.state === 'live'}
          label={t`脈波`}
          colour="--p-spo2"
          face="console"
          range={PLETH_RANGE}
        />
      </div>
      {STREAMED.map(parameter => (
        <LiveCell
          key={parameter}
          parameter={parameter}
          reading={readingOf(snapshot, parameter)}
          nowMs={tickMs}
        />
      ))}
      {patientId === null ? null : <SavedCells patientId={patientId} nowMs={nowMs} />}
    </section>
  );
}

/** Blocks without a full scale have samples of one byte. */
const PLETH_RANGE = { min: 0, max: 255 };

function LiveCell({
  parameter,
  reading,
  nowMs,
}: {
  readonly parameter: Parameter;
  readonly reading: LiveReading;
  readonly nowMs: number;
}) {
  const { t, i18n } = useLingui();
  const locale = localeOf(i18n);
  switch (reading.state) {
    case 'live':
      return (
        <Cell
          parameter={parameter}
          value={reading.value}
          note={formatAge(i18n, nowMs - reading.ageMs, nowMs)}
        >
          <Digits>{formatValue(parameter, reading.value)}</Digits>
        </Cell>
      );
    case 'waiting':
      return <Cell parameter={parameter} word="—" note={t`まだです`} />;
    case 'absent':
      return (
        <Cell
          parameter={parameter}
          word={i18n._(ABSENT_WORDS[reading.reason].what)}
          note={formatAge(i18n, nowMs - reading.ageMs, nowMs)}
        />
      );
    case 'stale':
      return <Cell parameter={parameter} word={t`古い`} note={lastWords(reading.last)} />;
    case 'ended':
    case 'unreachable':
      return <Cell parameter={parameter} word={t`届きません`} note={lastWords(reading.last)} />;
  }

  function lastWords(last: { readonly value: number; readonly atHubMs: number } | null): string {
    if (last === null) return '';
    return `${formatMoment(last.atHubMs, nowMs, locale)} ${formatValue(parameter, last.value)}`;
  }
}

/** What was saved last: each with its time, since it is not the value now. */
function SavedCells({ patientId, nowMs }: { readonly patientId: string; readonly nowMs: number }) {
  const { i18n } = useLingui();
  const { observations } = useChart(patientId);
  const newest = useMemo(() => {
    const facts = (observations.data ?? []).flatMap(entry => observationOf(entry) ?? []);
    return (parameter: Parameter): ObservationFacts | undefined =>
      facts.find(each => each.parameter === parameter && each.value !== null && !each.retracted);
  }, [observations.data]);
  const systolic = newest('systolic-pressure');
  const diastolic = newest('diastolic-pressure');
  const isPair = systolic?.effectiveAtMs === diastolic?.effectiveAtMs;
  const half = (facts: ObservationFacts | undefined, parameter: Parameter) =>
    facts?.value === undefined || facts.value === null ? '—' : formatValue(parameter, facts.value);
  const when = (facts: ObservationFacts | undefined) =>
    facts === undefined ? '' : formatMoment(facts.effectiveAtMs, nowMs, localeOf(i18n));
  return (
    <>
      <Cell
        parameter="systolic-pressure"
        label={<Trans>血圧</Trans>}
        note={when(systolic)}
        {...(systolic === undefined
          ? { word: '—' }
          : {
              children: `${half(systolic, 'systolic-pressure')}/${isPair ? half(diastolic, 'diastolic-pressure') : '—'}`,
            })}
      />
      {MEASURED.map(parameter => {
        const facts = newest(parameter);
        return (
          <Cell
            key={parameter}
            parameter={parameter}
            note={when(facts)}
            {...(facts === undefined ? { word: '—' } : { children: half(facts, parameter) })}
          />
        );
      })}
    </>
  );
}

function Cell({
  parameter,
  label,
  value,
  word,
  note,
  children,
}: {
  readonly parameter: Parameter;
  readonly label?: ReactNode;
  /** Only of what is live. */
  readonly value?: number;
  /** In place of a number. */
  readonly word?: string;
  readonly note: string;
  readonly children?: ReactNode;
}) {
  const { i18n } = useLingui();
  return (
    <section
      className={styles.cell}
      style={{ '--pc': `var(${PARAMETER_FACES[parameter].colour})` } as CSSProperties}
      aria-label={parameterLabel(i18n, parameter)}
    >
      <span>{label ?? <ParameterName parameter={parameter} />}</span>
      <p {...(value === undefined ? {} : { 'data-parameter': parameter, 'data-value': value })}>
        {word === undefined ? (
          <>
            <b>{children}</b>
            <i>{unitWords(i18n, PARAMETERS[parameter].unit)}</i>
          </>
        ) : (
          <em>{word}</em>
        )}
      </p>
      <small>{note}</small>
    </section>
  );
}
