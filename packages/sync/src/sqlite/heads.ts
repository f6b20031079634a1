import type Database from 'better-sqlite3';
import { type Operation } from '@shimabashi/contracts';
import { encounterIndex } from '../search/encounter.ts';
import { observationIndex } from '../search/observation.ts';
import { patientTerms } from '../search/patient.ts';

/**
 * The heads of every resource, and what they are searched by.
 *
 * A version is a head exactly when no known version of the same resource was made from it. Nothing
 * else decides, so two logs that hold the same versions have the same heads, in whatever order the
 * versions came. More than one head is a conflict.
 */
export class Heads {
  readonly #isReplaced: Database.Statement;
  readonly #remove: Database.Statement;
  readonly #insert: Database.Statement;
  readonly #count: Database.Statement;
  readonly #search: SearchRows;

  constructor(db: Database.Database) {
    this.#isReplaced = db
      .prepare(
        `SELECT count(*) FROM version
         WHERE base_version_id = ? AND resource_id = ? AND resource_type = ?`,
      )
      .pluck();
    this.#remove = db.prepare(
      `DELETE FROM head WHERE resource_id = ? AND resource_type = ?
       AND sequence = (SELECT sequence FROM version WHERE version_id = ?)`,
    );
    this.#insert = db.prepare('INSERT INTO head VALUES (?, ?, ?, ?, ?)');
    this.#count = db.prepare('SELECT count(*) FROM head WHERE resource_id = ? AND resource_type = ?').pluck();
    this.#search = new SearchRows(db);
  }

  /**
   * Takes a version that was just added to the log. `conflict` when it stands beside other heads
   * and has replaced none of them.
   */
  add(sequence: number, operation: Operation): 'applied' | 'conflict' {
    const { resourceType, id } = operation.resource;
    const { changes: replaced } = this.#remove.run(id, resourceType, operation.baseVersionId);
    if (this.#isReplaced.get(operation.operationId, id, resourceType) !== 0) return 'applied';

    const others = this.#count.get(id, resourceType) as number;
    this.#insert.run(sequence, resourceType, id, operation.patientId, operation.clinicId);
    this.#search.add(sequence, operation);
    return replaced === 0 && others > 0 ? 'conflict' : 'applied';
  }
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
