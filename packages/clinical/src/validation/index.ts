import {
  indexStructureDefinitionBundle,
  isDataTypeLoaded,
  OperationOutcomeError,
  validateResource,
} from '@medplum/core';
import type { OperationOutcomeIssue, Resource, StructureDefinition } from '@medplum/fhirtypes';
import { AppError, type ResourceEnvelope } from '@shimabashi/contracts';
import definitions from './definitions.json' with { type: 'json' };

export interface ResourceValidator {
  /**
   * Refuses a resource whose structure is not FHIR R4: missing or misplaced fields, wrong types,
   * broken invariants.
   *
   * What R4 does not know (another resource type, a field of a later release, any extension) passes
   * and is kept: a kiosk one release behind must still carry it. Codes are not looked up.
   *
   * @throws AppError `RESOURCE_INVALID` with the FHIRPath of the first issue in `details.at`. The
   * path is made of names of fields and indexes; content never appears.
   */
  readonly validate: (resource: ResourceEnvelope) => void;
}

/** Indexes the definitions once; about 30 ms. The index belongs to the process. */
export function createResourceValidator(): ResourceValidator {
  indexStructureDefinitionBundle(definitions as unknown as StructureDefinition[]);
  return {
    validate: resource => {
      const path = firstIssuePath(resource);
      if (path === undefined) return;
      throw new AppError('RESOURCE_INVALID', 'The resource is not valid FHIR R4.', {
        details: { at: FIELD_PATH.test(path) ? path : resource.resourceType },
      });
    },
  };
}

/** What a path of FHIR fields looks like. Another one could be somebody's text used as a key. */
const FIELD_PATH = /^[A-Za-z0-9_.[\]]{1,100}$/;

function firstIssuePath(resource: ResourceEnvelope): string | undefined {
  if (!isDataTypeLoaded(resource.resourceType)) return undefined;
  // Contained resources may be of any type, also one whose definition we do not carry.
  const { contained: _, ...checked } = resource;
  try {
    validateResource(checked as unknown as Resource);
    return undefined;
  } catch (error) {
    if (!(error instanceof OperationOutcomeError)) throw error;
    const issue = (error.outcome.issue ?? []).find(
      each => each.severity === 'error' && !isUnknownField(each),
    );
    return issue === undefined ? undefined : (issue.expression?.[0] ?? resource.resourceType);
  }
}

/** `@medplum/core` has no code of its own for a field that R4 does not know; only its text says so. */
function isUnknownField(issue: OperationOutcomeIssue): boolean {
  return issue.details?.text?.startsWith('Invalid additional property') === true;
}
