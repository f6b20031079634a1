import { Trans, useLingui } from '@lingui/react/macro';
import { type Alert, type Parameter } from '@shimabashi/contracts';
import {
  ABSENT_WORDS,
  Digits,
  formatAge,
  formatMoment,
  formatReading,
  formatValue,
  Icon,
  isPoor,
  localeOf,
  PARAMETER_FACES,
  ParameterName,
  unitWords,
} from '@shimabashi/ui';
import { type CSSProperties, useSyncExternalStore } from 'react';
import { useConsole } from '../../console.ts';
import { type LiveReading, readingOf } from '../live/live-values.ts';
import { clockWithSeconds } from './alert-words.tsx';
import styles from './alert-screen.module.css';

/** What stands beside the parameter that the alarm is about. */
const BESIDE: readonly Parameter[] = ['SpO2', 'pulse-rate', 'respiratory-rate', 'body-temperature'];
const BESIDE_MAX = 2;

/** The number that the alarm is about, as large as it can be, with its age; and two others. */
export function AlertVitals({ alert, nowMs }: { readonly alert: Alert; readonly nowMs: number }) {
  const { live, clock } = useConsole();
  const snapshot = useSyncExternalStore(live.subscribe, live.getSnapshot);
  const isOwn = alert.patientId !== null && snapshot.patientId === alert.patientId;
  const liveNowMs = Math.max(nowMs, clock.hubNowMs());
  const reading = (parameter: Parameter): LiveReading =>
    isOwn ? readingOf(snapshot, parameter) : { state: 'waiting' };
  const others = BESIDE.filter(parameter => parameter !== alert.parameter)
    .filter((parameter, place) => place < 1 || reading(parameter).state !== 'waiting')
    .slice(0, BESIDE_MAX);
  return (
    <section className={styles.numbers}>
      <div
        className={styles.main}
        style={colourOf(alert.parameter)}
        data-state={reading(alert.parameter).state}
        data-parameter={alert.parameter}
      >
        <p className={styles.label}>
          <Icon name={PARAMETER_FACES[alert.parameter].icon} />
          <span>
            <ParameterName parameter={alert.parameter} />
          </span>
          <em>
            <ReadingAge reading={reading(alert.parameter)} nowMs={liveNowMs} />
          </em>
        </p>
        <MainFigure alert={alert} reading={reading(alert.parameter)} />
      </div>
      {others.map(parameter => (
        <div key={parameter} className={styles.beside} style={colourOf(parameter)}>
          <p className={styles.label}>
            <Icon name={PARAMETER_FACES[parameter].icon} />
            <span>
              <ParameterName parameter={parameter} />
            </span>
          </p>
          <BesideFigure parameter={parameter} reading={reading(parameter)} />
          <em>
            <ReadingAge reading={reading(parameter)} nowMs={liveNowMs} />
          </em>
        </div>
      ))}
    </section>
  );
}

function MainFigure({ alert, reading }: { readonly alert: Alert; readonly reading: LiveReading }) {
  const { i18n } = useLingui();
  const unit = unitWords(i18n, alert.unit);
  if (reading.state === 'live') {
    return (
      <p className={styles.figure}>
        <b data-poor={isPoor(reading.sample.quality) || undefined}>
          <Digits>{formatValue(alert.parameter, reading.value)}</Digits>
        </b>
        <span>{unit}</span>
      </p>
    );
  }
  const value = formatReading(i18n, alert.parameter, alert.value);
  const at = clockWithSeconds(alert.raisedAtMs);
  return (
    <div className={styles.noFigure}>
      <p>
        <NoValueWords reading={reading} />
      </p>
      <span>
        <Trans>
          警報のときの値 {value}・{at}
        </Trans>
      </span>
    </div>
  );
}

function BesideFigure({
  parameter,
  reading,
}: {
  readonly parameter: Parameter;
  readonly reading: LiveReading;
}) {
  return (
    <p className={styles.smallFigure}>
      {reading.state === 'live' ? (
        <b>
          <Digits>{formatValue(parameter, reading.value)}</Digits>
        </b>
      ) : (
        <NoValueWords reading={reading} />
      )}
    </p>
  );
}

function NoValueWords({ reading }: { readonly reading: Exclude<LiveReading, { state: 'live' }> }) {
  const { i18n } = useLingui();
  switch (reading.state) {
    case 'waiting':
      return <Trans>まだです</Trans>;
    case 'absent':
      return <>{i18n._(ABSENT_WORDS[reading.reason].what)}</>;
    case 'stale':
      return <Trans>古い</Trans>;
    case 'ended':
    case 'unreachable':
      return <Trans>届きません</Trans>;
  }
}

function ReadingAge({ reading, nowMs }: { readonly reading: LiveReading; readonly nowMs: number }) {
  const { i18n } = useLingui();
  const locale = localeOf(i18n);
  switch (reading.state) {
    case 'live':
      return <>{formatAge(i18n, nowMs - reading.ageMs, nowMs)}</>;
    case 'stale':
      return reading.last === null ? null : <>{formatMoment(reading.last.atHubMs, nowMs, locale)}</>;
    case 'ended':
    case 'unreachable': {
      const since = formatMoment(reading.sinceMs, nowMs, locale);
      return <Trans>{since} から</Trans>;
    }
    case 'absent':
    case 'waiting':
      return null;
  }
}

function colourOf(parameter: Parameter): CSSProperties {
  return { '--pc': `var(${PARAMETER_FACES[parameter].colour})` } as CSSProperties;
}
