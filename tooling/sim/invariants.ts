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
    ...refused(world),
    ...world.kiosks.flatMap(kiosk => kiosk.outOfLane.map(id => `out of lane: ${id}`)),
  ];
}

/** Written at a console, and lost with the hub's disk before any kiosk had it: nobody can bring it back. */
export function goneWithDisk({ hub, kiosks, writtenAtConsoles }: World): string[] {
  const anywhere = new Set([...hub.log.operationIds(), ...keptByKiosks(kiosks)]);
  return writtenAtConsoles
    .map(({ operationId }) => operationId)
    .filter(operationId => !anywhere.has(operationId));
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
  // What no kiosk had yet when the hub's disk was lost is gone, whoever looks (docs/operations.md).
  const atKiosks = new Set(keptByKiosks(kiosks));
  const byConsoles = writtenAtConsoles.filter(
    ({ operationId }) => atKiosks.has(operationId) && !atHub.has(operationId),
  );
  return [...byKiosks, ...byConsoles.map(({ operationId }) => `lost: ${operationId} of a console`)];
}

/** What they can give back: a kiosk of the first release has no receipts. */
function keptByKiosks(kiosks: World['kiosks']): string[] {
  return kiosks.filter(({ isOld }) => !isOld).flatMap(({ log }) => log.operationIds());
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

/** Nothing but poison, and what was made from it, is refused. */
function refused({ kiosks }: World): string[] {
  // One that cannot give back who is its guest writes about a guest whom the hub has lost.
  const upToDate = kiosks.filter(({ isOld }) => !isOld);
  return upToDate.flatMap(({ log, deviceId }) =>
    log
      .parked()
      .filter(({ code }) => code === 'FORBIDDEN')
      .map(({ itemId }) => `refused to ${deviceId}: ${itemId}`),
  );
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
    if (kiosk.isOld) return unknownTo(kiosk, hub.log);
    const parked = parkedIn(kiosk);
    const atHub = headsOf(hub.log, hub.log, kiosk.clinicId);
    const here = headsOf(kiosk.log, hub.log, kiosk.clinicId);
    const replaced = new Set(
      kiosk.acknowledged
        .filter(({ operationId }) => parked.has(operationId))
        .map(({ baseVersionId }) => baseVersionId),
    );
    const ids = [...new Set([...atHub.keys(), ...here.keys()])];
    return ids
      .filter(id => here.get(id) !== atHub.get(id))
      .filter(id => (here.has(id) ? !parked.has(id) : !replaced.has(id)))
      .map(id => {
        const where = !atHub.has(id) ? 'only on' : here.has(id) ? 'another content on' : 'not on';
        return `${where} ${kiosk.deviceId}: ${id}`;
      });
  });
}

/** It shows two versions where others see their merge, but it has every one of its clinic. */
function unknownTo({ log, deviceId, clinicId }: SimKiosk, hub: ChartLog): string[] {
  const known = new Set(log.operationIds());
  return hub
    .versionsAfter(0, [clinicId], Number.MAX_SAFE_INTEGER)
    .versions.map(({ operation }) => operation.operationId)
    .filter(operationId => !known.has(operationId))
    .map(operationId => `not on ${deviceId}: ${operationId}`);
}

/** The content of each current version that a clinic should have, by its id. */
function headsOf(log: ChartLog, hub: ChartLog, clinicId: string): ReadonlyMap<string, string> {
  const heads = log.heads({}).filter(head => {
    const { patientId } = head.operation;
    return head.clinicId === clinicId || (patientId !== null && hub.clinicsOf(patientId).includes(clinicId));
  });
  return new Map(heads.map(({ operation }) => [operation.operationId, JSON.stringify(operation)]));
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
 * Judged from the versions alone, without the code that merges: what a person wrote in a field stands in
 * every current version that comes from it, or a person who had seen it wrote something else there.
 */
function silentlyResolved({ hub }: World): string[] {
  const all = hub.log.versionsAfter(0, CLINICS, Number.MAX_SAFE_INTEGER).versions.map(each => each.operation);
  const byId = new Map(all.map(operation => [operation.operationId, operation]));
  const parentsOf = (operation: Operation): Operation[] =>
    [operation.baseVersionId, operation.mergedVersionId]
      .map(id => byId.get(id ?? ''))
      .filter(parent => parent !== undefined);
  const known = new Map<Operation, ReadonlySet<Operation>>();
  /** A version and everything that it comes from. */
  const seenBy = (operation: Operation): ReadonlySet<Operation> => {
    const found =
      known.get(operation) ??
      new Set([operation, ...parentsOf(operation).flatMap(each => [...seenBy(each)])]);
    known.set(operation, found);
    return found;
  };
  const written = (operation: Operation): string[] =>
    operation.mergedVersionId === undefined
      ? Object.keys(operation.resource).filter(field =>
          parentsOf(operation).every(parent => !isSame(parent.resource[field], operation.resource[field])),
        )
      : [];
  const heads = hub.log.heads({}).map(({ operation }) => byId.get(operation.operationId)!);
  const ofResource = Map.groupBy(all, ({ resource }) => resource.id);
  return all.flatMap(operation => {
    const after = heads.filter(head => seenBy(head).has(operation));
    if (after.length === 0) return [`silently resolved: all of ${operation.operationId}`];
    return written(operation)
      .filter(field =>
        after.some(
          head =>
            !isSame(head.resource[field], operation.resource[field]) &&
            !(ofResource.get(operation.resource.id) ?? []).some(
              other =>
                other !== operation &&
                seenBy(other).has(operation) &&
                seenBy(head).has(other) &&
                written(other).includes(field),
            ),
        ),
      )
      .map(field => `silently resolved: ${field} of ${operation.operationId}`);
  });
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
