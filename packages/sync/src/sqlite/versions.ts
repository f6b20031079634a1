import type Database from 'better-sqlite3';
import { type Operation, type ResourceEnvelope } from '@shimabashi/contracts';
import { type StoredVersion } from '../log.ts';
import { type Ancestor } from '../merge/ancestry.ts';
import { binariesNamedBy } from '../search/binary.ts';

/** A row of `version` with what `outbox` says of it. */
export interface VersionRow {
  readonly sequence: number;
  readonly version_id: string;
  readonly base_version_id: string | null;
  readonly merged_version_id: string | null;
  readonly patient_id: string | null;
  readonly clinic_id: string;
  readonly author_id: string;
  readonly device_id: string;
  readonly reason: string | null;
  readonly authored_at_ms: number;
  readonly resource: string;
  readonly hub_sequence: number | null;
  readonly receipt: string | null;
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
    ...(row.merged_version_id === null ? {} : { mergedVersionId: row.merged_version_id }),
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
  readonly #setReceipt: Database.Statement;
  readonly #sequenceOf: Database.Statement;
  readonly #clinicOf: Database.Statement;
  readonly #nameBinary: Database.Statement;
  readonly #learnMerged: Database.Statement;
  readonly #merged: Database.Statement;
  readonly #ofResource: Database.Statement;
  readonly #byId: Database.Statement;

  constructor(db: Database.Database) {
    this.#insert = db.prepare(`
      INSERT INTO version (
        version_id, base_version_id, merged_version_id, resource_type, resource_id, patient_id, clinic_id, author_id,
        device_id, reason, authored_at_ms, resource, authored_here, receipt
      ) VALUES (
        @operationId, @baseVersionId, @mergedVersionId, @resourceType, @resourceId, @patientId, @clinicId, @authorId,
        @deviceId, @reason, @authoredAtMs, @json, @authoredHere, @receipt
      ) ON CONFLICT (version_id) DO NOTHING`);
    this.#number = db.prepare(
      'UPDATE version SET hub_sequence = @hubSequence WHERE sequence = @sequence AND hub_sequence IS NOT @hubSequence',
    );
    this.#forgetNumbers = db.prepare('UPDATE version SET hub_sequence = NULL WHERE hub_sequence > ?');
    this.#setReceipt = db.prepare(
      'UPDATE version SET receipt = @receipt WHERE sequence = @sequence AND receipt IS NOT @receipt',
    );
    this.#sequenceOf = db.prepare('SELECT sequence FROM version WHERE version_id = ?').pluck();
    this.#clinicOf = db
      .prepare('SELECT clinic_id FROM version WHERE resource_id = ? AND resource_type = ? LIMIT 1')
      .pluck();
    this.#nameBinary = db.prepare(
      'INSERT INTO binary_name (binary_id, sequence) VALUES (?, ?) ON CONFLICT DO NOTHING',
    );
    this.#learnMerged = db.prepare(
      'UPDATE version SET merged_version_id = ? WHERE sequence = ? AND merged_version_id IS NULL',
    );
    this.#merged = db.prepare(
      `SELECT DISTINCT resource_id AS id, resource_type AS resourceType FROM version
       WHERE merged_version_id IS NOT NULL AND hub_sequence > ?`,
    );
    this.#ofResource = db.prepare(
      `SELECT version_id, base_version_id, merged_version_id FROM version
       WHERE resource_id = ? AND resource_type = ?`,
    );
    this.#byId = db.prepare('SELECT * FROM version WHERE version_id = ?');
  }

  /** Keeps a version and gives its sequence, or undefined when it is already known. */
  insert(
    operation: Operation,
    { authoredHere, receipt }: { readonly authoredHere: boolean; readonly receipt?: string | undefined },
  ): number | undefined {
    const { resource, mergedVersionId = null, ...rest } = operation;
    const { changes, lastInsertRowid } = this.#insert.run({
      ...rest,
      mergedVersionId,
      resourceType: resource.resourceType,
      resourceId: resource.id,
      json: JSON.stringify(resource),
      authoredHere: authoredHere ? 1 : 0,
      receipt: receipt ?? null,
    });
    if (changes === 0) return undefined;
    const sequence = Number(lastInsertRowid);
    this.nameBinaries(sequence, resource);
    return sequence;
  }

  /** Notes which bytes this version names. */
  nameBinaries(sequence: number, resource: Operation['resource']): void {
    for (const { binaryId } of binariesNamedBy(resource)) this.#nameBinary.run(binaryId, sequence);
  }

  /** Learns the second parent of a version that came without it. Whether that is news. */
  learnMerged(sequence: number, mergedVersionId: string): boolean {
    return this.#learnMerged.run(mergedVersionId, sequence).changes > 0;
  }

  /** Every version of a resource with what it was made from. */
  ancestors(resource: Operation['resource']): readonly Ancestor[] {
    const rows = this.#ofResource.all(resource.id, resource.resourceType) as VersionRow[];
    return rows.map(row => ({
      versionId: row.version_id,
      parentIds: [row.base_version_id, row.merged_version_id].filter(parent => parent !== null),
    }));
  }

  operation(versionId: string): Operation | undefined {
    const row = this.#byId.get(versionId) as VersionRow | undefined;
    return row === undefined ? undefined : operationOf(row);
  }

  /** Notes the hub's number of a version. Whether that is news. */
  setHubSequence(sequence: number, hubSequence: number): boolean {
    return this.#number.run({ sequence, hubSequence }).changes > 0;
  }

  /** Keeps the hub's receipt of a version that was known before. */
  setReceipt(sequence: number, receipt: string): void {
    this.#setReceipt.run({ sequence, receipt });
  }

  /**
   * The hub of the new epoch is not known to have what the old one numbered after this. Gives the
   * resources of which the old one had merged versions there.
   */
  forgetHubSequences(after: number): readonly Pick<Operation['resource'], 'id' | 'resourceType'>[] {
    const merged = this.#merged.all(after) as { id: string; resourceType: string }[];
    this.#forgetNumbers.run(after);
    return merged;
  }

  sequenceOf(operationId: string): number | undefined {
    return this.#sequenceOf.get(operationId) as number | undefined;
  }

  /** The clinic whose resource this is, or undefined when it is new. */
  clinicOf(resource: Operation['resource']): string | undefined {
    return this.#clinicOf.get(resource.id, resource.resourceType) as string | undefined;
  }
}
