import { type EncounterFacts, readEncounter } from '@shimabashi/clinical';
import { type Call, type ChartEntry, type ClinicStatus } from '@shimabashi/contracts';
import { readOrNull } from '../queue/queue-rows.ts';

/** The call that this doctor is in, or that he rings with; null when there is none. */
export function ownCall(calls: readonly Call[], practitionerId: string): Call | null {
  return calls.find(call => call.state !== 'ended' && call.doctor?.practitionerId === practitionerId) ?? null;
}

/** Whether a kiosk's call rings at this doctor, who has not declined it. */
export function ringsAt({ state, direction, rung }: Call, practitionerId: string): boolean {
  return (
    state === 'ringing' &&
    direction === 'to-doctor' &&
    rung.some(
      ({ staff, declinedBecause }) => staff.practitionerId === practitionerId && declinedBecause === null,
    )
  );
}

/** Calls of kiosks that ring at this doctor, oldest first. */
export function incomingCalls(calls: readonly Call[], practitionerId: string): readonly Call[] {
  return calls
    .filter(call => ringsAt(call, practitionerId))
    .toSorted((one, other) => one.ringingAtMs - other.ringingAtMs);
}

/** The kiosk of a clinic that can be rung now: one that the hub hears. */
export function kioskToRing(status: ClinicStatus): ClinicStatus['kiosks'][number] | null {
  return status.kiosks.find(({ link }) => link === 'up') ?? null;
}

/** Whole seconds since then, never less than none. */
export function secondsSince(atMs: number, nowMs: number): number {
  return Math.max(0, Math.floor((nowMs - atMs) / 1_000));
}

export function clinicOf(
  known: { readonly clinics: readonly ClinicStatus[] } | undefined,
  clinicId: string,
): ClinicStatus | undefined {
  return known?.clinics.find(({ clinic }) => clinic.clinicId === clinicId);
}

/** The visit that a call about this patient is about: the one that runs, else the one that waits. */
export function openVisit(entries: readonly ChartEntry[]): EncounterFacts | null {
  const visits = entries
    .flatMap(({ resource }) =>
      resource.resourceType === 'Encounter' ? (readOrNull(readEncounter, resource) ?? []) : [],
    )
    .filter(({ kind }) => kind === 'visit');
  return (
    visits.find(({ status }) => status === 'in-progress') ??
    visits.find(({ status }) => status === 'arrived') ??
    null
  );
}
