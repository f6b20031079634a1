import { Clinic, LaneCounts, type Role, type StaffCredential, type StaffMember } from '@shimabashi/contracts';
import * as z from 'zod';
import { type HubDatabase } from './open-database.ts';

export interface Practice {
  readonly name: string;
  readonly nameLatin: string;
}

export interface Session {
  readonly tokenHash: string;
  readonly staff: StaffMember;
  readonly clinicIds: readonly string[];
  readonly expiresAtMs: number;
}

/** What a kiosk said when it was last heard that it had not delivered yet. */
export const Backlog = z.strictObject({ waiting: LaneCounts, parked: z.number().int().nonnegative() });
export type Backlog = z.infer<typeof Backlog>;

export interface EnrolledDevice {
  readonly deviceId: string;
  readonly clinicId: string;
  readonly name: string;
  /** Ed25519, raw 32 bytes, base64url. */
  readonly publicKey: string;
  readonly lastHeardAtMs: number | null;
  readonly backlog: Backlog | null;
}

export interface EnrolmentCode {
  readonly codeHash: string;
  readonly clinicId: string;
  /** The name that the administrator chose; null leaves it to the kiosk. */
  readonly name: string | null;
  readonly expiresAtMs: number;
}

/** Everybody and everything that may enter the hub, as kept in `hub.db`. */
export type IdentityStore = ReturnType<typeof createIdentityStore>;

export function createIdentityStore(db: HubDatabase) {
  return {
    ...peopleOf(db),
    ...sessionsOf(db),
    ...devicesOf(db),
    /** Runs `work` so that all of its writes are kept, or none. */
    atomically: (work: () => void): void => db.transaction(work).immediate(),
    close: (): void => {
      db.pragma('wal_checkpoint(TRUNCATE)');
      db.close();
    },
  };
}

interface StaffRow {
  readonly practitionerId: string;
  readonly name: string;
  readonly nameLatin: string;
  readonly role: Role;
  readonly secretHash: string;
  /** JSON. */
  readonly clinicIds: string;
}

const STAFF_COLUMNS = `
  staff.practitioner_id AS practitionerId, staff.name, staff.name_latin AS nameLatin, staff.role,
  staff.secret_hash AS secretHash,
  (SELECT json_group_array(clinic_id) FROM staff_clinic
    WHERE staff_clinic.practitioner_id = staff.practitioner_id) AS clinicIds`;

function credentialOf(row: StaffRow): StaffCredential {
  const { practitionerId, name, nameLatin, role, secretHash } = row;
  return { practitionerId, name, nameLatin, role, secretHash, clinicIds: clinicIdsOf(row) };
}

function clinicIdsOf(row: { readonly clinicIds: string }): string[] {
  return z.array(z.string()).parse(JSON.parse(row.clinicIds));
}

function peopleOf(db: HubDatabase) {
  const savePractice = db.prepare<[string, string]>(
    `INSERT INTO practice VALUES (1, ?, ?)
     ON CONFLICT DO UPDATE SET name = excluded.name, name_latin = excluded.name_latin`,
  );
  const practice = db.prepare<[], Practice>('SELECT name, name_latin AS nameLatin FROM practice');
  const saveClinic = db.prepare<[string, string]>(
    `INSERT INTO clinic (clinic_id, content) VALUES (?, ?)
     ON CONFLICT DO UPDATE SET content = excluded.content`,
  );
  const clinics = db.prepare<[], { content: string; lastChangeAtMs: number | null }>(
    'SELECT content, last_change_at_ms AS lastChangeAtMs FROM clinic ORDER BY clinic_id',
  );
  const clinicChanged = db.prepare<[number, string]>(
    'UPDATE clinic SET last_change_at_ms = max(coalesce(last_change_at_ms, 0), ?) WHERE clinic_id = ?',
  );
  const saveStaff = db.prepare<[string, string, string, string, string]>(
    `INSERT INTO staff VALUES (?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET name = excluded.name, name_latin = excluded.name_latin,
       role = excluded.role, secret_hash = excluded.secret_hash`,
  );
  const clearClinics = db.prepare<[string]>('DELETE FROM staff_clinic WHERE practitioner_id = ?');
  const addClinic = db.prepare<[string, string]>('INSERT INTO staff_clinic VALUES (?, ?)');
  const staffById = db.prepare<[string], StaffRow>(
    `SELECT ${STAFF_COLUMNS} FROM staff WHERE practitioner_id = ?`,
  );
  const staffOfClinic = db.prepare<[string], StaffRow>(
    `SELECT ${STAFF_COLUMNS} FROM staff JOIN staff_clinic USING (practitioner_id)
     WHERE staff_clinic.clinic_id = ? ORDER BY practitioner_id`,
  );
  const clearDuty = db.prepare('DELETE FROM duty');
  const addDuty = db.prepare<[number, string]>('INSERT INTO duty VALUES (?, ?)');
  const onDuty = db.prepare<[], StaffRow>(
    `SELECT ${STAFF_COLUMNS} FROM duty JOIN staff USING (practitioner_id) ORDER BY position`,
  );
  return {
    savePractice: ({ name, nameLatin }: Practice): void => void savePractice.run(name, nameLatin),
    practice: (): Practice | undefined => practice.get(),
    saveClinic: (clinic: Clinic): void => void saveClinic.run(clinic.clinicId, JSON.stringify(clinic)),
    clinics: (): { readonly clinic: Clinic; readonly lastChangeAtMs: number | null }[] =>
      clinics.all().map(row => ({
        clinic: Clinic.parse(JSON.parse(row.content)),
        lastChangeAtMs: row.lastChangeAtMs,
      })),
    /** Notes that the clinic's charts changed at `atMs` (the hub's clock). */
    clinicChanged: (clinicId: string, atMs: number): void => void clinicChanged.run(atMs, clinicId),
    saveStaff: (staff: StaffCredential): void => {
      saveStaff.run(staff.practitionerId, staff.name, staff.nameLatin, staff.role, staff.secretHash);
      clearClinics.run(staff.practitionerId);
      for (const clinicId of new Set(staff.clinicIds)) addClinic.run(staff.practitionerId, clinicId);
    },
    staff: (practitionerId: string): StaffCredential | undefined => {
      const row = staffById.get(practitionerId);
      return row === undefined ? undefined : credentialOf(row);
    },
    staffOfClinic: (clinicId: string): StaffCredential[] => staffOfClinic.all(clinicId).map(credentialOf),
    /** Replaces the roster. Call inside `atomically`. */
    saveDuty: (practitionerIds: readonly string[]): void => {
      clearDuty.run();
      practitionerIds.forEach((practitionerId, position) => addDuty.run(position, practitionerId));
    },
    /** The roster of the practice, whom to call first before whom to call next. */
    onDuty: (): StaffCredential[] => onDuty.all().map(credentialOf),
  };
}

function sessionsOf(db: HubDatabase) {
  const save = db.prepare<[string, string, number]>('INSERT INTO session VALUES (?, ?, ?)');
  const end = db.prepare<[string]>('DELETE FROM session WHERE token_hash = ?');
  const endOf = db.prepare<[string]>('DELETE FROM session WHERE practitioner_id = ?');
  const endExpired = db.prepare<[number]>('DELETE FROM session WHERE expires_at_ms <= ?');
  const byHash = db.prepare<[string, number], StaffRow & { expiresAtMs: number }>(
    `SELECT ${STAFF_COLUMNS}, expires_at_ms AS expiresAtMs FROM session JOIN staff USING (practitioner_id)
     WHERE token_hash = ? AND expires_at_ms > ?`,
  );
  return {
    saveSession: (session: { tokenHash: string; practitionerId: string; expiresAtMs: number }): void =>
      void save.run(session.tokenHash, session.practitionerId, session.expiresAtMs),
    endSession: (tokenHash: string): void => void end.run(tokenHash),
    endSessionsOf: (practitionerId: string): void => void endOf.run(practitionerId),
    endExpiredSessions: (nowMs: number): void => void endExpired.run(nowMs),
    session: (tokenHash: string, nowMs: number): Session | undefined => {
      const row = byHash.get(tokenHash, nowMs);
      if (row === undefined) return undefined;
      const { practitionerId, name, nameLatin, role, expiresAtMs } = row;
      return {
        tokenHash,
        staff: { practitionerId, name, nameLatin, role },
        clinicIds: clinicIdsOf(row),
        expiresAtMs,
      };
    },
  };
}

interface DeviceRow {
  readonly deviceId: string;
  readonly clinicId: string;
  readonly name: string;
  readonly publicKey: string;
  readonly lastHeardAtMs: number | null;
  readonly backlog: string | null;
}

const DEVICE_COLUMNS = `device_id AS deviceId, device.clinic_id AS clinicId, device.name,
  public_key AS publicKey, last_heard_at_ms AS lastHeardAtMs, backlog`;

function deviceOf(row: DeviceRow): EnrolledDevice {
  return { ...row, backlog: row.backlog === null ? null : Backlog.parse(JSON.parse(row.backlog)) };
}

function devicesOf(db: HubDatabase) {
  const saveCode = db.prepare<[string, string, string | null, number]>(
    `INSERT INTO enrolment_code (code_hash, clinic_id, name, expires_at_ms) VALUES (?, ?, ?, ?)
     ON CONFLICT DO NOTHING`,
  );
  const code = db.prepare<[string], EnrolmentCode & { usedBy: string | null }>(
    `SELECT code_hash AS codeHash, clinic_id AS clinicId, name, expires_at_ms AS expiresAtMs,
       used_by AS usedBy FROM enrolment_code WHERE code_hash = ?`,
  );
  const useCode = db.prepare<[string, string]>('UPDATE enrolment_code SET used_by = ? WHERE code_hash = ?');
  const save = db.prepare<[string, string, string, string, number]>(
    `INSERT INTO device (device_id, clinic_id, name, public_key, enrolled_at_ms) VALUES (?, ?, ?, ?, ?)`,
  );
  const byId = db.prepare<[string], DeviceRow>(`SELECT ${DEVICE_COLUMNS} FROM device WHERE device_id = ?`);
  const all = db.prepare<[], DeviceRow>(`SELECT ${DEVICE_COLUMNS} FROM device ORDER BY device_id`);
  const heard = db.prepare<[number | null, string | null, string]>(
    'UPDATE device SET last_heard_at_ms = ?, backlog = ? WHERE device_id = ?',
  );
  return {
    /** A code that is already known stays as it is: used stays used, expired stays expired. */
    saveEnrolmentCode: (fresh: EnrolmentCode): void =>
      void saveCode.run(fresh.codeHash, fresh.clinicId, fresh.name, fresh.expiresAtMs),
    enrolmentCode: (codeHash: string): (EnrolmentCode & { readonly usedBy: string | null }) | undefined =>
      code.get(codeHash),
    useEnrolmentCode: (codeHash: string, deviceId: string): void => void useCode.run(deviceId, codeHash),
    saveDevice: (
      device: Pick<EnrolledDevice, 'deviceId' | 'clinicId' | 'name' | 'publicKey'>,
      enrolledAtMs: number,
    ): void => void save.run(device.deviceId, device.clinicId, device.name, device.publicKey, enrolledAtMs),
    device: (deviceId: string): EnrolledDevice | undefined => {
      const row = byId.get(deviceId);
      return row === undefined ? undefined : deviceOf(row);
    },
    devices: (): EnrolledDevice[] => all.all().map(deviceOf),
    saveHeard: (
      deviceId: string,
      state: { readonly lastHeardAtMs: number | null; readonly backlog: Backlog | null },
    ): void =>
      void heard.run(
        state.lastHeardAtMs,
        state.backlog === null ? null : JSON.stringify(state.backlog),
        deviceId,
      ),
  };
}
