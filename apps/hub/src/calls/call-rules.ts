import { type Call, type CallEnd, type DeclineReason, type StaffMember } from '@shimabashi/contracts';

// What becomes of a call when something happens to it. Pure: who may do it, and whether the other
// side is free, is decided in `calls.ts`.

export function connected(
  call: Call,
  by: { readonly doctor: StaffMember } | { readonly nurse: StaffMember | null },
  nowMs: number,
): Call {
  return { ...call, ...by, state: 'connected', connectedAtMs: nowMs };
}

export function ended(
  call: Call,
  reason: CallEnd['reason'],
  by: StaffMember | null,
  nowMs: number,
  declinedBecause: DeclineReason | null = null,
): Call {
  return { ...call, state: 'ended', endedAtMs: nowMs, end: { reason, declinedBecause, by } };
}

/**
 * One of the doctors whom it rings says no. It goes on ringing at the others; when nobody is left,
 * it is declined, and the last reason is the one that the caller reads.
 */
export function declinedByDoctor(
  call: Call,
  doctor: StaffMember,
  declinedBecause: DeclineReason,
  nowMs: number,
): Call {
  const rung = call.rung.map(each => (isSame(each.staff, doctor) ? { ...each, declinedBecause } : each));
  const next = { ...call, rung };
  return rung.every(each => each.declinedBecause !== null)
    ? ended(next, 'declined', doctor, nowMs, declinedBecause)
    : next;
}

export function isRung(call: Call, doctor: StaffMember): boolean {
  return call.rung.some(({ staff }) => isSame(staff, doctor));
}

/** Whether it rings at this doctor now: asked, and not declined. */
export function ringsAt(call: Call, doctor: StaffMember): boolean {
  return (
    call.state === 'ringing' &&
    call.rung.some(({ staff, declinedBecause }) => isSame(staff, doctor) && declinedBecause === null)
  );
}

export function isSame(a: StaffMember | null, b: StaffMember | null): boolean {
  return a !== null && b !== null && a.practitionerId === b.practitionerId;
}
