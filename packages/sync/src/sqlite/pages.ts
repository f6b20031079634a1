import type Database from 'better-sqlite3';
import { type NumberedVersion, type PullProgress } from '@shimabashi/contracts';
import { OF_CLINICS } from './members.ts';
import { operationOf, SELECT_VERSION, type VersionRow } from './versions.ts';

export interface Page {
  readonly versions: readonly NumberedVersion[];
  readonly nextSequence: number;
  readonly more: boolean;
}

/** What a hub gives its kiosks to read, in the order of commits. */
export class Pages {
  readonly #ofClinics: Database.Statement;
  readonly #ofPatient: Database.Statement;
  readonly #newest: Database.Statement;
  readonly #progress: Database.Statement;

  constructor(db: Database.Database) {
    this.#ofClinics = db.prepare(
      `${SELECT_VERSION} WHERE version.sequence > @sequence AND ${OF_CLINICS} ORDER BY version.sequence`,
    );
    this.#ofPatient = db.prepare(
      `${SELECT_VERSION} WHERE version.patient_id = @patientId AND version.sequence > @sequence
       ORDER BY version.sequence`,
    );
    this.#newest = db.prepare('SELECT coalesce(max(sequence), 0) FROM version').pluck();
    this.#progress = db.prepare(
      `SELECT count(*) AS total, coalesce(sum(sequence <= @sequence), 0) AS done FROM version
       WHERE clinic_id IN (SELECT value FROM json_each(@clinicIds))`,
    );
  }

  ofClinics(sequence: number, clinicIds: readonly string[], limit: number): Page {
    return this.#page(this.#ofClinics.iterate({ sequence, clinicIds: JSON.stringify(clinicIds) }), {
      sequence,
      limit,
    });
  }

  ofPatient(patientId: string, sequence: number, limit: number): Page {
    return this.#page(this.#ofPatient.iterate({ patientId, sequence }), { sequence, limit });
  }

  progress(sequence: number, clinicIds: readonly string[]): PullProgress {
    return this.#progress.get({ sequence, clinicIds: JSON.stringify(clinicIds) }) as PullProgress;
  }

  #page(
    rows: Iterable<unknown>,
    { sequence, limit }: { readonly sequence: number; readonly limit: number },
  ): Page {
    const versions: NumberedVersion[] = [];
    let chars = 0;
    for (const item of rows) {
      const row = item as VersionRow;
      chars += row.resource.length;
      if (versions.length >= limit || (versions.length > 0 && chars > PAGE_CHARS_MAX)) {
        return { versions, nextSequence: versions.at(-1)!.sequence, more: true };
      }
      versions.push({ sequence: row.sequence, operation: operationOf(row) });
    }
    // What lies between was not for these, and need not be looked through again.
    const newest = this.#newest.get() as number;
    return { versions, nextSequence: Math.max(sequence, newest), more: false };
  }
}

/** Most characters of resources in one page: a page is also a request's answer. */
const PAGE_CHARS_MAX = 1_048_576;
