import {
  AppError,
  type ChartEntry,
  type HubContract,
  type ResourceEnvelope,
  type RowRequest,
} from '@shimabashi/contracts';
import { type ChartLog, type StoredVersion } from '@shimabashi/sync';
import { type Session } from '../db/identity-store.ts';
import { derivedId } from './derived-id.ts';
import { CONSOLE_DEVICE_ID, type HubWriter } from './hub-writer.ts';
import { entryOf } from './read.ts';

type Join = RowRequest<HubContract, 'patients.join'>;

/**
 * Lets one more clinic read and write a patient's chart, or no longer: a version of an EpisodeOfCare of
 * that clinic. Its kiosks are given the chart as a stream of its own; what they were given stays there.
 * Saving the same operation twice is harmless.
 *
 * @throws AppError `NOT_FOUND` where the doctor is not of both clinics; `CONFLICT` when the operation id
 * is used for something else.
 */
export function joinClinic(
  { log, writer }: { readonly log: ChartLog; readonly writer: HubWriter },
  { staff, clinicIds }: Pick<Session, 'staff' | 'clinicIds'>,
  { operationId, patientId, clinicId, isPresent, reason }: Join,
): ChartEntry {
  const patient = log.heads({ resourceType: 'Patient', resourceId: patientId, clinicIds })[0];
  if (patient === undefined || !clinicIds.includes(clinicId)) {
    throw new AppError('NOT_FOUND', 'There is no such patient, or no such clinic.');
  }
  const episodeId = derivedId('episode', patientId, clinicId);
  const known = versionOf(log, episodeId, operationId);
  if (known !== undefined) return entryOf(known);
  const [head] = log.heads({ resourceType: 'EpisodeOfCare', resourceId: episodeId });
  const resource: ResourceEnvelope = {
    ...head?.operation.resource,
    resourceType: 'EpisodeOfCare',
    id: episodeId,
    status: isPresent ? 'active' : 'finished',
    patient: { reference: `Patient/${patientId}` },
    managingOrganization: { reference: `Organization/${clinicId}` },
  };
  const baseVersionId = head?.operation.operationId ?? null;
  const author = { authorId: staff.practitionerId, deviceId: CONSOLE_DEVICE_ID };
  writer.write([{ operationId, baseVersionId, resource, reason }], { ...author, patientId, clinicId });
  const written = versionOf(log, episodeId, operationId);
  if (written === undefined) throw new AppError('CONFLICT', 'The operation id was used for something else.');
  return entryOf(written);
}

function versionOf(log: ChartLog, resourceId: string, operationId: string): StoredVersion | undefined {
  return log.history(resourceId).find(version => version.operation.operationId === operationId);
}
