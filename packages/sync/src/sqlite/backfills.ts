import type Database from 'better-sqlite3';

/** Whose versions a kiosk reads apart from all the others, in the order in which it was told. */
export class Backfills {
  readonly #add: Database.Statement;
  readonly #next: Database.Statement;
  readonly #move: Database.Statement;
  readonly #end: Database.Statement;
  readonly #restart: Database.Statement;

  constructor(db: Database.Database) {
    this.#add = db.prepare(
      'INSERT INTO backfill (patient_id, sequence) VALUES (?, 0) ON CONFLICT DO NOTHING',
    );
    this.#next = db.prepare('SELECT patient_id AS patientId, sequence FROM backfill ORDER BY number LIMIT 1');
    this.#move = db.prepare('UPDATE backfill SET sequence = @sequence WHERE patient_id = @patientId');
    this.#end = db.prepare('DELETE FROM backfill WHERE patient_id = ?');
    this.#restart = db.prepare('UPDATE backfill SET sequence = 0');
  }

  add(patientIds: readonly string[]): void {
    for (const patientId of patientIds) this.#add.run(patientId);
  }

  next(): { readonly patientId: string; readonly sequence: number } | undefined {
    return this.#next.get() as { patientId: string; sequence: number } | undefined;
  }

  /** Everything up to this number has come. */
  moveTo(patientId: string, sequence: number): void {
    this.#move.run({ patientId, sequence });
  }

  end(patientId: string): void {
    this.#end.run(patientId);
  }

  /** The hub is another: its numbers mean something else. */
  restart(): void {
    this.#restart.run();
  }
}
