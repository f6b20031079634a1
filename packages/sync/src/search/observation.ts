import { type Operation } from '@shimabashi/contracts';
import { codesOf, field, objects } from './json.ts';
import { startOfDateTimeMs } from './time.ts';

/** What an Observation is found by. */
export interface ObservationIndex {
  /** LOINC codes of the observation and of its components (a blood pressure has three), each once. */
  readonly codes: readonly string[];
  readonly effectiveAtMs: number;
  /** Withdrawn by its author (`entered-in-error`): kept and shown as such, never the newest value. */
  readonly isInError: boolean;
}

/**
 * What an Observation is found by. One without any time of its own takes the author's clock, so
 * that it is on the list at all.
 */
export function observationIndex(operation: Operation): ObservationIndex {
  const { resource } = operation;
  const concepts = [resource['code'], ...objects(resource['component']).map(part => part['code'])];
  return {
    codes: [...new Set(concepts.flatMap(concept => codesOf(concept, LOINC)))],
    effectiveAtMs: effectiveAtMs(resource) ?? operation.authoredAtMs,
    isInError: resource['status'] === 'entered-in-error',
  };
}

/** Whether the Observation is of the category `vital-signs` (FHIR's observation-category). */
export function isVitalSigns(resource: Operation['resource']): boolean {
  return (
    resource.resourceType === 'Observation' &&
    codesOf(resource['category'], OBSERVATION_CATEGORY).includes('vital-signs')
  );
}

/** `effective[x]` (R4, Observation): an instant, a day, or the start of a period; else `issued`. */
function effectiveAtMs(resource: Operation['resource']): number | undefined {
  return (
    startOfDateTimeMs(resource['effectiveDateTime']) ??
    startOfDateTimeMs(resource['effectiveInstant']) ??
    startOfDateTimeMs(field(resource['effectivePeriod'], 'start')) ??
    startOfDateTimeMs(resource['issued'])
  );
}

const LOINC = 'http://loinc.org';
const OBSERVATION_CATEGORY = 'http://terminology.hl7.org/CodeSystem/observation-category';
