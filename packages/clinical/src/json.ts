import { AppError, type FhirId, type ResourceEnvelope } from '@shimabashi/contracts';

/**
 * Careful looks into JSON whose inside nobody has checked: what does not have the expected form is
 * absent, and nothing throws. Readers are made of these, since a resource may come from an older
 * kiosk or from somebody else's EHR.
 */
export type JsonObject = Readonly<Record<string, unknown>>;

export function objectOf(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

export function listOf(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? value.map(objectOf) : [];
}

/** The text, or empty. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** The codes that a CodeableConcept gives in one system. */
export function codesOf(concept: unknown, system: string): readonly string[] {
  return listOf(objectOf(concept)['coding'])
    .filter(coding => coding['system'] === system)
    .map(coding => textOf(coding['code']))
    .filter(code => code !== '');
}

/** The value (`valueString`, `valueCode`, …) of the first extension of an element with this URL. */
export function extensionText(element: unknown, url: string, value: string): string {
  const found = listOf(objectOf(element)['extension']).find(extension => extension['url'] === url);
  return textOf(found?.[value]);
}

/** The id in a reference such as `Patient/p-1`, relative or absolute, or null. */
export function referencedId(reference: unknown, resourceType: string): FhirId | null {
  const text = textOf(objectOf(reference)['reference']);
  const found = /(?:^|\/)([A-Z][A-Za-z]+)\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/.*)?$/.exec(text);
  return found !== null && found[1] === resourceType ? (found[2] ?? null) : null;
}

/** Refuses a resource; `at` is a path of ours, never content. */
export function invalid(at: string): AppError {
  return new AppError('RESOURCE_INVALID', 'The resource cannot be read.', { details: { at } });
}

export function requireType(resource: ResourceEnvelope, resourceType: string): JsonObject {
  if (resource.resourceType !== resourceType) throw invalid(resourceType);
  return resource;
}
