import { type Operation } from '@shimabashi/contracts';
import { codesOf, field, objects } from './json.ts';
import { startOfDateTimeMs } from './time.ts';

/** What an Encounter is found by. */
export interface EncounterIndex {
  /** The patient is here or in treatment, whatever day it is. */
  readonly isOpen: boolean;
  /** When it was planned, and when each of its states began. Each time once. */
  readonly timesMs: readonly number[];
}

export function encounterIndex(operation: Operation): EncounterIndex {
  const { resource } = operation;
  // A call within a visit is an Encounter too, but no line of a list of visits.
  if (codesOf(resource['type'], ENCOUNTER_TYPE).includes('consult')) return { isOpen: false, timesMs: [] };
  const times = [
    field(resource['period'], 'start'),
    ...objects(resource['statusHistory']).map(past => field(past['period'], 'start')),
    ...objects(resource['extension'])
      .filter(extension => extension['url'] === PLANNED_START)
      .map(extension => extension['valueDateTime']),
  ].map(startOfDateTimeMs);
  return {
    isOpen: OPEN_STATES.has(resource['status']),
    timesMs: [...new Set(times.filter(atMs => atMs !== undefined))],
  };
}

/** The system of `clinical`, in which a consult says that it is one. */
const ENCOUNTER_TYPE = 'urn:shimabashi:code-system:encounter-type';

/** Of FHIR R4's encounter-status those in which the patient is present. */
const OPEN_STATES: ReadonlySet<unknown> = new Set(['arrived', 'triaged', 'in-progress', 'onleave']);

/** R4 has no planned start; this is R5's, by HL7's rule for fields of later versions. */
const PLANNED_START = 'http://hl7.org/fhir/5.0/StructureDefinition/extension-Encounter.plannedStartDate';
