import {
  AppError,
  type ChartEntry,
  type HubContract,
  type RowRequest,
  type RowResponse,
} from '@shimabashi/contracts';
import { patientIdOf } from '@shimabashi/clinical';
import { type ChartLog, recordConflicts, recordHistory, type StoredVersion } from '@shimabashi/sync';
import { type Session } from '../db/identity-store.ts';
import { CONSOLE_DEVICE_ID, type HubWriter } from './hub-writer.ts';
import { entryOf } from './read.ts';

type Doctor = Pick<Session, 'staff' | 'clinicIds'>;
type Resolve = RowRequest<HubContract, 'conflicts.resolve'>;

/** Two versions of one record, of which a doctor makes one. */
export class Conflicts {
  readonly #deps: { readonly log: ChartLog; readonly writer: HubWriter };

  constructor(deps: { readonly log: ChartLog; readonly writer: HubWriter }) {
    this.#deps = deps;
  }

  /** The records of a patient of which two versions stand. */
  list({ clinicIds }: Doctor, patientId: string): RowResponse<HubContract, 'conflicts.list'> {
    return { conflicts: recordConflicts(this.#deps.log, { patientId, clinicIds }, entryOf) };
  }

  history(
    { clinicIds }: Doctor,
    request: RowRequest<HubContract, 'history.get'>,
  ): RowResponse<HubContract, 'history.get'> {
    return recordHistory(this.#deps.log, { ...request, clinicIds }, entryOf);
  }

  /**
   * Keeps the doctor's version, with both others as its parents.
   *
   * @throws AppError `NOT_FOUND`, also where the patient is of a clinic that is not the doctor's;
   * `CONFLICT` when one of the two has been replaced since, or the operation id is used;
   * `RESOURCE_INVALID` when it is another record, or no valid one.
   */
  resolve(doctor: Doctor, request: Resolve): ChartEntry {
    const { operationId, resource, versionIds, patientId, reason } = request;
    const known = this.#version(request);
    if (known !== undefined) return this.#sameDeed(doctor, known);

    const heads = this.#heads(doctor, request);
    const decided = versionIds.map(id => heads.find(head => head.operation.operationId === id));
    if (versionIds[0] === versionIds[1] || decided.includes(undefined)) {
      throw new AppError('CONFLICT', 'One of the versions is not current any more.');
    }
    if (patientIdOf(resource) !== patientId) {
      throw new AppError('RESOURCE_INVALID', 'The record belongs to another patient.');
    }
    const [baseVersionId, mergedVersionId] = versionIds;
    this.#deps.writer.write([{ operationId, baseVersionId, mergedVersionId, resource, reason }], {
      patientId,
      clinicId: heads[0]!.clinicId,
      authorId: doctor.staff.practitionerId,
      deviceId: CONSOLE_DEVICE_ID,
    });
    return entryOf(this.#version(request)!);
  }

  #heads({ clinicIds }: Doctor, { resource, patientId }: Resolve): readonly StoredVersion[] {
    const { resourceType, id: resourceId } = resource;
    const heads = this.#deps.log.heads({ resourceType, resourceId, patientId, clinicIds });
    if (heads.length === 0) throw new AppError('NOT_FOUND', 'There is no such record.');
    return heads;
  }

  #version({ operationId, resource }: Resolve): StoredVersion | undefined {
    const versions = this.#deps.log.history(resource.id);
    return versions.find(version => version.operation.operationId === operationId);
  }

  #sameDeed(doctor: Doctor, { operation, clinicId, ...rest }: StoredVersion): ChartEntry {
    const isOwn = operation.authorId === doctor.staff.practitionerId && doctor.clinicIds.includes(clinicId);
    if (!isOwn || operation.mergedVersionId === undefined) {
      throw new AppError('CONFLICT', 'The operation id was used for something else.');
    }
    return entryOf({ operation, clinicId, ...rest });
  }
}
