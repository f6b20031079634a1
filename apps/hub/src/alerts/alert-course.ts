import {
  type Alarm,
  type Alert,
  ALERT_STEP_MS,
  type AlertStep,
  type StaffMember,
} from '@shimabashi/contracts';

/** An alert as it is kept. Whether the kiosk's line is lost is not kept: it is looked up. */
export type KeptAlert = Omit<Alert, 'lineLostSinceMs'>;

/** What the hub keeps of one alert, and what it has to do next. Times are the hub's clock. */
export interface AlertRecord {
  readonly alert: KeptAlert;
  /** False while `raisedAtMs` is only when we heard of it: the kiosk's clock was not known yet. */
  readonly raisedExactly: boolean;
  /** Of the newest news: when the kiosk said it, by the kiosk's clock. */
  readonly toldAtMs: number | null;
  /** When the next thing happens by itself: the next person's turn, or calling everybody again. */
  readonly dueAtMs: number | null;
  /** How often somebody was called. Tells a repeated call from the same message that came twice. */
  readonly round: number;
  /** How often everybody was called again since nobody accepted. */
  readonly repeats: number;
}

type NewsAlarm = Pick<
  Alarm,
  | 'alarmId'
  | 'parameter'
  | 'limit'
  | 'unit'
  | 'value'
  | 'priority'
  | 'state'
  | 'raisedAtMs'
  | 'endedAtMs'
  | 'signalLostAtMs'
  | 'acknowledged'
>;

/** What a kiosk says about one of its alarms. */
export interface AlarmNews {
  /** Its times in the hub's clock, as far as that is known. */
  readonly alarm: NewsAlarm;
  readonly patientId: string | null;
  readonly encounterId: string | null;
  /** Whether the times were corrected by the link's echoes. */
  readonly exact: boolean;
  /** `now`: it came over the link. Else when it was written down, by the kiosk's clock. */
  readonly told: 'now' | { readonly atMs: number };
  /** The kiosk's clock now, if it is known. */
  readonly kioskNowMs: number | null;
}

/** A changed record, and who is to be called by a push now. */
export interface Course {
  readonly record: AlertRecord;
  readonly call: readonly StaffMember[];
}

/** Whether anything of a person can ring: a subscription, or a console that is open. */
export type IsReachable = (practitionerId: string) => boolean;

/** How soon everybody is called again when nobody has accepted, at first. */
export const REPEAT_FIRST_MS = 120_000;
/** The same after half an hour of that: whoever sleeps through fifteen calls is not woken by more. */
const REPEAT_LATER_MS = 600_000;
const REPEATS_AT_FIRST = 15;

/** A timer that is later than this was not late: the hub was not running. */
const TIMER_LATE_MS = 1_000;

const STEPS_MAX = 16;

/** A new alert, with the first person of `roster` called. `roster` is in the order to call. */
export function raiseAlert(deps: {
  readonly news: AlarmNews;
  readonly place: Pick<Alert, 'clinicId' | 'kioskDeviceId' | 'kioskName'>;
  readonly roster: readonly StaffMember[];
  readonly isReachable: IsReachable;
  readonly nowMs: number;
}): Course {
  const { news, place, roster, nowMs } = deps;
  const { alarm } = news;
  const record: AlertRecord = {
    alert: {
      alertId: alarm.alarmId,
      ...place,
      patientId: news.patientId,
      encounterId: news.encounterId,
      parameter: alarm.parameter,
      limit: alarm.limit,
      unit: alarm.unit,
      value: alarm.value,
      priority: alarm.priority,
      raisedAtMs: raisedAtMs(news, nowMs),
      endedAtMs: null,
      signalLostAtMs: null,
      state: 'open',
      accepted: null,
      acknowledgedAtKiosk: null,
      steps: roster.slice(0, STEPS_MAX).map((staff, index) => ({
        staff,
        atMs: nowMs + index * ALERT_STEP_MS,
        state: 'to-come',
        deliveredAtMs: null,
        seenAtMs: null,
      })),
      deadlineAtMs: null,
    },
    raisedExactly: news.exact,
    toldAtMs: null,
    dueAtMs: nowMs,
    round: 0,
    repeats: 0,
  };
  const told = takeNews(record, news, nowMs);
  return told.alert.state === 'resolved' ? { record: told, call: [] } : goOn(told, deps);
}

/**
 * What happens when `dueAtMs` has come: the next person's turn, then "nobody has confirmed", then
 * calling everybody again. Who cannot be reached by anything is passed over at once.
 *
 * After a time in which the hub did not run the next person still gets their whole time.
 */
export function goOn(
  record: AlertRecord,
  { nowMs, isReachable }: { readonly nowMs: number; readonly isReachable: IsReachable },
): Course {
  const { alert } = record;
  if (alert.state === 'unconfirmed') return callAgain(record, nowMs);
  if (alert.state !== 'open') return { record: { ...record, dueAtMs: null }, call: [] };
  const dueAtMs = record.dueAtMs ?? nowMs;
  const turnAtMs = nowMs - dueAtMs > TIMER_LATE_MS ? nowMs : dueAtMs;
  const steps = alert.steps.map(endTurn);
  for (const [index, step] of steps.entries()) {
    if (step.state !== 'to-come') continue;
    if (!isReachable(step.staff.practitionerId)) {
      steps[index] = { ...step, atMs: turnAtMs, state: 'not-reachable' };
      continue;
    }
    steps[index] = { ...step, atMs: turnAtMs, state: step.seenAtMs === null ? 'notified' : 'seen' };
    const deadlineAtMs = turnAtMs + ALERT_STEP_MS;
    return {
      record: {
        ...record,
        alert: { ...alert, steps: withTurns(steps, deadlineAtMs), deadlineAtMs },
        dueAtMs: deadlineAtMs,
        round: record.round + 1,
      },
      call: [step.staff],
    };
  }
  return {
    record: {
      ...record,
      alert: { ...alert, state: 'unconfirmed', steps, deadlineAtMs: null },
      dueAtMs: nowMs + REPEAT_FIRST_MS,
    },
    call: [],
  };
}

function callAgain(record: AlertRecord, nowMs: number): Course {
  const repeats = record.repeats + 1;
  const waitMs = repeats < REPEATS_AT_FIRST ? REPEAT_FIRST_MS : REPEAT_LATER_MS;
  return {
    record: { ...record, dueAtMs: nowMs + waitMs, round: record.round + 1, repeats },
    call: record.alert.steps.map(step => step.staff),
  };
}

/** Whose turn it was has not answered. What they have seen stays. */
function endTurn(step: AlertStep): AlertStep {
  return step.state === 'notified' || step.state === 'delivered' ? { ...step, state: 'no-answer' } : step;
}

/** The turns to come, one after the other from `fromMs` on. */
function withTurns(steps: readonly AlertStep[], fromMs: number): AlertStep[] {
  let nextAtMs = fromMs;
  return steps.map(step => {
    if (step.state !== 'to-come') return step;
    const atMs = nextAtMs;
    nextAtMs += ALERT_STEP_MS;
    return { ...step, atMs };
  });
}

/** The person whose turn it is cannot be reached after all: the next one is tried at once. */
export function passOver(
  record: AlertRecord,
  practitionerId: string,
  deps: { readonly nowMs: number; readonly isReachable: IsReachable },
): Course | undefined {
  const current = record.alert.steps.find(step => step.state === 'notified');
  if (record.alert.state !== 'open' || current?.staff.practitionerId !== practitionerId) return undefined;
  const steps = record.alert.steps.map(step =>
    step === current ? { ...step, state: 'not-reachable' as const } : step,
  );
  return goOn({ ...record, alert: { ...record.alert, steps }, dueAtMs: deps.nowMs }, deps);
}

/**
 * What the kiosk says of the alarm now. Sent twice, late or in another order it makes no difference:
 * an end stays an end, and what was written down before the newest word says nothing new.
 */
export function takeNews(record: AlertRecord, news: AlarmNews, nowMs: number): AlertRecord {
  const { alert } = record;
  if (alert.state === 'resolved') return record;
  const { alarm } = news;
  const toldAtMs = news.told === 'now' ? news.kioskNowMs : news.told.atMs;
  const isNew =
    news.told === 'now' || record.toldAtMs === null || (toldAtMs !== null && toldAtMs >= record.toldAtMs);
  const byDoctor = alarm.acknowledged?.by.practitionerId === alert.accepted?.by.practitionerId;
  const resolved = alarm.state === 'resolved';
  const atMost = (atMs: number | null): number | null => (atMs === null ? null : Math.min(atMs, nowMs));
  return {
    ...record,
    alert: {
      ...alert,
      patientId: alert.patientId ?? news.patientId,
      encounterId: alert.encounterId ?? news.encounterId,
      raisedAtMs: !record.raisedExactly && news.exact ? raisedAtMs(news, nowMs) : alert.raisedAtMs,
      acknowledgedAtKiosk:
        alert.acknowledgedAtKiosk ??
        (alarm.acknowledged === null || byDoctor
          ? null
          : { ...alarm.acknowledged, atMs: Math.min(alarm.acknowledged.atMs, nowMs) }),
      ...(isNew || resolved
        ? { endedAtMs: atMost(alarm.endedAtMs), signalLostAtMs: atMost(alarm.signalLostAtMs) }
        : {}),
      ...(resolved ? { state: 'resolved' as const, deadlineAtMs: null } : {}),
    },
    raisedExactly: record.raisedExactly || news.exact,
    toldAtMs: isNew ? (toldAtMs ?? record.toldAtMs) : record.toldAtMs,
    dueAtMs: resolved ? null : record.dueAtMs,
  };
}

/** Without the kiosk's clock its times say nothing: then it is when we heard of it. */
function raisedAtMs({ alarm, exact }: AlarmNews, nowMs: number): number {
  return exact ? Math.min(alarm.raisedAtMs, nowMs) : nowMs;
}

/** A device of this person has shown the notification. */
export function noteDelivered(record: AlertRecord, staff: StaffMember, nowMs: number): AlertRecord {
  return withStep(record, staff, step => ({
    ...step,
    state: step.state === 'notified' ? 'delivered' : step.state,
    deliveredAtMs: step.deliveredAtMs ?? nowMs,
  }));
}

/** This person has the page before them, on the roster or not. The next one is called all the same. */
export function noteSeen(record: AlertRecord, staff: StaffMember, nowMs: number): AlertRecord {
  const known = withOwnStep(record, staff, nowMs);
  return withStep(known, staff, step => ({
    ...step,
    // Whose turn is to come is called when it comes; who was passed over is here after all.
    state: step.state === 'accepted' || step.state === 'to-come' ? step.state : 'seen',
    seenAtMs: step.seenAtMs ?? nowMs,
  }));
}

/** This person has it: nobody else is called. Only of an alert that nobody has accepted. */
export function acceptAlert(record: AlertRecord, staff: StaffMember, nowMs: number): AlertRecord {
  const known = withOwnStep(record, staff, nowMs);
  const accepted = withStep(known, staff, step => ({
    ...step,
    state: 'accepted',
    atMs: Math.min(step.atMs, nowMs),
    // Nobody accepts unseen.
    seenAtMs: step.seenAtMs ?? nowMs,
  }));
  return {
    ...accepted,
    alert: {
      ...accepted.alert,
      state: 'accepted',
      accepted: { by: staff, atMs: nowMs },
      deadlineAtMs: null,
    },
    dueAtMs: null,
  };
}

function withOwnStep(record: AlertRecord, staff: StaffMember, nowMs: number): AlertRecord {
  const { alert } = record;
  const isKnown = alert.steps.some(step => step.staff.practitionerId === staff.practitionerId);
  if (isKnown || alert.steps.length >= STEPS_MAX) return record;
  const own: AlertStep = { staff, atMs: nowMs, state: 'seen', deliveredAtMs: null, seenAtMs: nowMs };
  return { ...record, alert: { ...alert, steps: [...alert.steps, own] } };
}

function withStep(
  record: AlertRecord,
  staff: StaffMember,
  change: (step: AlertStep) => AlertStep,
): AlertRecord {
  const steps = record.alert.steps.map(step =>
    step.staff.practitionerId === staff.practitionerId ? change(step) : step,
  );
  return { ...record, alert: { ...record.alert, steps } };
}
