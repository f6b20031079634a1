import { type Alert, type AlertStep } from '@shimabashi/contracts';

/** Alerts of one practice that a page holds: more than anybody has at once. */
const HELD_MAX = 200;

/** The alerts with this one as it is now, newest first. */
export function withAlert(alerts: readonly Alert[], alert: Alert): Alert[] {
  return [...alerts.filter(({ alertId }) => alertId !== alert.alertId), alert]
    .toSorted((one, other) => other.raisedAtMs - one.raisedAtMs)
    .slice(0, HELD_MAX);
}

/** Nobody has it, and it is not over. */
export function isWaiting({ state }: Pick<Alert, 'state'>): boolean {
  return state === 'open' || state === 'unconfirmed';
}

/** Whose alarms nobody has answered. */
export function waitingPatients(alerts: readonly Alert[]): ReadonlySet<string | null> {
  return new Set(alerts.filter(isWaiting).flatMap(({ patientId }) => patientId ?? []));
}

const RANK = { high: 0, medium: 1, low: 2 } as const;

/** Those that are not over: first what nobody has, the most urgent and then the oldest before the others. */
export function alertsToShow(alerts: readonly Alert[]): Alert[] {
  return alerts
    .filter(({ state }) => state !== 'resolved')
    .toSorted(
      (one, other) =>
        Number(isWaiting(other)) - Number(isWaiting(one)) ||
        RANK[one.priority] - RANK[other.priority] ||
        one.raisedAtMs - other.raisedAtMs,
    );
}

/** What the hub has done with this person for this alert, if anything. */
function stepOf(alert: Pick<Alert, 'steps'>, practitionerId: string): AlertStep | undefined {
  return alert.steps.find(step => step.staff.practitionerId === practitionerId);
}

/**
 * Whether the alert is to be heard on this doctor's screens: it is their turn, or was, or nobody has
 * confirmed; until they have seen it on any of their devices, or somebody has accepted.
 */
export function isHeardBy(alert: Alert, practitionerId: string): boolean {
  if (!isWaiting(alert)) return false;
  const own = stepOf(alert, practitionerId);
  if (own !== undefined && own.seenAtMs !== null) return false;
  const hadTurn = own !== undefined && own.state !== 'to-come' && own.state !== 'not-reachable';
  return hadTurn || alert.state === 'unconfirmed';
}
