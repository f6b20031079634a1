import { type ResourceEnvelope } from '@shimabashi/contracts';
import * as z from 'zod';

const Referring = z.object({ reference: z.string() });

/**
 * Whose chart a resource says it belongs to: itself if it is a Patient, else the patient that its
 * `subject` or `patient` names (the elements of FHIR R4's patient compartment that we use). Null if
 * it names none; undefined if it names one in a way that cannot be followed here.
 */
export function patientIdIn(resource: ResourceEnvelope): string | null | undefined {
  if (resource.resourceType === 'Patient') return resource.id;
  const named = [resource['subject'], resource['patient']].filter(reference => reference !== undefined);
  const patientIds = named.map(reference => {
    const parsed = Referring.safeParse(reference);
    return parsed.success ? /^Patient\/([A-Za-z0-9\-.]{1,64})$/.exec(parsed.data.reference)?.[1] : undefined;
  });
  const [first, ...others] = patientIds;
  if (named.length === 0) return null;
  return others.every(other => other === first) ? first : undefined;
}
