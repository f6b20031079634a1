import {
  AppError,
  type ChartEntry,
  PARAMETERS,
  type ResourceEnvelope,
  type RowRequest,
  type RowResponse,
  type HubContract,
} from '@shimabashi/contracts';
import { readEncounter } from '@shimabashi/clinical';
import {
  type AuditNote,
  type ChartLog,
  noteReading,
  safestFirst,
  type StoredVersion,
} from '@shimabashi/sync';
import { type Session } from '../db/identity-store.ts';
import { dayInTokyo } from './day-in-tokyo.ts';
import { CONSOLE_DEVICE_ID } from './hub-writer.ts';
import { binariesOf, findPicture } from './pictures.ts';

/** What a doctor reads of the charts, of their own clinics only. Every reading is audited. */
export type ChartReader = ReturnType<typeof createChartReader>;

export function createChartReader(deps: {
  log: ChartLog;
  nowMs: () => number;
  /** The disk is full: a chart is read without a note in the audit. */
  onNotNoted: (note: AuditNote) => void;
}) {
  const { log, nowMs, onNotNoted } = deps;

  function note(doctor: Session, action: AuditNote['action'], patientId: string | null): void {
    const actorId = doctor.staff.practitionerId;
    const deviceId = CONSOLE_DEVICE_ID;
    noteReading(log, { actorId, deviceId, action, patientId, atMs: nowMs() }, onNotNoted);
  }

  /** @throws AppError `NOT_FOUND`, also where the patient is of a clinic that is not the doctor's. */
  function patientOf(doctor: Session, patientId: string): readonly [StoredVersion, ...StoredVersion[]] {
    const [newest, ...others] = log.heads({
      resourceType: 'Patient',
      resourceId: patientId,
      clinicIds: doctor.clinicIds,
    });
    if (newest === undefined) {
      throw new AppError('NOT_FOUND', 'No such patient.');
    }
    return [newest, ...others];
  }

  return {
    /** Whether this doctor may see this patient at all. */
    maySee: (doctor: Pick<Session, 'clinicIds'>, patientId: string): boolean =>
      log.heads({ resourceType: 'Patient', resourceId: patientId, clinicIds: doctor.clinicIds }).length > 0,

    listPatients(doctor: Session): RowResponse<HubContract, 'patients.list'> {
      note(doctor, 'find', null);
      return { patients: patientLines(log, doctor, nowMs()) };
    },

    getPatient(doctor: Session, patientId: string): RowResponse<HubContract, 'patients.get'> {
      const [patient, ...otherHeads] = patientOf(doctor, patientId);
      note(doctor, 'read', patientId);
      const { clinicIds } = doctor;
      const others = log.heads({ patientId, clinicIds, exceptTypes: ['Observation', 'Patient'] });
      return {
        clinicId: patient.clinicId,
        patient: entryOf(patient),
        resources: [...otherHeads, ...safestFirst(others)].map(head => ({
          ...entryOf(head),
          ...binariesOf(log, head),
        })),
      };
    },

    /** Notes that a doctor reads of this patient. @throws AppError `NOT_FOUND` */
    admit(doctor: Session, patientId: string): void {
      patientOf(doctor, patientId);
      note(doctor, 'read', patientId);
    },

    listObservations(
      doctor: Session,
      request: RowRequest<HubContract, 'observations.list'>,
    ): RowResponse<HubContract, 'observations.list'> {
      const { patientId, parameters, fromMs, limit } = request;
      patientOf(doctor, patientId);
      note(doctor, 'read', patientId);
      const codes = parameters.map(parameter => PARAMETERS[parameter].loinc);
      const found = log.observations({ patientId, codes, fromMs, limit });
      return { entries: own(doctor, found).map(entryOf) };
    },

    /** @throws AppError `NOT_FOUND`, also while the bytes have not all arrived. */
    getPhoto(
      doctor: Session,
      request: RowRequest<HubContract, 'photos.get'>,
    ): RowResponse<HubContract, 'photos.get'> {
      const picture = findPicture(log, own(doctor, log.binaryNamedBy(request.sha256)), request);
      patientOf(doctor, picture.patientId);
      note(doctor, 'read', picture.patientId);
      return { contentType: picture.contentType, dataBase64: picture.dataBase64 };
    },
  };
}

/** One line for each patient of the doctor's clinics. */
function patientLines(
  log: ChartLog,
  doctor: Session,
  nowMs: number,
): RowResponse<HubContract, 'patients.list'>['patients'] {
  const { clinicIds } = doctor;
  const allergies = byPatient(safestFirst(log.heads({ resourceType: 'AllergyIntolerance', clinicIds })));
  const today = dayInTokyo(nowMs);
  const visits = byPatient(log.encounters({ clinicIds, ...today }));
  const conflicts = log.contestedCounts(clinicIds);
  const patients = onePerResource(log.heads({ resourceType: 'Patient', clinicIds }));
  return patients.map(patient => ({
    patient: patient.operation.resource,
    clinicId: patient.clinicId,
    allergies: resourcesOf(allergies.get(patient.operation.resource.id)),
    encounter: visitOf(resourcesOf(visits.get(patient.operation.resource.id)), today),
    latest: resourcesOf(own(doctor, log.latestObservations(patient.operation.resource.id))),
    conflicts: conflicts.get(patient.operation.resource.id) ?? 0,
  }));
}

/** An observation may have come before its patient did, from a clinic that is not the doctor's. */
function own(doctor: Session, versions: readonly StoredVersion[]): StoredVersion[] {
  return versions.filter(version => doctor.clinicIds.includes(version.clinicId));
}

/** What the hub holds is at the hospital: this is the hospital. */
export function entryOf(version: StoredVersion): ChartEntry {
  const { operationId, resource, authorId, deviceId, reason, authoredAtMs } = version.operation;
  return {
    versionId: operationId,
    resource,
    authorId,
    deviceId,
    reason,
    authoredAtMs,
    place: 'at-hospital',
    parkedCode: null,
  };
}

function resourcesOf(versions: readonly StoredVersion[] = []): ResourceEnvelope[] {
  return versions.map(version => version.operation.resource);
}

function byPatient(versions: readonly StoredVersion[]): Map<string | null, StoredVersion[]> {
  return Map.groupBy(versions, version => version.operation.patientId);
}

/** The newest of today's visits; without one, a visit of another day that nobody has ended yet. */
function visitOf(
  encounters: readonly ResourceEnvelope[],
  today: { readonly fromMs: number; readonly toMs: number },
): ResourceEnvelope | null {
  const isOfToday = (encounter: ResourceEnvelope): boolean => {
    const { plannedAtMs, arrivedAtMs, startedAtMs } = readEncounter(encounter);
    return [plannedAtMs, arrivedAtMs, startedAtMs].some(
      atMs => atMs !== null && atMs >= today.fromMs && atMs < today.toMs,
    );
  };
  return encounters.find(isOfToday) ?? encounters[0] ?? null;
}

/** Two heads of one patient are one line of a list: the newest. The patient's page shows both. */
function onePerResource(versions: readonly StoredVersion[]): StoredVersion[] {
  return [...Map.groupBy(versions, version => version.operation.resource.id).values()].map(
    ([newest]) => newest!,
  );
}
