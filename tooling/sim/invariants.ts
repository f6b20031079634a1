import { type Operation } from '@shimabashi/contracts';
import { type ChartLog } from '@shimabashi/sync';
import { CLINICS } from './hub.ts';
import { type SimKiosk } from './kiosk.ts';
import { type World } from './world.ts';

/** What must hold after every seed. Each line is one breach, with ids only. */
export function breaches(world: World): string[] {
  return [
    ...lost(world),
    ...doubled(world),
    ...diverged(world),
    ...stuck(world),
    ...silentlyResolved(world),
    ...world.kiosks.flatMap(kiosk => kiosk.outOfLane.map(id => `out of lane: ${id}`)),
  ];
}

/** Acknowledged at a kiosk, and neither at the hub nor visibly parked. */
function lost({ hub, kiosks, writtenAtConsoles }: World): string[] {
  const atHub = new Set(hub.log.operationIds());
  const byKiosks = kiosks.flatMap(kiosk => {
    const parked = parkedIn(kiosk);
    return kiosk.acknowledged
      .filter(({ operationId }) => !atHub.has(operationId) && !parked.has(operationId))
      .map(({ operationId }) => `lost: ${operationId} of ${kiosk.deviceId}`);
  });
  const byConsoles = writtenAtConsoles.filter(({ operationId }) => !atHub.has(operationId));
  return [...byKiosks, ...byConsoles.map(({ operationId }) => `lost: ${operationId} of a console`)];
}

/** Parked, or made from what is parked: shown to the nurse with its reason. */
function parkedIn({ log, acknowledged }: SimKiosk): ReadonlySet<string> {
  const parked = new Set(
    acknowledged
      .filter(({ operationId, resource }) =>
        log
          .history(resource.id)
          .some(version => version.operation.operationId === operationId && version.parkedCode !== null),
      )
      .map(({ operationId }) => operationId),
  );
  for (const { operationId, baseVersionId } of acknowledged) {
    if (baseVersionId !== null && parked.has(baseVersionId)) parked.add(operationId);
  }
  return parked;
}

function doubled({ hub, kiosks }: World): string[] {
  return [hub.log, ...kiosks.map(({ log }) => log)].flatMap(log => {
    const ids = log.operationIds();
    const seen = new Set<string>();
    return ids.filter(id => seen.size === seen.add(id).size).map(id => `applied twice: ${id}`);
  });
}

/** Kiosks and hub show the same current versions, but for what is parked. */
function diverged({ hub, kiosks }: World): string[] {
  return kiosks.flatMap(kiosk => {
    const parked = parkedIn(kiosk);
    const atHub = headsOf(hub.log, kiosk.clinicId);
    const here = headsOf(kiosk.log, kiosk.clinicId);
    const replaced = new Set(
      kiosk.acknowledged
        .filter(({ operationId }) => parked.has(operationId))
        .map(({ baseVersionId }) => baseVersionId),
    );
    return [
      ...[...here]
        .filter(id => !atHub.has(id) && !parked.has(id))
        .map(id => `only on ${kiosk.deviceId}: ${id}`),
      ...[...atHub]
        .filter(id => !here.has(id) && !replaced.has(id))
        .map(id => `not on ${kiosk.deviceId}: ${id}`),
    ];
  });
}

function headsOf(log: ChartLog, clinicId: string): Set<string> {
  return new Set(log.heads({ clinicIds: [clinicId] }).map(({ operation }) => operation.operationId));
}

/** Nothing waits any more: rows that can go have gone, and every photograph is whole at the hub. */
function stuck({ kiosks, hub }: World): string[] {
  return kiosks.flatMap(kiosk => {
    const waiting = kiosk.log.outbox({ operations: 10_000, bytes: Number.MAX_SAFE_INTEGER });
    const photos = kiosk.acknowledged
      .filter(({ resource }) => resource.resourceType === 'DocumentReference')
      .flatMap(({ resource }) => binaryIdsOf(resource))
      .filter(binaryId => hub.log.binaryBytes(binaryId) === undefined);
    return [
      ...waiting.map(({ operationId }) => `stuck on ${kiosk.deviceId}: ${operationId}`),
      ...photos.map(
        binaryId => `photograph of ${kiosk.deviceId} not whole at the hub: ${binaryId.slice(0, 8)}`,
      ),
    ];
  });
}

function binaryIdsOf(resource: Operation['resource']): string[] {
  const content = resource['content'] as readonly { attachment: { url: string } }[];
  return content.map(({ attachment }) => attachment.url.slice('Binary/'.length));
}

/**
 * No value that somebody wrote went away unless somebody who had seen it replaced it.
 *
 * Judged without the code under test: a field of a version stands if a current version has it, or if a
 * later version, made from it by a person, has another value there. A merge may bring values together;
 * it may not choose between two.
 */
function silentlyResolved({ hub }: World): string[] {
  const all = hub.log.versionsAfter(0, CLINICS, Number.MAX_SAFE_INTEGER).versions.map(each => each.operation);
  const children = Map.groupBy(all, ({ baseVersionId }) => baseVersionId);
  const headIds = new Set(hub.log.heads({}).map(({ operation }) => operation.operationId));
  const byId = new Map(all.map(operation => [operation.operationId, operation]));
  return all.flatMap(operation => {
    const base = operation.baseVersionId === null ? undefined : byId.get(operation.baseVersionId);
    const changed = Object.keys(operation.resource).filter(
      field => !isSame(operation.resource[field], base?.resource[field]),
    );
    return changed
      .filter(field => !stands(operation, field, operation.resource[field]))
      .map(field => `silently resolved: ${field} of ${operation.operationId}`);
  });

  function stands(operation: Operation, field: string, value: unknown): boolean {
    if (headIds.has(operation.operationId)) return true;
    const next = [
      ...(children.get(operation.operationId) ?? []),
      ...all.filter(({ mergedVersionId }) => mergedVersionId === operation.operationId),
    ];
    return next.some(child => {
      if (isSame(child.resource[field], value)) return stands(child, field, value);
      return child.mergedVersionId === undefined || child.mergedVersionId === null;
    });
  }
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
