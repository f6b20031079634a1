import {
  type AllergyFacts,
  type EncounterFacts,
  type ObservationFacts,
  type PatientFacts,
  readAllergy,
  readEncounter,
  readObservation,
  readPatient,
} from '@shimabashi/clinical';
import { AppError, type PatientLine, type ResourceEnvelope } from '@shimabashi/contracts';

/** A patient's allergies as far as the record tells. `unreadable` is never taken for none. */
export type AllergyState =
  | {
      readonly state: 'known';
      readonly allergies: readonly AllergyFacts[];
      /** Records of allergies that cannot be read: there may be more than is named. */
      readonly unreadable: number;
    }
  | { readonly state: 'none-known'; readonly askedOn: string | null }
  | { readonly state: 'unasked' }
  | { readonly state: 'unreadable' };

/** One pressure reading. Its two halves are one only if they were measured together. */
export interface PressureFacts {
  readonly systolic: ObservationFacts | null;
  readonly diastolic: ObservationFacts | null;
  readonly effectiveAtMs: number;
}

export const QUEUE_GROUPS = ['alarm', 'in-progress', 'waiting', 'planned', 'others'] as const;
export type QueueGroup = (typeof QUEUE_GROUPS)[number];

/** One line of the doctor's list. `facts` is null for a record that this release cannot read. */
export interface QueueRow {
  readonly patientId: string;
  readonly clinicId: string;
  readonly facts: PatientFacts | null;
  readonly allergy: AllergyState;
  readonly encounter: EncounterFacts | null;
  readonly group: QueueGroup;
  readonly spo2: ObservationFacts | null;
  readonly pulse: ObservationFacts | null;
  readonly pressure: PressureFacts | null;
  /** Records of which two versions wait for a decision. */
  readonly conflicts: number;
}

export function readQueueRow(line: PatientLine): QueueRow {
  const encounter = line.encounter === null ? null : readOrNull(readEncounter, line.encounter);
  const observations = line.latest
    .flatMap(resource => readOrNull(readObservation, resource) ?? [])
    .filter(observation => !observation.retracted);
  const latest = (parameter: ObservationFacts['parameter']) => newest(observations, parameter);
  return {
    patientId: line.patient.id,
    clinicId: line.clinicId,
    facts: readOrNull(readPatient, line.patient),
    allergy: readAllergyState(line.allergies),
    encounter,
    group: groupOf(encounter),
    spo2: latest('SpO2'),
    pulse: latest('pulse-rate'),
    pressure: pairPressure(latest('systolic-pressure'), latest('diastolic-pressure')),
    conflicts: line.conflicts,
  };
}

export function readAllergyState(resources: readonly ResourceEnvelope[]): AllergyState {
  const read = resources.map(resource => readOrNull(readAllergy, resource));
  const active = read.filter(each => each === null || each.active);
  const allergies = active.flatMap(each => (each?.kind === 'allergy' ? each : []));
  const unreadable = read.filter(each => each === null).length;
  // A list that says "none" and names one is a list with one; what is named is never hidden.
  if (allergies.length > 0) return { state: 'known', allergies: allergies.toSorted(severeFirst), unreadable };
  if (unreadable > 0) return { state: 'unreadable' };
  const none = active.find(each => each?.kind === 'none-known');
  return none === undefined || none === null
    ? { state: 'unasked' }
    : { state: 'none-known', askedOn: none.recordedOn };
}

/** The reading of one record, or null if it is not one that this release can read. */
export function readOrNull<Facts>(
  read: (resource: ResourceEnvelope) => Facts,
  resource: ResourceEnvelope,
): Facts | null {
  try {
    return read(resource);
  } catch (error) {
    if (error instanceof AppError && error.code === 'RESOURCE_INVALID') return null;
    throw error;
  }
}

/** A cuff gives both at once; halves further apart than this are of two measurements. */
const ONE_MEASUREMENT_MS = 60_000;

/** The newest pressure. A half of another measurement is left out, not joined. */
function pairPressure(
  systolic: ObservationFacts | null,
  diastolic: ObservationFacts | null,
): PressureFacts | null {
  if (systolic === null && diastolic === null) return null;
  const effectiveAtMs = Math.max(systolic?.effectiveAtMs ?? 0, diastolic?.effectiveAtMs ?? 0);
  const ofThisTime = (half: ObservationFacts | null) =>
    half !== null && effectiveAtMs - half.effectiveAtMs <= ONE_MEASUREMENT_MS ? half : null;
  return { systolic: ofThisTime(systolic), diastolic: ofThisTime(diastolic), effectiveAtMs };
}

/** Whoever has an alarm that nobody has answered comes before everybody. */
export function withAlarms(rows: readonly QueueRow[], patientIds: ReadonlySet<string | null>): QueueRow[] {
  return rows.map(row => (patientIds.has(row.patientId) ? { ...row, group: 'alarm' } : row));
}

/** The rows of each group, in the order in which the doctor should see them. */
export function groupRows(rows: readonly QueueRow[]): ReadonlyMap<QueueGroup, readonly QueueRow[]> {
  return new Map(
    QUEUE_GROUPS.map(group => [group, rows.filter(row => row.group === group).toSorted(ORDER[group])]),
  );
}

const ORDER: Record<QueueGroup, (one: QueueRow, other: QueueRow) => number> = {
  // The bands above have their order; here it is who came first.
  alarm: (one, other) => by(one.encounter?.startedAtMs, other.encounter?.startedAtMs),
  'in-progress': (one, other) => by(one.encounter?.startedAtMs, other.encounter?.startedAtMs),
  waiting: (one, other) => by(one.encounter?.arrivedAtMs, other.encounter?.arrivedAtMs),
  planned: (one, other) => by(one.encounter?.plannedAtMs, other.encounter?.plannedAtMs),
  others: (one, other) =>
    JAPANESE_ORDER.compare(one.facts?.kana ?? '', other.facts?.kana ?? '') ||
    one.patientId.localeCompare(other.patientId),
};
const JAPANESE_ORDER = new Intl.Collator('ja');

function by(one: number | null | undefined, other: number | null | undefined): number {
  return (one ?? Number.MAX_SAFE_INTEGER) - (other ?? Number.MAX_SAFE_INTEGER);
}

function groupOf(encounter: EncounterFacts | null): QueueGroup {
  switch (encounter?.status) {
    case 'in-progress':
      return 'in-progress';
    case 'arrived':
      return 'waiting';
    case 'planned':
      return 'planned';
    case 'finished':
    case 'other':
    case undefined:
      return 'others';
  }
}

function newest(
  observations: readonly ObservationFacts[],
  parameter: ObservationFacts['parameter'],
): ObservationFacts | null {
  return observations
    .filter(each => each.parameter === parameter)
    .reduce<ObservationFacts | null>(
      (best, each) => (best === null || each.effectiveAtMs > best.effectiveAtMs ? each : best),
      null,
    );
}

function severeFirst(one: AllergyFacts, other: AllergyFacts): number {
  return Number(other.severe) - Number(one.severe);
}
