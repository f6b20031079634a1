import {
  type Alarm,
  type AlarmAnswer,
  type AlarmLimit,
  PARAMETERS,
  type Sample,
  SOUND_PAUSE_MS,
  STREAM_STALE_AFTER_MS,
} from '@shimabashi/contracts';
import { ALARM_RULES, type AlarmRuleId, CLEAR_BY, CLEAR_FOR_MS, UNUSABLE_FLAGS } from './rules.ts';

/** One rule on one device, as this practice has set it. */
export interface WatchedRule {
  readonly ruleId: AlarmRuleId;
  readonly deviceId: string;
  /** What people call the device. */
  readonly deviceName: string;
  readonly limit: AlarmLimit;
  readonly forMs: number;
  /** Gives the id of the episode that this sample begins: the same for the same sample. */
  readonly newAlarmId: (sampleId: string) => string;
}

/** `nowMs` is for what people read; every duration is measured by the clock that is never set. */
export interface Moment {
  readonly nowMs: number;
  readonly monotonicMs: number;
}

/**
 * Where one rule stands on one device. A plain value: whoever holds it decides when to keep it.
 *
 * Without an alarm, `beyondMs` above 0 is what IEC 60601-1-8 calls an alarm condition delay: pending.
 */
export interface Episode {
  /** Undefined, or resolved: none is on. */
  readonly alarm: Alarm | undefined;
  /** Time that the value has been beyond the limit, of usable samples alone. */
  readonly beyondMs: number;
  /** Time that it has been back inside. */
  readonly clearMs: number;
  /** The newest sample, if it was usable: time counts from one usable sample to the next. */
  readonly last: { readonly side: Side; readonly atMonotonicMs: number } | undefined;
  readonly lastUsableAtMonotonicMs: number;
  /** Ids of the newest samples: one that comes twice counts once. */
  readonly seen: readonly string[];
}

export type EpisodeEvent =
  | { readonly kind: 'sample'; readonly sample: Sample }
  /** Time has passed. A few times a second, whether or not anything comes. */
  | { readonly kind: 'tick' }
  /** The device has left `connected`: its values are withdrawn. */
  | { readonly kind: 'withdrawn' }
  | { readonly kind: 'answer'; readonly answer: AlarmAnswer };

type Side = 'beyond' | 'at-limit' | 'inside';

const SEEN_MAX = 64;
/** Two samples further apart than this say nothing about the time between them. */
const GAP_MS_MAX = STREAM_STALE_AFTER_MS;
/** Without a usable value for this long, what was counted is somebody else's time, and begins anew. */
const PENDING_HELD_MS = 30_000;

export function noEpisode(at: Moment): Episode {
  return {
    alarm: undefined,
    beyondMs: 0,
    clearMs: 0,
    last: undefined,
    lastUsableAtMonotonicMs: at.monotonicMs,
    seen: [],
  };
}

/** An episode that goes on, since whoever judged it before is gone. */
export function resumedEpisode(alarm: Alarm, at: Moment): Episode {
  return { ...noEpisode(at), alarm };
}

/**
 * The rule, exactly:
 *
 * - A live sample of the rule's parameter is *usable* when it has a number and none of `UNUSABLE_FLAGS`.
 * - Time beyond the limit is the sum of the times from one usable sample beyond it to the very next
 *   sample if that is one too, none longer than 3 s. Samples that are not usable neither add to it nor
 *   take from it. A usable sample at or inside the limit sets it to 0; so do 30 s without a usable one.
 * - After `forMs` of it the alarm is `active`.
 * - After 5 s inside the limit by one step, counted the same way, the condition is gone: `resolved` if
 *   somebody has acknowledged, else `latched`.
 * - While active, 3 s without a usable sample, or the loss of the device, are no end: `latched`, with
 *   `signalLostAtMs`. The next usable sample makes it active again. An acknowledgement at the kiosk
 *   that is given while there is no signal resolves it; one from afar only ends the sound.
 * - A latched alarm whose condition comes back for `forMs` is active again: the same episode.
 */
export function nextEpisode(episode: Episode, event: EpisodeEvent, at: Moment, rule: WatchedRule): Episode {
  const kept = isOn(episode.alarm) ? episode : { ...episode, alarm: undefined };
  const current = withPauseEnded(kept, at);
  switch (event.kind) {
    case 'sample':
      return afterSample(current, event.sample, at, rule);
    case 'tick':
      return afterSilence(current, at);
    case 'withdrawn':
      return withoutSignal({ ...current, last: undefined }, at);
    case 'answer':
      return answered(current, event.answer);
  }
}

function isOn(alarm: Alarm | undefined): alarm is Alarm {
  return alarm !== undefined && alarm.state !== 'resolved';
}

/** Whether this alarm is to be heard now. */
export function isSounding(alarm: Alarm, nowMs: number): boolean {
  return alarm.state !== 'resolved' && alarm.acknowledged === null && !isPaused(alarm, nowMs);
}

/** A pause that lasts longer than a pause can was made before the clock was set back: it is over. */
export function isPaused({ soundPaused }: Pick<Alarm, 'soundPaused'>, nowMs: number): boolean {
  const leftMs = soundPaused === null ? 0 : soundPaused.untilMs - nowMs;
  return leftMs > 0 && leftMs <= SOUND_PAUSE_MS;
}

function afterSample(episode: Episode, sample: Sample, at: Moment, rule: WatchedRule): Episode {
  if (sample.origin !== 'live' || sample.parameter !== ALARM_RULES[rule.ruleId].parameter) return episode;
  if (episode.seen.includes(sample.sampleId)) return episode;
  const seen = [...episode.seen, sample.sampleId].slice(-SEEN_MAX);
  const value = usableValueOf(sample);
  if (value === undefined) return afterSilence({ ...episode, seen, last: undefined }, at);

  const side = sideOf(value, rule.limit);
  const sinceLastMs =
    episode.last?.side === side ? Math.max(0, at.monotonicMs - episode.last.atMonotonicMs) : 0;
  const countedMs = sinceLastMs <= GAP_MS_MAX ? sinceLastMs : 0;
  const counted: Episode = {
    ...afterSilence(episode, at),
    seen,
    last: { side, atMonotonicMs: at.monotonicMs },
    lastUsableAtMonotonicMs: at.monotonicMs,
  };
  const isActive = withSignal(counted).alarm?.state === 'active';
  const beyondMs = side === 'beyond' && !isActive ? counted.beyondMs + countedMs : 0;
  const clearMs = side === 'beyond' ? 0 : counted.clearMs + (side === 'inside' ? countedMs : 0);
  return judged({ ...withSignal(counted), beyondMs, clearMs }, { sample, value, at, rule });
}

function usableValueOf({ measured, quality }: Sample): number | undefined {
  if (measured.status !== 'measured' || quality.some(flag => UNUSABLE_FLAGS.has(flag))) return undefined;
  return measured.value;
}

function sideOf(value: number, limit: AlarmLimit): Side {
  const insideBy = limit.kind === 'below' ? value - limit.value : limit.value - value;
  if (insideBy < 0) return 'beyond';
  return insideBy < CLEAR_BY ? 'at-limit' : 'inside';
}

function judged(
  episode: Episode,
  {
    sample,
    value,
    at,
    rule,
  }: { readonly sample: Sample; readonly value: number; readonly at: Moment; readonly rule: WatchedRule },
): Episode {
  const { alarm } = episode;
  if (alarm === undefined) {
    return episode.beyondMs >= rule.forMs
      ? { ...episode, beyondMs: 0, clearMs: 0, alarm: raised(sample, value, at, rule) }
      : episode;
  }
  if (alarm.state === 'active' && episode.clearMs >= CLEAR_FOR_MS) {
    const state = alarm.acknowledged === null ? 'latched' : 'resolved';
    return { ...episode, alarm: { ...alarm, state, endedAtMs: at.nowMs } };
  }
  if (alarm.state === 'latched' && episode.beyondMs >= rule.forMs) {
    return { ...episode, beyondMs: 0, clearMs: 0, alarm: { ...alarm, state: 'active', endedAtMs: null } };
  }
  return episode;
}

function raised(sample: Sample, value: number, at: Moment, rule: WatchedRule): Alarm {
  const { parameter, priority } = ALARM_RULES[rule.ruleId];
  return {
    alarmId: rule.newAlarmId(sample.sampleId),
    ruleId: rule.ruleId,
    deviceId: rule.deviceId,
    deviceName: rule.deviceName,
    parameter,
    limit: rule.limit,
    unit: PARAMETERS[parameter].unit,
    priority,
    state: 'active',
    raisedAtMs: at.nowMs,
    value,
    endedAtMs: null,
    signalLostAtMs: null,
    acknowledged: null,
    soundPaused: null,
  };
}

/** A usable value is here: whoever was latched for want of one is active, and may now come to its end. */
function withSignal(episode: Episode): Episode {
  const { alarm } = episode;
  if (alarm === undefined || alarm.signalLostAtMs === null) return episode;
  return { ...episode, alarm: { ...alarm, state: 'active', signalLostAtMs: null } };
}

function afterSilence(episode: Episode, at: Moment): Episode {
  const silentMs = at.monotonicMs - episode.lastUsableAtMonotonicMs;
  if (episode.alarm !== undefined) {
    return silentMs >= STREAM_STALE_AFTER_MS ? withoutSignal(episode, at) : episode;
  }
  return silentMs >= PENDING_HELD_MS && episode.beyondMs > 0 ? { ...episode, beyondMs: 0 } : episode;
}

function withoutSignal(episode: Episode, at: Moment): Episode {
  const { alarm } = episode;
  if (alarm?.state !== 'active') return episode;
  return { ...episode, clearMs: 0, alarm: { ...alarm, state: 'latched', signalLostAtMs: at.nowMs } };
}

function withPauseEnded(episode: Episode, at: Moment): Episode {
  const { alarm } = episode;
  if (alarm === undefined || alarm.soundPaused === null || isPaused(alarm, at.nowMs)) return episode;
  return { ...episode, alarm: { ...alarm, soundPaused: null } };
}

function answered(episode: Episode, answer: AlarmAnswer): Episode {
  const { alarm } = episode;
  if (alarm === undefined || alarm.alarmId !== answer.alarmId) return episode;
  const { by, atMs } = answer;
  if (answer.kind === 'pause-sound') {
    if (alarm.acknowledged !== null) return episode;
    return { ...episode, alarm: { ...alarm, soundPaused: { by, untilMs: atMs + SOUND_PAUSE_MS } } };
  }
  // Whoever is not here cannot see why there is no signal.
  const isOver = alarm.state === 'latched' && (alarm.signalLostAtMs === null || by.role !== 'doctor');
  if (alarm.acknowledged !== null && !isOver) return episode;
  return {
    ...episode,
    alarm: {
      ...alarm,
      state: isOver ? 'resolved' : alarm.state,
      acknowledged: alarm.acknowledged ?? { by, atMs },
      soundPaused: null,
    },
  };
}
