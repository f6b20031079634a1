import { createHash } from 'node:crypto';
import { assert, HUB_DEVICE_ID, MERGE_AUTHOR_ID, type Operation } from '@shimabashi/contracts';
import { type Ancestor, unseen } from './ancestry.ts';
import { canonical, compareText } from './json-value.ts';
import { mergeResources } from './resource.ts';
import { type Side } from './side.ts';

/** The versions of one resource: which there are, and what is in one. */
export interface Versions {
  readonly known: readonly Ancestor[];
  readonly find: (versionId: string) => Operation | undefined;
}

/**
 * The version that two versions of one resource make together, or undefined when it takes a person.
 *
 * Whoever merges the same makes the same: the id follows from both parents and the content, and the
 * time is that of the later parent, as data. A hub that was restored from a backup comes by the very
 * version that its kiosks already have. What was merged before counts as what people wrote in it.
 */
export function mergedOperation(versions: Versions, one: string, other: string): Operation | undefined {
  const [leftId, rightId] = [one, other].toSorted(compareText) as [string, string];
  const written = unseen(versions.known, leftId, rightId);
  if (written === undefined || written.left.length + written.right.length > STEPS_MAX) return undefined;
  const [left, right] = [leftId, rightId].map(versionId => found(versions, versionId)) as [
    Operation,
    Operation,
  ];
  const merge = mergeResources(sideOf(versions, left, written.left), sideOf(versions, right, written.right));
  if (merge.outcome === 'conflict') return undefined;
  const { resource } = merge;
  return {
    operationId: uuidOf([leftId, rightId, canonical(resource)]),
    baseVersionId: leftId,
    mergedVersionId: rightId,
    resource,
    patientId: left.patientId,
    clinicId: left.clinicId,
    authorId: MERGE_AUTHOR_ID,
    deviceId: HUB_DEVICE_ID,
    reason: null,
    authoredAtMs: Math.max(left.authoredAtMs, right.authoredAtMs),
  };
}

/** One of the two, with what people wrote on its side and the other has not seen. */
export function sideOf(versions: Versions, { resource }: Operation, written: readonly string[]): Side {
  const steps = written
    .map(versionId => found(versions, versionId))
    .filter(version => version.authorId !== MERGE_AUTHOR_ID)
    .map(version => ({
      before: [version.baseVersionId, version.mergedVersionId]
        .filter(parentId => typeof parentId === 'string')
        .map(parentId => found(versions, parentId).resource),
      after: version.resource,
    }));
  return { resource, steps };
}

function found(versions: Versions, versionId: string): Operation {
  const version = versions.find(versionId);
  assert(version !== undefined, 'what two versions stand on is known');
  return version;
}

/** A UUID by content: version 8, "experimental or vendor-specific" (RFC 9562, section 5.8). */
function uuidOf(parts: readonly string[]): string {
  const bytes = createHash('sha256').update(parts.join('\n')).digest().subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x80;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** Two people who have gone this far apart should talk to each other. */
const STEPS_MAX = 200;
