import { AppError, type HubContract, type RowHandlers } from '@shimabashi/contracts';
import { type AuditNote, type ChartLog } from '@shimabashi/sync';
import { type Alerts } from './alerts/alerts.ts';
import { type LastBackup } from './backup/last-backup.ts';
import { callRows, type CallRowDeps } from './calls/rows.ts';
import { joinClinic } from './chart/joining.ts';
import { type HubWriter } from './chart/hub-writer.ts';
import { backfillVersions, continuesFor, pullVersions } from './chart/pull.ts';
import { pushOperations, type PushDeps } from './chart/push.ts';
import { type ChartReader } from './chart/read.ts';
import { type Conflicts } from './chart/conflicts.ts';
import { type Consults } from './consult/consults.ts';
import { consultRows } from './consult/rows.ts';
import { type IdentityStore } from './db/identity-store.ts';
import { deviceOf, doctorOf, type HubContext } from './identity/caller.ts';
import { type DoctorSessions, SESSION_MS } from './identity/doctor-sessions.ts';
import { type KioskIdentities } from './identity/kiosk-identity.ts';
import { type HubMetrics } from './metrics.ts';
import { type ClinicBoard } from './realtime/clinic-board.ts';

export interface HandlerDeps extends PushDeps, CallRowDeps {
  readonly log: ChartLog;
  readonly store: IdentityStore;
  readonly sessions: DoctorSessions;
  readonly kiosks: KioskIdentities;
  readonly reader: ChartReader;
  readonly writer: HubWriter;
  readonly lastBackup: () => LastBackup | undefined;
  readonly clinics: ClinicBoard;
  readonly consults: Consults;
  readonly conflicts: Conflicts;
  readonly metrics: HubMetrics;
  readonly alerts: Pick<Alerts, 'rows'>;
  readonly nowMs: () => number;
}

type HubHandlers = RowHandlers<HubContract, HubContext>;
type HandlersOf<Prefix extends string> = Pick<HubHandlers, Extract<keyof HubHandlers, `${Prefix}.${string}`>>;

/** The code behind each row of the hub. */
export function createHandlers(deps: HandlerDeps): HubHandlers {
  return {
    ...sessionRows(deps),
    ...chartRows(deps),
    ...deviceRows(deps),
    ...syncRows(deps),
    ...callRows(deps),
    ...consultRows(deps.consults),
    ...deps.alerts.rows,
  };
}

function sessionRows({ sessions, log, nowMs }: HandlerDeps): HandlersOf<'session'> {
  const note = (action: AuditNote['action'], actorId: string): void =>
    log.audit({ actorId, deviceId: 'console', action, patientId: null, atMs: nowMs() });
  return {
    'session.sign-in': async (request, context) => {
      try {
        const { token, staff } = await sessions.signIn({ ...request, address: context.address });
        note('sign-in', staff.practitionerId);
        context.setSession({ token, maxAgeMs: SESSION_MS });
        return { staff };
      } catch (error) {
        // Only what was heard: a flood of refused attempts must not fill the disk.
        if (error instanceof AppError && error.code === 'SIGN_IN_FAILED') {
          note('sign-in-refused', request.practitionerId);
        }
        throw error;
      }
    },
    'session.current': (_request, context) => ({ staff: doctorOf(context).staff, hubTimeMs: nowMs() }),
    'session.sign-out': (_request, context) => {
      const session = doctorOf(context);
      sessions.end(session.tokenHash);
      note('sign-out', session.staff.practitionerId);
      context.setSession(null);
      return {};
    },
  };
}

function chartRows({
  reader,
  clinics,
  store,
  conflicts,
  log,
  writer,
  nowMs,
}: HandlerDeps): HandlersOf<'clinics' | 'patients' | 'observations' | 'photos' | 'conflicts' | 'history'> {
  return {
    'clinics.list': (_request, context) => {
      const { clinicIds } = doctorOf(context);
      const credentials = clinicIds.flatMap(clinicId => store.staffOfClinic(clinicId));
      const staff = new Map(
        credentials.map(({ practitionerId, name, nameLatin, role }) => [
          practitionerId,
          { practitionerId, name, nameLatin, role },
        ]),
      );
      return { clinics: clinics.statuses(clinicIds), staff: [...staff.values()], hubTimeMs: nowMs() };
    },
    'patients.list': (_request, context) => reader.listPatients(doctorOf(context)),
    'patients.get': (request, context) => reader.getPatient(doctorOf(context), request.patientId),
    'patients.join': (request, context) => ({
      entry: joinClinic({ log, writer }, doctorOf(context), request),
    }),
    'observations.list': (request, context) => reader.listObservations(doctorOf(context), request),
    'photos.get': (request, context) => reader.getPhoto(doctorOf(context), request),
    'conflicts.list': ({ patientId }, context) => {
      reader.admit(doctorOf(context), patientId);
      return conflicts.list(doctorOf(context), patientId);
    },
    'history.get': (request, context) => {
      reader.admit(doctorOf(context), request.patientId);
      return conflicts.history(doctorOf(context), request);
    },
    'conflicts.resolve': (request, context) => ({ entry: conflicts.resolve(doctorOf(context), request) }),
  };
}

function deviceRows({ kiosks, log, nowMs }: HandlerDeps): HandlersOf<'device'> {
  return {
    'device.enrol': (request, context) => {
      const identity = kiosks.enrol({ ...request, address: context.address });
      const { deviceId } = identity;
      log.audit({ actorId: deviceId, deviceId, action: 'enrol', patientId: null, atMs: nowMs() });
      return identity;
    },
    'device.challenge': request => ({ challenge: kiosks.challenge(request.deviceId) }),
    'device.sign-in': (request, context) => {
      const signedIn = kiosks.signIn({ ...request, address: context.address });
      const { deviceId } = request;
      log.audit({ actorId: deviceId, deviceId, action: 'sign-in', patientId: null, atMs: nowMs() });
      return signedIn;
    },
  };
}

function syncRows(deps: HandlerDeps): HandlersOf<'sync'> {
  const { log, store, metrics } = deps;
  return {
    'sync.push': (request, context) => {
      const response = pushOperations(deps, deviceOf(context), request.operations);
      for (const { outcome } of response.results) metrics.operations.inc({ outcome });
      return { ...response, ...continuesFor(log, context.syncFeatures) };
    },
    'sync.pull': (request, context) => {
      const { clinicId } = deviceOf(context);
      const response = pullVersions(deps, clinicId, request, context.syncFeatures);
      metrics.pulls.inc();
      metrics.versionsPulled.inc(response.versions.length);
      return response;
    },
    'sync.backfill': (request, context) => {
      const { clinicId } = deviceOf(context);
      const response = backfillVersions(deps, clinicId, request, context.syncFeatures);
      metrics.versionsPulled.inc(response.versions.length);
      return response;
    },
    'sync.backed-up': ({ binaryIds }) => {
      const backup = deps.lastBackup();
      const isOurs = backup !== undefined && backup.epoch === log.epoch;
      return { binaryIds: isOurs ? [...log.wholeUpTo(binaryIds, backup.wholeNumber)] : [] };
    },
    'sync.staff': (_request, context) => {
      const { clinicId } = deviceOf(context);
      const found = store.clinics().find(({ clinic }) => clinic.clinicId === clinicId);
      if (found === undefined) {
        throw new AppError('NOT_FOUND', 'The clinic of this kiosk is gone.');
      }
      // Doctors sign in at the hub itself: what opens every chart is not left on an island.
      const staff = store.staffOfClinic(clinicId).filter(({ role }) => role !== 'doctor');
      return { clinic: found.clinic, staff };
    },
  };
}
