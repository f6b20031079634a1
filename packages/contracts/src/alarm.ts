import * as z from 'zod';
import { FhirId } from './chart.ts';
import { StaffMember } from './people.ts';
import { type Contract } from './rows.ts';
import { DeviceId, Parameter } from './vitals.ts';

const EpochMs = z.number().int().nonnegative();

/** After IEC 60601-1-8: how soon somebody has to act. */
export const AlarmPriority = z.enum(['high', 'medium', 'low']);
export type AlarmPriority = z.infer<typeof AlarmPriority>;

export const AlarmLimit = z.strictObject({ kind: z.enum(['below', 'above']), value: z.number() });
export type AlarmLimit = z.infer<typeof AlarmLimit>;

/**
 * One episode of one rule on one device, as the kiosk's devices service judges it. Its id is that of
 * device, rule and episode, so that nothing rings twice. Times are the kiosk's clock.
 *
 * `active`: the condition holds. `latched`: it has gone, and nobody has answered yet: it still shows
 * and sounds; or nobody can tell any more, since there is no signal. `resolved`: gone and answered.
 */
export const Alarm = z.strictObject({
  alarmId: z.uuid(),
  ruleId: z.string().min(1).max(64),
  deviceId: DeviceId,
  deviceName: z.string().max(80),
  parameter: Parameter,
  limit: AlarmLimit,
  /** UCUM, as of the parameter. */
  unit: z.string().min(1).max(16),
  priority: AlarmPriority,
  state: z.enum(['active', 'latched', 'resolved']),
  /** The condition was met: the value has been beyond the limit for as long as the rule asks. */
  raisedAtMs: EpochMs,
  /** The value that met it. */
  value: z.number(),
  endedAtMs: EpochMs.nullable(),
  /**
   * Since when nobody can tell whether the condition holds: no usable value comes (sensor off, motion,
   * device gone, service down). Silence of a sensor is never an end: the alarm is `latched` then.
   */
  signalLostAtMs: EpochMs.nullable(),
  /** Who answered at the kiosk, or for the hub (a doctor who accepted). */
  acknowledged: z.strictObject({ by: StaffMember, atMs: EpochMs }).nullable(),
  /** While this is in the future the sound is paused; the screen shows who did and counts down. */
  soundPaused: z.strictObject({ by: StaffMember, untilMs: EpochMs }).nullable(),
});
export type Alarm = z.infer<typeof Alarm>;

/** An alarm with the visit that it belongs to, if one was open. The store binds it. */
export const BoundAlarm = z.strictObject({
  alarm: Alarm,
  patientId: FhirId.nullable(),
  encounterId: FhirId.nullable(),
});
export type BoundAlarm = z.infer<typeof BoundAlarm>;

/** What a person has answered to an alarm, on its way from the store to the devices service. */
export const AlarmAnswer = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('acknowledge'), alarmId: z.uuid(), by: StaffMember, atMs: EpochMs }),
  z.strictObject({ kind: z.literal('pause-sound'), alarmId: z.uuid(), by: StaffMember, atMs: EpochMs }),
]);
export type AlarmAnswer = z.infer<typeof AlarmAnswer>;

/** How long the sound of an alarm can be paused, in milliseconds. Source: design language, section 7. */
export const SOUND_PAUSE_MS = 120_000;

/** One person that the hub has tried, in the order of the duty roster. */
export const AlertStep = z.strictObject({
  staff: StaffMember,
  /** When it is, or was, this person's turn. */
  atMs: EpochMs,
  state: z.enum(['to-come', 'notified', 'delivered', 'seen', 'accepted', 'no-answer', 'not-reachable']),
  /** A device of this person has shown the notification. Stays when the state goes on. */
  deliveredAtMs: EpochMs.nullable(),
  /** This person had the alert's page before them. */
  seenAtMs: EpochMs.nullable(),
});
export type AlertStep = z.infer<typeof AlertStep>;

/**
 * An alarm as the hub delivers it. `alertId` is the alarm's id. Times are the hub's clock; the
 * kiosk's store corrects them to its own before a screen sees them.
 */
export const Alert = z.strictObject({
  alertId: z.uuid(),
  clinicId: FhirId,
  kioskDeviceId: FhirId,
  kioskName: z.string().max(80),
  patientId: FhirId.nullable(),
  encounterId: FhirId.nullable(),
  parameter: Parameter,
  limit: AlarmLimit,
  unit: z.string().min(1).max(16),
  value: z.number(),
  priority: AlarmPriority,
  raisedAtMs: EpochMs,
  /** The condition is gone at the kiosk, or null while it holds. */
  endedAtMs: EpochMs.nullable(),
  /** Since when the kiosk gets no usable value, so that nobody can tell whether it holds; else null. */
  signalLostAtMs: EpochMs.nullable(),
  /** `unconfirmed`: everyone on the roster had their time and nobody accepted. It can still be accepted. */
  state: z.enum(['open', 'unconfirmed', 'accepted', 'resolved']),
  accepted: z.strictObject({ by: StaffMember, atMs: EpochMs }).nullable(),
  /** Who has answered at the kiosk. The doctors are called on: being seen by a nurse is no doctor. */
  acknowledgedAtKiosk: z.strictObject({ by: StaffMember, atMs: EpochMs }).nullable(),
  /** The kiosk's link is lost since then: what is known of the alarm is as old as that. Null while it is up. */
  lineLostSinceMs: EpochMs.nullable(),
  steps: z.array(AlertStep).max(16),
  /** When the next person is tried, or nobody is left. Null once that is over. */
  deadlineAtMs: EpochMs.nullable(),
});
export type Alert = z.infer<typeof Alert>;

/** How long each person on the roster has before the next is tried, in milliseconds. */
export const ALERT_STEP_MS = 60_000;

/** A browser's push subscription (W3C Push API `PushSubscription.toJSON`, RFC 8291 keys). */
export const PushSubscription = z.strictObject({
  endpoint: z.url({ protocol: /^https?$/ }).max(1_000),
  /** P-256 public key, uncompressed, base64url. */
  p256dh: z.string().regex(/^[A-Za-z0-9_-]{87}$/),
  /** 16 random bytes, base64url. */
  auth: z.string().regex(/^[A-Za-z0-9_-]{22}$/),
});
export type PushSubscription = z.infer<typeof PushSubscription>;

/** Whether values are judged at all: a practice can switch alarms off, and every screen says so then. */
export const AlarmWatch = z.enum(['on', 'off']);
export type AlarmWatch = z.infer<typeof AlarmWatch>;

/** Whether the kiosk can be heard. `broken` is itself shown as an alarm. */
export const SoundStatus = z.strictObject({
  state: z.enum(['quiet', 'sounding', 'broken']),
  sinceMs: EpochMs,
  code: z.string().max(40).nullable(),
});
export type SoundStatus = z.infer<typeof SoundStatus>;

/** The kiosk's rows about alarms. */
export const kioskAlarmRows = {
  /** Kiosk (the broker, so that it is answered with the devices service down): what is not resolved. */
  'alarms.list': {
    request: z.strictObject({}),
    response: z.strictObject({ alarms: z.array(Alarm), watch: AlarmWatch }),
  },
  /** Kiosk: whether an alarm could be heard. */
  'sound.status': { request: z.strictObject({}), response: SoundStatus },
  /** Store (it knows who is signed in): pauses the sound for `SOUND_PAUSE_MS`. */
  'alarms.pause-sound': {
    request: z.strictObject({ alarmId: z.uuid() }),
    response: z.strictObject({ untilMs: EpochMs }),
  },
  /** Store: the nurse has seen it and acts. The sound ends; the alarm stays until the value is back. */
  'alarms.acknowledge': {
    request: z.strictObject({ alarmId: z.uuid() }),
    response: z.strictObject({}),
  },
  /** Store: what the hub says about this kiosk's alerts, newest first. */
  'alerts.list': { request: z.strictObject({}), response: z.strictObject({ alerts: z.array(Alert) }) },
} as const satisfies Contract;

const AlertRef = z.strictObject({ alertId: z.uuid() });
const OneAlert = z.strictObject({ alert: Alert });

/** The hub's rows about alerts and push, for doctors. */
export const hubAlertRows = {
  /** Those that are not resolved, and those of the last 24 hours, newest first. */
  'alerts.list': {
    request: z.strictObject({}),
    /** `isOn`: whether this practice uses alerts at all. */
    response: z.strictObject({ isOn: z.boolean(), alerts: z.array(Alert) }),
  },
  'alerts.get': { request: AlertRef, response: OneAlert },
  /** What came live of the alert's patient in the last hour, oldest first, one value each 5 s. */
  'alerts.trend': {
    request: AlertRef,
    response: z.strictObject({
      /** The hub knows nothing of before (it keeps no live numbers when it ends). */
      fromMs: EpochMs,
      points: z.array(z.strictObject({ parameter: Parameter, atMs: EpochMs, value: z.number() })).max(10_000),
    }),
  },
  /** The service worker has shown the notification. */
  'alerts.delivered': { request: AlertRef, response: OneAlert },
  /** A person has the alert's page before them. */
  'alerts.seen': { request: AlertRef, response: OneAlert },
  /** `CONFLICT` when somebody else has it already: the answer of `alerts.get` says who. */
  'alerts.accept': { request: AlertRef, response: OneAlert },
  /** The application server's VAPID key (RFC 8292), P-256 uncompressed, base64url. */
  'push.key': {
    request: z.strictObject({}),
    response: z.strictObject({ publicKey: z.string().regex(/^[A-Za-z0-9_-]{87}$/) }),
  },
  'push.subscribe': {
    request: z.strictObject({ subscription: PushSubscription }),
    response: z.strictObject({}),
  },
  'push.unsubscribe': {
    request: z.strictObject({ endpoint: PushSubscription.shape.endpoint }),
    response: z.strictObject({}),
  },
} as const satisfies Contract;
