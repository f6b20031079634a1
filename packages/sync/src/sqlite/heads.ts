import type Database from 'better-sqlite3';
import { MERGE_AUTHOR_ID, type Operation, WITHDRAWN_CODE } from '@shimabashi/contracts';
import { encounterIndex } from '../search/encounter.ts';
import { observationIndex } from '../search/observation.ts';
import { patientTerms } from '../search/patient.ts';
import { operationOf, type VersionRow } from './versions.ts';

/**
 * The heads of every resource, and what they are searched by.
 *
 * A version is a head exactly when no known version of the same resource was made from it, be it as
 * its one parent or as one of two. Nothing else decides, so two logs that hold the same versions have
 * the same heads, in whatever order the versions came. More than one head is a conflict.
 *
 * A hub's automatic merge counts only while the hub of this epoch is known to have it: one that was
 * restored from a backup may bring the same versions together in another order, and then what the
 * lost one made is nobody's word. Nor does what a person has withdrawn before any hub took it.
 */
export class Heads {
  readonly #isReplaced: Database.Statement;
  readonly #remove: Database.Statement;
  readonly #insert: Database.Statement;
  readonly #count: Database.Statement;
  readonly #of: Database.Statement;
  readonly #removeAll: Database.Statement;
  readonly #unreplaced: Database.Statement;
  readonly #search: SearchRows;

  constructor(db: Database.Database) {
    this.#isReplaced = db
      .prepare(
        `SELECT count(*) FROM version
         WHERE (base_version_id = @versionId OR merged_version_id = @versionId)
         AND resource_id = @id AND resource_type = @resourceType AND ${counts('version')}`,
      )
      .pluck();
    this.#remove = db.prepare(
      `DELETE FROM head WHERE resource_type = ? AND resource_id = ?
       AND sequence = (SELECT sequence FROM version WHERE version_id = ?)`,
    );
    this.#insert = db.prepare('INSERT INTO head VALUES (?, ?, ?, ?, ?)');
    this.#count = db.prepare('SELECT count(*) FROM head WHERE resource_id = ? AND resource_type = ?').pluck();
    this.#of = db
      .prepare(
        `SELECT version.version_id FROM head JOIN version ON version.sequence = head.sequence
         WHERE head.resource_type = ? AND head.resource_id = ? ORDER BY version.version_id`,
      )
      .pluck();
    this.#removeAll = db.prepare('DELETE FROM head WHERE resource_type = ? AND resource_id = ?');
    this.#unreplaced = db.prepare(`
      SELECT version.*, NULL AS parked_code FROM version
      WHERE resource_id = @id AND resource_type = @resourceType AND ${counts('version')}
      AND NOT EXISTS (
        SELECT 1 FROM version AS later
        WHERE (later.base_version_id = version.version_id OR later.merged_version_id = version.version_id)
        AND later.resource_id = @id AND later.resource_type = @resourceType AND ${counts('later')}
      )
      ORDER BY sequence`);
    this.#search = new SearchRows(db);
  }

  /**
   * Takes a version that was just added to the log. `conflict` when it stands beside other heads
   * and has replaced none of them.
   */
  add(sequence: number, operation: Operation): 'applied' | 'conflict' {
    const { resourceType, id } = operation.resource;
    const replaced = this.#replace(operation.resource, [operation.baseVersionId, operation.mergedVersionId]);
    if (this.#isReplaced.get({ versionId: operation.operationId, id, resourceType }) !== 0) return 'applied';

    const others = this.#count.get(id, resourceType) as number;
    this.#insertHead(sequence, operation);
    return replaced === 0 && others > 0 ? 'conflict' : 'applied';
  }

  #insertHead(sequence: number, operation: Operation): void {
    const { resource, patientId, clinicId } = operation;
    this.#insert.run(sequence, resource.resourceType, resource.id, patientId, clinicId);
    this.#search.add(sequence, operation);
  }

  /** A version of this resource was made from these: they are heads no more. Gives how many were. */
  #replace(resource: Operation['resource'], versionIds: readonly (string | null | undefined)[]): number {
    return versionIds
      .map(versionId => this.#remove.run(resource.resourceType, resource.id, versionId ?? null).changes)
      .reduce((sum, changes) => sum + changes, 0);
  }

  /** Finds the heads of a resource anew, after it was learnt that a version counts, or no longer does. */
  renew({ id, resourceType }: Pick<Operation['resource'], 'id' | 'resourceType'>): void {
    this.#removeAll.run(resourceType, id);
    for (const row of this.#unreplaced.all({ id, resourceType }) as VersionRow[]) {
      this.#insertHead(row.sequence, operationOf(row));
    }
  }

  /** The heads of one resource, by version id. */
  of(resource: Operation['resource']): readonly string[] {
    return this.#of.all(resource.resourceType, resource.id) as string[];
  }
}

function counts(version: string): string {
  return `(${version}.hub_sequence IS NOT NULL OR (
    ${version}.author_id <> '${MERGE_AUTHOR_ID}'
    AND NOT EXISTS (
      SELECT 1 FROM outbox
      WHERE outbox.sequence = ${version}.sequence AND outbox.parked_code = '${WITHDRAWN_CODE}'
    )
  ))`;
}

/** The tables that heads are searched by. Rows go with their head. */
class SearchRows {
  readonly #patient: Database.Statement;
  readonly #observation: Database.Statement;
  readonly #observationCode: Database.Statement;
  readonly #encounter: Database.Statement;
  readonly #encounterTime: Database.Statement;

  constructor(db: Database.Database) {
    this.#patient = db.prepare('INSERT INTO patient VALUES (?, ?, ?)');
    this.#observation = db.prepare('INSERT INTO observation VALUES (?, ?, ?)');
    this.#observationCode = db.prepare('INSERT INTO observation_code VALUES (?, ?, ?, ?, ?)');
    this.#encounter = db.prepare('INSERT INTO encounter VALUES (?, ?, ?)');
    this.#encounterTime = db.prepare('INSERT INTO encounter_time VALUES (?, ?, ?)');
  }

  add(sequence: number, operation: Operation): void {
    switch (operation.resource.resourceType) {
      case 'Patient':
        this.#patient.run(
          sequence,
          operation.clinicId,
          ['', ...patientTerms(operation.resource), ''].join('\n'),
        );
        return;
      case 'Observation':
        this.#addObservation(sequence, operation);
        return;
      case 'Encounter':
        this.#addEncounter(sequence, operation);
        return;
      default:
    }
  }

  #addObservation(sequence: number, operation: Operation): void {
    const { patientId } = operation;
    if (patientId === null) return;
    const { codes, effectiveAtMs, isInError } = observationIndex(operation);
    this.#observation.run(sequence, patientId, effectiveAtMs);
    for (const code of codes) {
      this.#observationCode.run(patientId, code, isInError ? 1 : 0, effectiveAtMs, sequence);
    }
  }

  #addEncounter(sequence: number, operation: Operation): void {
    const { isOpen, timesMs } = encounterIndex(operation);
    this.#encounter.run(sequence, operation.clinicId, isOpen ? 1 : 0);
    for (const atMs of timesMs) {
      this.#encounterTime.run(operation.clinicId, atMs, sequence);
    }
  }
}
