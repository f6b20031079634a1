import type { Resource } from '@medplum/fhirtypes';
import { type ResourceEnvelope } from '@shimabashi/contracts';

/** A resource that we built: typed for us, an envelope for the doors. */
export type Built<R extends Resource> = R & ResourceEnvelope;

/**
 * The one cast between the two views: an interface of `@medplum/fhirtypes` has no index signature,
 * an envelope has, and the object is the same.
 */
export function built<R extends Resource>(resource: R & { id: string }): Built<R> {
  return resource as unknown as Built<R>;
}
