import type Database from 'better-sqlite3';
import { type Operation } from '@shimabashi/contracts';
import { operationOf, type VersionRow } from './versions.ts';

/** States of an EpisodeOfCare (FHIR R4, EpisodeOfCare.status) in which a patient is of that clinic. */
const PRESENT: readonly unknown[] = ['planned', 'waitlist', 'active', 'onhold'];

/** A condition on `version`: of these clinics, or of a patient who is shared with one of them. */
export const OF_CLINICS = `(
  version.clinic_id IN (SELECT value FROM json_each(@clinicIds))
  OR EXISTS (
    SELECT 1 FROM clinic_member AS member
    WHERE member.patient_id = version.patient_id
      AND version.sequence >= member.since AND version.sequence <= coalesce(member.until, version.sequence)
      AND (
        member.clinic_id IN (SELECT value FROM json_each(@clinicIds))
        OR member.home_clinic_id IN (SELECT value FROM json_each(@clinicIds))
      )
  )
)`;

/**
 * Which patients are of more than one clinic.
 *
 * It follows from the versions in the order of commits, so that a hub that was restored, and to which
 * the versions were given back, knows it again.
 */
export class Members {
  readonly #home: Database.Statement;
  readonly #count: Database.Statement;
  readonly #episodes: Database.Statement;
  readonly #current: Database.Statement;
  readonly #wroteBefore: Database.Statement;
  readonly #join: Database.Statement;
  readonly #leave: Database.Statement;
  readonly #joined: Database.Statement;

  constructor(db: Database.Database) {
    this.#home = db
      .prepare("SELECT clinic_id FROM version WHERE resource_id = ? AND resource_type = 'Patient' LIMIT 1")
      .pluck();
    this.#count = db
      .prepare("SELECT count(*) FROM version WHERE resource_id = ? AND resource_type = 'Patient'")
      .pluck();
    this.#episodes = db.prepare(
      `SELECT *, NULL AS parked_code FROM version
       WHERE patient_id = ? AND resource_type = 'EpisodeOfCare' ORDER BY sequence`,
    );
    this.#current = db
      .prepare('SELECT clinic_id FROM clinic_member WHERE patient_id = ? AND until IS NULL')
      .pluck();
    this.#wroteBefore = db.prepare(
      `SELECT 1 FROM version
       WHERE patient_id = @patientId AND clinic_id = @clinicId AND sequence < @sequence LIMIT 1`,
    );
    this.#join = db.prepare(
      `INSERT INTO clinic_member (patient_id, clinic_id, home_clinic_id, since, is_late)
       VALUES (@patientId, @clinicId, @home, @sequence, @isLate)
       ON CONFLICT DO UPDATE SET until = NULL`,
    );
    this.#leave = db.prepare(
      `UPDATE clinic_member SET until = @sequence
       WHERE patient_id = @patientId AND clinic_id = @clinicId AND until IS NULL`,
    );
    this.#joined = db
      .prepare(
        `SELECT patient_id FROM clinic_member
         WHERE since > @after AND since <= @upTo AND until IS NULL
         AND (
           clinic_id IN (SELECT value FROM json_each(@clinicIds))
           OR (is_late = 1 AND home_clinic_id IN (SELECT value FROM json_each(@clinicIds)))
         )
         ORDER BY since`,
      )
      .pluck();
  }

  /** Takes a version that was just numbered. */
  take(sequence: number, operation: Operation): void {
    const { resource } = operation;
    if (resource.resourceType === 'EpisodeOfCare') this.#consider(sequence, operation, false);
    // A chart that is given back may come in another order: who joins before he is here has no home yet.
    if (resource.resourceType !== 'Patient' || this.#count.get(resource.id) !== 1) return;
    for (const row of this.#episodes.all(resource.id) as VersionRow[]) {
      this.#consider(sequence, operationOf(row), true);
    }
  }

  #consider(sequence: number, { resource, patientId, clinicId }: Operation, late: boolean): void {
    if (patientId === null) return;
    const home = this.#home.get(patientId) as string | undefined;
    if (home === undefined || home === clinicId) return;
    const isMember = this.#current.all(patientId).includes(clinicId);
    const isPresent = PRESENT.includes(resource['status']);
    if (isPresent && !isMember) {
      // Given back in another order, what the guest's clinic wrote may stand before the word as well.
      const isLate = late || this.#wroteBefore.get({ patientId, clinicId, sequence }) !== undefined;
      this.#join.run({ patientId, clinicId, home, sequence, isLate: isLate ? 1 : 0 });
    }
    if (!isPresent && isMember) this.#leave.run({ patientId, clinicId, sequence });
  }

  clinicsOf(patientId: string): readonly string[] {
    const home = this.#home.get(patientId) as string | undefined;
    return home === undefined ? [] : [home, ...(this.#current.all(patientId) as string[])];
  }

  joined(
    between: { readonly after: number; readonly upTo: number },
    clinicIds: readonly string[],
  ): readonly string[] {
    return this.#joined.all({ ...between, clinicIds: JSON.stringify(clinicIds) }) as string[];
  }
}
