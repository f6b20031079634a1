import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { isPaused, type SoundName } from '@shimabashi/clinical';
import { type Alarm } from '@shimabashi/contracts';
import {
  AlarmMark,
  Digits,
  formatClock,
  formatReading,
  formatStopwatch,
  localeOf,
  ParameterName,
} from '@shimabashi/ui';
import { shownAlarms, soundlessSinceMs } from '../state/alarms.ts';
import { familyName } from '../state/names.ts';
import { useSnapshot } from '../state/use-kiosk.ts';
import { type Time, useTime } from '../state/use-time.ts';
import { shownVital } from '../state/vitals.ts';
import { AlarmButtons } from './alarm-buttons.tsx';
import { EscalationLine } from './escalation-line.tsx';
import styles from './alarm-band.module.css';

/**
 * What rings, on every screen: the alarm, how far its word has come, what one can do; that no sound
 * comes out; that alarms are switched off. Nothing while none of these is so.
 */
export function AlarmBands({ soundsHere }: { readonly soundsHere?: SoundName | undefined }) {
  const time = useTime();
  const snapshot = useSnapshot();
  const [first, ...others] = shownAlarms(snapshot.alarms);
  const silentSinceMs = soundlessSinceMs(snapshot, time.nowMs);
  if (first === undefined && silentSinceMs === undefined && snapshot.alarmWatch !== 'off') return null;
  return (
    <div className={styles.bands} data-bands>
      {first === undefined ? null : <AlarmBand alarm={first} others={others.length} time={time} />}
      {silentSinceMs === undefined ? null : <SilentBand sinceMs={silentSinceMs} soundsHere={soundsHere} />}
      {snapshot.alarmWatch === 'off' ? <OffBand /> : null}
    </div>
  );
}

function AlarmBand({
  alarm,
  others,
  time,
}: {
  readonly alarm: Alarm;
  readonly others: number;
  readonly time: Time;
}) {
  const isAnswered = alarm.acknowledged !== null;
  return (
    <section
      className={styles.alarm}
      role="alert"
      data-alarm={alarm.alarmId}
      data-state={alarm.state}
      data-answered={isAnswered || undefined}
    >
      <AlarmMark priority={alarm.priority} flashing={!isAnswered} />
      <div className={styles.words}>
        <b>
          <span>
            <AlarmTitle alarm={alarm} />
          </span>
          <AlarmValue alarm={alarm} time={time} />
        </b>
        <p>
          <AlarmTimes alarm={alarm} nowMs={time.nowMs} />
          {others === 0 ? null : (
            <>
              {' '}
              <Plural value={others} other="ほかに # 件" />
            </>
          )}{' '}
          <Trans>補助の通知です。</Trans>
        </p>
        <p>
          <EscalationLine alarm={alarm} nowMs={time.nowMs} /> <AnswerWords alarm={alarm} nowMs={time.nowMs} />
        </p>
      </div>
      <AlarmAnswer alarm={alarm} nowMs={time.nowMs} />
    </section>
  );
}

function AlarmTitle({ alarm }: { readonly alarm: Alarm }) {
  const name = <ParameterName parameter={alarm.parameter} />;
  if (alarm.signalLostAtMs !== null) {
    return <Trans>緊急度 高 {name} が低いまま、値が届きません</Trans>;
  }
  return alarm.state === 'latched' ? (
    <Trans>緊急度 高 {name} が低くなりました。いまは戻っています</Trans>
  ) : (
    <Trans>緊急度 高 {name} が低い</Trans>
  );
}

/** The value now, if there is one; else that of when it was raised. */
function AlarmValue({ alarm, time }: { readonly alarm: Alarm; readonly time: Time }) {
  const { i18n } = useLingui();
  const snapshot = useSnapshot();
  const { reading } = shownVital(snapshot, alarm.parameter, time);
  const isLive = alarm.signalLostAtMs === null && reading?.measured.status === 'measured';
  const value = isLive && reading.measured.status === 'measured' ? reading.measured.value : alarm.value;
  const shown = formatReading(i18n, alarm.parameter, value);
  return (
    <em className={styles.value}>
      {isLive ? <Trans>いま {shown}</Trans> : <Trans>警報のとき {shown}</Trans>}
    </em>
  );
}

function AlarmTimes({ alarm, nowMs }: { readonly alarm: Alarm; readonly nowMs: number }) {
  const { i18n } = useLingui();
  const since = formatClock(alarm.raisedAtMs);
  const lasted = formatStopwatch((alarm.endedAtMs ?? nowMs) - alarm.raisedAtMs);
  const source = alarm.deviceName;
  if (alarm.signalLostAtMs !== null) {
    const lost = formatClock(alarm.signalLostAtMs);
    return (
      <Trans>
        機器：{lost} から値が届きません。センサーを指につけ直してください（{source}）。
      </Trans>
    );
  }
  const limit = formatReading(i18n, alarm.parameter, alarm.limit.value);
  return (
    <Trans>
      {limit} 未満。{since} から <Digits>{lasted}</Digits>（{source}）
    </Trans>
  );
}

/** Who has answered what. */
function AnswerWords({ alarm, nowMs }: { readonly alarm: Alarm; readonly nowMs: number }) {
  const { i18n } = useLingui();
  const { nurse } = useSnapshot();
  const { acknowledged, soundPaused } = alarm;
  if (acknowledged !== null) {
    const by = familyName(acknowledged.by, localeOf(i18n));
    const at = formatClock(acknowledged.atMs);
    return (
      <Trans>
        {at} {by}が見ました。音は止まっています。
      </Trans>
    );
  }
  if (soundPaused !== null && isPaused(alarm, nowMs)) {
    const by = familyName(soundPaused.by, localeOf(i18n));
    const left = formatStopwatch(soundPaused.untilMs - nowMs);
    return (
      <Trans>
        {by}が音を止めています。あと <Digits>{left}</Digits>
      </Trans>
    );
  }
  return nurse ? null : <Trans>音を止めるには、お名前と暗証番号ではいってください。</Trans>;
}

/** What the nurse may do: also again for a value that was lost after somebody had answered. */
function AlarmAnswer({ alarm, nowMs }: { readonly alarm: Alarm; readonly nowMs: number }) {
  const { nurse } = useSnapshot();
  const isOpen = alarm.acknowledged === null;
  if (!nurse || !(isOpen || alarm.signalLostAtMs !== null)) return null;
  return (
    <div className={styles.answer}>
      <AlarmButtons alarmId={alarm.alarmId} mayPause={isOpen && !isPaused(alarm, nowMs)} />
    </div>
  );
}

/** That nobody would hear an alarm is an alarm of its own. */
function SilentBand({
  sinceMs,
  soundsHere,
}: {
  readonly sinceMs: number;
  readonly soundsHere: SoundName | undefined;
}) {
  const since = formatClock(sinceMs);
  return (
    <section className={styles.silent} role="alert" data-band="silent" data-sounding-here={soundsHere}>
      <AlarmMark priority="medium" flashing />
      <p>
        <b>
          <Trans>警報の音が出ません</Trans>
        </b>
        <span>
          <Trans>機器：{since} から。スピーカーの電源と線を確かめてください。</Trans>{' '}
          {soundsHere === undefined ? (
            <Trans>警報はこの画面に出ます。目を離さないでください。</Trans>
          ) : (
            <Trans>かわりに、この画面から鳴らしています。</Trans>
          )}
        </span>
      </p>
    </section>
  );
}

/** In a practice that has switched the function off. */
function OffBand() {
  return (
    <p className={styles.off} data-band="alarms-off">
      <Trans>警報は切ってあります。値が下がっても、この端末は知らせません。</Trans>
    </p>
  );
}
