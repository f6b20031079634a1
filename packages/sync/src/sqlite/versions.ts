import type Database from 'better-sqlite3';
import { type Operation, type ResourceEnvelope } from '@shimabashi/contracts';
import { type StoredVersion } from '../log.ts';
import { binariesNamedBy } from '../search/binary.ts';

/** A row of `version` with what `outbox` says of it. */
export interface VersionRow {
  readonly sequence: number;
  readonly version_id: string;
  readonly base_version_id: string | null;
  readonly patient_id: string | null;
  readonly clinic_id: string;
  readonly author_id: string;
  readonly device_id: string;
  readonly reason: string | null;
  readonly authored_at_ms: number;
  readonly resource: string;
  readonly hub_sequence: number | null;
  readonly parked_code: string | null;
}

/** Begins every query that gives stored versions; continue with JOIN, WHERE and ORDER BY. */
export const SELECT_VERSION = `
  SELECT version.*, outbox.parked_code
  FROM version LEFT JOIN outbox ON outbox.sequence = version.sequence`;

export function storedVersion(row: VersionRow): StoredVersion {
  return {
    operation: operationOf(row),
    clinicId: row.clinic_id,
    sequence: row.sequence,
    place: placeOf(row),
    parkedCode: row.parked_code,
  };
}

export function operationOf(row: VersionRow): Operation {
  return {
    operationId: row.version_id,
    baseVersionId: row.base_version_id,
    resource: JSON.parse(row.resource) as ResourceEnvelope,
    patientId: row.patient_id,
    clinicId: row.clinic_id,
    authorId: row.author_id,
    deviceId: row.device_id,
    reason: row.reason,
    authoredAtMs: row.authored_at_ms,
  };
}

function placeOf(row: VersionRow): StoredVersion['place'] {
  if (row.parked_code !== null) return 'parked';
  return row.hub_sequence === null ? 'here' : 'at-hospital';
}

/** The log's rows: they come, are numbered by the hub, and never change or go. */
export class Versions {
  readonly #insert: Database.Statement;
  readonly #number: Database.Statement;
  readonly #forgetNumbers: Database.Statement;
  readonly #sequenceOf: Database.Statement;
  readonly #clinicOf: Database.Statement;
  readonly #nameBinary: Database.Statement;

  constructor(db: Database.Database) {
    this.#insert = db.prepare(`
      INSERT INTO version (
        version_id, base_version_id, resource_type, resource_id, patient_id, clinic_id, author_id,
        device_id, reason, authored_at_ms, resource, authored_here
      ) VALUES (
        @operationId, @baseVersionId, @resourceType, @resourceId, @patientId, @clinicId, @authorId,
        @deviceId, @reason, @authoredAtMs, @json, @authoredHere
      ) ON CONFLICT (version_id) DO NOTHING`);
    this.#number = db.prepare(
      'UPDATE version SET hub_sequence = @hubSequence WHERE sequence = @sequence AND hub_sequence IS NOT @hubSequence',
    );
    this.#forgetNumbers = db.prepare('UPDATE version SET hub_sequence = NULL WHERE hub_sequence IS NOT NULL');
    this.#sequenceOf = db.prepare('SELECT sequence FROM version WHERE version_id = ?').pluck();
    this.#clinicOf = db
      .prepare('SELECT clinic_id FROM version WHERE resource_id = ? AND resource_type = ? LIMIT 1')
      .pluck();
    this.#nameBinary = db.prepare(
      'INSERT INTO binary_name (binary_id, sequence) VALUES (?, ?) ON CONFLICT DO NOTHING',
    );
  }

  /** Keeps a version and gives its sequence, or undefined when it is already known. */
  insert(operation: Operation, authoredHere: boolean): number | undefined {
    const { resource, ...rest } = operation;
    const { changes, lastInsertRowid } = this.#insert.run({
      ...rest,
      resourceType: resource.resourceType,
      resourceId: resource.id,
      json: JSON.stringify(resource),
      authoredHere: authoredHere ? 1 : 0,
    });
    if (changes === 0) return undefined;
    const sequence = Number(lastInsertRowid);
    for (const { binaryId } of binariesNamedBy(resource)) this.#nameBinary.run(binaryId, sequence);
    return sequence;
  }

  /** Notes the hub's number of a version. Whether that is news. */
  setHubSequence(sequence: number, hubSequence: number): boolean {
    return this.#number.run({ sequence, hubSequence }).changes > 0;
  }

  /** No hub of the new epoch is known to have anything. */
  forgetHubSequences(): void {
    this.#forgetNumbers.run();
  }

  sequenceOf(operationId: string): number | undefined {
    return this.#sequenceOf.get(operationId) as number | undefined;
  }

  /** The clinic whose resource this is, or undefined when it is new. */
  clinicOf(resource: Operation['resource']): string | undefined {
    return this.#clinicOf.get(resource.id, resource.resourceType) as string | undefined;
  }
}
