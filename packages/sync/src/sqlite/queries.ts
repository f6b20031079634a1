import type Database from 'better-sqlite3';
import { type ChartLog, type StoredVersion } from '../log.ts';
import { searchable } from '../search/patient.ts';
import { SELECT_VERSION, storedVersion, type VersionRow } from './versions.ts';

type HeadsQuery = Parameters<ChartLog['heads']>[0];
type ObservationsQuery = Parameters<ChartLog['observations']>[0];
type EncountersQuery = Parameters<ChartLog['encounters']>[0];

/** The reading half of the log. Lists go to SQLite as JSON, so that every statement is fixed. */
export class Queries {
  readonly #db: Database.Database;
  readonly #prepared = new Map<string, Database.Statement>();

  constructor(db: Database.Database) {
    this.#db = db;
  }

  heads(query: HeadsQuery): readonly StoredVersion[] {
    const conditions = [
      query.resourceType === undefined ? undefined : 'head.resource_type = @resourceType',
      query.exceptTypes === undefined
        ? undefined
        : 'head.resource_type NOT IN (SELECT value FROM json_each(@exceptTypes))',
      query.resourceId === undefined ? undefined : 'head.resource_id = @resourceId',
      query.patientId === undefined ? undefined : 'head.patient_id = @patientId',
      query.clinicIds === undefined ? undefined : `head.clinic_id IN ${CLINICS}`,
    ].filter(condition => condition !== undefined);
    const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
    return this.#versions(
      `${SELECT_VERSION} JOIN head ON head.sequence = version.sequence ${where}
       ORDER BY version.sequence DESC`,
      query,
    );
  }

  contested(query: Parameters<ChartLog['contested']>[0]): readonly StoredVersion[] {
    return this.#versions(
      `${SELECT_VERSION} JOIN head ON head.sequence = version.sequence
       WHERE head.patient_id = @patientId AND head.clinic_id IN ${CLINICS} AND 1 < (
         SELECT count(*) FROM head AS each
         WHERE each.resource_id = head.resource_id AND each.resource_type = head.resource_type
       )
       ORDER BY version.sequence DESC`,
      query,
    );
  }

  /** One pass over an index; of the records with two heads alone more is read. */
  contestedCounts(clinicIds: readonly string[]): ReadonlyMap<string, number> {
    const rows = this.#statement(
      `SELECT head.patient_id AS patientId, count(*) AS records FROM (
         SELECT min(sequence) AS sequence FROM head
         GROUP BY resource_id, resource_type HAVING count(*) > 1
       ) AS record JOIN head ON head.sequence = record.sequence
       WHERE head.patient_id IS NOT NULL AND head.clinic_id IN ${CLINICS} GROUP BY head.patient_id`,
    ).all({ clinicIds: JSON.stringify(clinicIds) }) as { patientId: string; records: number }[];
    return new Map(rows.map(({ patientId, records }) => [patientId, records]));
  }

  observations(query: ObservationsQuery): readonly StoredVersion[] {
    const { codes, fromMs = Number.MIN_SAFE_INTEGER } = query;
    const withCode =
      codes === undefined
        ? ''
        : `AND EXISTS (
             SELECT 1 FROM observation_code AS coded WHERE coded.sequence = observation.sequence
             AND coded.code IN (SELECT value FROM json_each(@codes))
           )`;
    return this.#versions(
      `${SELECT_VERSION} JOIN observation ON observation.sequence = version.sequence
       WHERE observation.patient_id = @patientId AND observation.effective_at_ms >= @fromMs ${withCode}
       ORDER BY observation.effective_at_ms DESC, version.sequence DESC LIMIT @limit`,
      { ...query, fromMs },
    );
  }

  latestObservations(patientId: string): readonly StoredVersion[] {
    return this.#versions(
      `WITH RECURSIVE code (code) AS (
         SELECT min(code) FROM observation_code WHERE patient_id = @patientId
         UNION ALL
         SELECT (
           SELECT min(next.code) FROM observation_code AS next
           WHERE next.patient_id = @patientId AND next.code > code.code
         ) FROM code WHERE code.code IS NOT NULL
       )
       ${SELECT_VERSION} WHERE version.sequence IN (
         SELECT (
           SELECT newest.sequence FROM observation_code AS newest
           WHERE newest.patient_id = @patientId AND newest.code = code.code AND newest.is_in_error = 0
           ORDER BY newest.effective_at_ms DESC, newest.sequence DESC LIMIT 1
         ) FROM code
       )
       ORDER BY version.sequence DESC`,
      { patientId },
    );
  }

  encounters(query: EncountersQuery): readonly StoredVersion[] {
    return this.#versions(
      `${SELECT_VERSION} WHERE version.sequence IN (
         SELECT sequence FROM encounter WHERE is_open = 1 AND clinic_id IN ${CLINICS}
         UNION
         SELECT sequence FROM encounter_time
         WHERE clinic_id IN ${CLINICS} AND at_ms >= @fromMs AND at_ms < @toMs
       )
       ORDER BY version.sequence DESC`,
      query,
    );
  }

  /** Those with a term that begins with the text come first. */
  findPatients(text: string, clinicIds: readonly string[], limit: number): readonly StoredVersion[] {
    const sought = searchable(text);
    if (sought === '') return [];
    // instr() knows no wildcards, so there is nothing in the text to escape.
    return this.#versions(
      `${SELECT_VERSION} JOIN patient ON patient.sequence = version.sequence
       WHERE patient.clinic_id IN ${CLINICS} AND instr(patient.terms, @sought) > 0
       ORDER BY instr(patient.terms, char(10) || @sought) = 0, patient.terms LIMIT @limit`,
      { sought, clinicIds, limit },
    );
  }

  history(resourceId: string): readonly StoredVersion[] {
    return this.#versions(
      `${SELECT_VERSION} WHERE version.resource_id = @resourceId ORDER BY version.sequence`,
      { resourceId },
    );
  }

  /** One step in an index for each. */
  clinicIds(): readonly string[] {
    return this.#statement(
      `WITH RECURSIVE clinic (id) AS (
         SELECT min(clinic_id) FROM version
         UNION
         SELECT (SELECT min(clinic_id) FROM version WHERE clinic_id > clinic.id) FROM clinic
         WHERE clinic.id IS NOT NULL
       )
       SELECT id FROM clinic WHERE id IS NOT NULL`,
    )
      .pluck()
      .all() as string[];
  }

  operationIds(): readonly string[] {
    return this.#statement('SELECT version_id FROM version ORDER BY sequence').pluck().all() as string[];
  }

  #versions(sql: string, query: Readonly<Record<string, unknown>>): readonly StoredVersion[] {
    const values = Object.entries(query).map(([name, value]) => [
      name,
      Array.isArray(value) ? JSON.stringify(value) : value,
    ]);
    const rows = this.#statement(sql).all(Object.fromEntries(values)) as VersionRow[];
    return rows.map(storedVersion);
  }

  #statement(sql: string): Database.Statement {
    const known = this.#prepared.get(sql);
    if (known !== undefined) return known;
    const statement = this.#db.prepare(sql);
    this.#prepared.set(sql, statement);
    return statement;
  }
}

const CLINICS = '(SELECT value FROM json_each(@clinicIds))';
