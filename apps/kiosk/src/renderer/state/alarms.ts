import { isSounding, type SoundName, soundOf } from '@shimabashi/clinical';
import { type Alarm, type Alert, type AlertStep, type StaffMember } from '@shimabashi/contracts';
import { type KioskSnapshot } from './kiosk-model.ts';

/** A service that starts anew is back within this; a loudspeaker that is gone is not. */
const SOUND_BACK_WITHIN_MS = 2_000;
/** A hub that has an alarm says so within this. */
const HUB_ANSWERS_WITHIN_MS = 10_000;
/** After a deadline the hub's own word is waited for this long, and no longer. */
const DEADLINE_GRACE_MS = 1_000;

/** The alarms in the order of the screen: unanswered before answered, then the oldest first. */
export function shownAlarms(alarms: readonly Alarm[]): Alarm[] {
  const rank = (alarm: Alarm) => (alarm.acknowledged === null ? 0 : 1);
  return alarms.toSorted((a, b) => rank(a) - rank(b) || a.raisedAtMs - b.raisedAtMs);
}

/** How far the word of an alarm has come on the mainland. */
export type Escalation =
  | { readonly kind: 'no-link' }
  /** Since the alarm, or since the link is back. */
  | { readonly kind: 'sending' }
  | { readonly kind: 'no-answer-of-hub' }
  | { readonly kind: 'telling'; readonly step: AlertStep | undefined; readonly leftMs: number | null }
  | { readonly kind: 'accepted'; readonly by: StaffMember; readonly atMs: number }
  | { readonly kind: 'unconfirmed' };

export function escalationOf(alarm: Alarm, snapshot: KioskSnapshot, nowMs: number): Escalation {
  const alert = snapshot.alerts.get(alarm.alarmId);
  if (alert?.accepted) return { kind: 'accepted', ...alert.accepted };
  const link = snapshot.sync;
  if (snapshot.door !== 'open' || link?.link !== 'up') return { kind: 'no-link' };
  if (alert === undefined) {
    const waitedMs = nowMs - Math.max(alarm.raisedAtMs, link.sinceMs);
    return { kind: waitedMs < HUB_ANSWERS_WITHIN_MS ? 'sending' : 'no-answer-of-hub' };
  }
  if (alert.state === 'unconfirmed' || isOverdue(alert, nowMs)) return { kind: 'unconfirmed' };
  const leftMs = alert.deadlineAtMs === null ? null : Math.max(0, alert.deadlineAtMs - nowMs);
  return { kind: 'telling', step: currentStep(alert), leftMs };
}

function isOverdue(alert: Alert, nowMs: number): boolean {
  return alert.deadlineAtMs !== null && nowMs > alert.deadlineAtMs + DEADLINE_GRACE_MS;
}

function currentStep({ steps }: Alert): AlertStep | undefined {
  return steps.findLast(step => step.state !== 'to-come');
}

/**
 * Since when no alarm could be heard, or undefined while one could. A process that is on its way back is
 * given its time, but not while there is an alarm: its pause is two and a half seconds long already.
 */
export function soundlessSinceMs(snapshot: KioskSnapshot, nowMs: number): number | undefined {
  const { sound } = snapshot;
  if (sound?.state !== 'broken') return undefined;
  const isNeeded = snapshot.alarms.some(alarm => isSounding(alarm, nowMs));
  return isNeeded || nowMs - sound.sinceMs >= SOUND_BACK_WITHIN_MS ? sound.sinceMs : undefined;
}

/**
 * What this screen itself has to sound: what should be heard while the process that sounds cannot be,
 * or while nobody knows whether it can.
 */
export function soundOfScreen(snapshot: KioskSnapshot, nowMs: number): SoundName | undefined {
  const isHeardElsewhere = snapshot.door === 'open' && snapshot.sound?.state !== 'broken';
  if (isHeardElsewhere) return undefined;
  const heard = snapshot.alarms.filter(alarm => isSounding(alarm, nowMs));
  const isRinging = snapshot.call?.state === 'ringing' && snapshot.call.direction === 'to-kiosk';
  return soundOf(
    heard.map(({ priority }) => priority),
    isRinging,
  );
}
