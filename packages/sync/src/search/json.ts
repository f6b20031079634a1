/**
 * Careful reading of FHIR JSON that somebody else wrote. What does not have the expected shape is
 * absent: a search index must never be the reason why a record cannot be kept.
 */
export type Json = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The objects of a list, or of a single value in its place. */
export function objects(value: unknown): readonly Json[] {
  return (Array.isArray(value) ? value : [value]).filter(isObject);
}

/** The texts of a list, or of a single value in its place. */
export function texts(value: unknown): readonly string[] {
  return (Array.isArray(value) ? value : [value]).filter(
    (item): item is string => typeof item === 'string' && item !== '',
  );
}

export function field(value: unknown, name: string): unknown {
  return isObject(value) ? value[name] : undefined;
}

/** Codes of one code system in a CodeableConcept or a list of them. */
export function codesOf(concepts: unknown, system: string): readonly string[] {
  return objects(concepts)
    .flatMap(concept => objects(concept['coding']))
    .filter(coding => coding['system'] === system)
    .flatMap(coding => texts(coding['code']));
}
