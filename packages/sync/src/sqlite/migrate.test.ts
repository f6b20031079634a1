import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { migrate } from './migrate.ts';
import { CHART_MIGRATIONS } from './migrations.ts';

let db: Database.Database;
beforeEach(() => {
  db = new Database(':memory:');
});
afterEach(() => {
  db.close();
});
const version = () => db.pragma('user_version', { simple: true });
const tables = () =>
  db.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name`).pluck().all();

describe('migrate', () => {
  const steps = ['CREATE TABLE first (a)', 'CREATE TABLE second (a)', 'ALTER TABLE first ADD COLUMN b'];

  it('makes each step once, from wherever the file is', () => {
    migrate(db, steps.slice(0, 1));
    db.exec('INSERT INTO first VALUES (1)');
    migrate(db, steps);
    migrate(db, steps);
    expect(version()).toBe(3);
    expect(db.prepare('SELECT a, b FROM first').all()).toEqual([{ a: 1, b: null }]);
  });

  it('stands after the last whole step when one fails', () => {
    const broken = [...steps.slice(0, 1), 'CREATE TABLE second (a); CREATE TABLE first (a)'];
    expect(() => migrate(db, broken)).toThrow('already exists');
    expect(version()).toBe(1);
    expect(tables()).toEqual(['first']);
  });

  it('leaves a file of a newer release alone', () => {
    migrate(db, steps);
    expect(() => migrate(db, steps.slice(0, 2))).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', details: { databaseVersion: 3, knownVersion: 2 } }),
    );
    expect(version()).toBe(3);
  });
});

describe('the migrations of the chart log', () => {
  it('1 makes the first tables', () => {
    migrate(db, CHART_MIGRATIONS.slice(0, 1));
    expect(tables()).toEqual([
      'audit',
      'cursor',
      'encounter',
      'encounter_time',
      'head',
      'identity',
      'observation',
      'observation_code',
      'outbox',
      'patient',
      'setting',
      'sqlite_sequence',
      'version',
    ]);
  });

  it('2 makes room for photographs, and finds what older versions name', () => {
    migrate(db, CHART_MIGRATIONS.slice(0, 1));
    const known = 'ab'.repeat(32);
    const contents = [
      [{ attachment: { url: `Binary/${known}` } }, { attachment: { url: `Binary/${known}` } }],
      [{ attachment: { url: 'https://example.org/letter.pdf' } }, { attachment: {} }, {}],
      [{ attachment: { url: `Binary/${known.toUpperCase()}` } }, { attachment: { url: 'Binary/ab' } }],
      [{ attachment: { url: `Binary/${known.slice(1)}/` } }, { attachment: 7 }, 'x'],
    ];
    const insert = db.prepare(
      `INSERT INTO version (version_id, resource_type, resource_id, clinic_id, author_id, device_id,
         authored_at_ms, resource, authored_here)
       VALUES (@id, @type, @id, 'c', 'n', 'k', 0, @resource, 1)`,
    );
    for (const [index, content] of contents.entries()) {
      const resource = JSON.stringify({ resourceType: 'DocumentReference', content });
      insert.run({ id: `document-${index}`, type: 'DocumentReference', resource });
    }
    insert.run({ id: 'other', type: 'Media', resource: JSON.stringify({ content: contents[0] }) });
    migrate(db, CHART_MIGRATIONS.slice(0, 2));
    expect(db.prepare('SELECT * FROM binary_name').all()).toEqual([{ binary_id: known, sequence: 1 }]);
    expect(tables()).toEqual(
      expect.arrayContaining(['binary', 'binary_chunk', 'binary_name', 'binary_outbox']),
    );
  });

  it('3 reads once more what a hub made, since it may have a second parent', () => {
    migrate(db, CHART_MIGRATIONS.slice(0, 2));
    const insert = db.prepare(
      `INSERT INTO version (version_id, resource_type, resource_id, clinic_id, author_id, device_id,
         authored_at_ms, resource, authored_here, hub_sequence)
       VALUES (@id, 'Patient', 'p', 'c', 'n', @device, 0, '{}', 0, @hubSequence)`,
    );
    insert.run({ id: 'a', device: 'kiosk-1', hubSequence: 4 });
    db.exec(`UPDATE cursor SET epoch = 'e', sequence = 30`);
    const copy = new Database(db.serialize());
    insert.run({ id: 'b', device: 'hub', hubSequence: 21 });
    insert.run({ id: 'c', device: 'console', hubSequence: 12 });
    const cursorOf = (file: Database.Database) => {
      migrate(file, CHART_MIGRATIONS.slice(0, 3));
      return file.prepare('SELECT sequence FROM cursor').pluck().get();
    };
    expect([cursorOf(db), cursorOf(copy)]).toEqual([11, 30]);
    db.exec(`UPDATE version SET merged_version_id = 'a' WHERE version_id = 'b'`);
    expect(() => db.exec(`UPDATE version SET merged_version_id = 'c' WHERE version_id = 'b'`)).toThrow(
      'never changed',
    );
    copy.close();
  });

  it('4 reads once more what a hub or a console made, for its receipts', () => {
    migrate(db, CHART_MIGRATIONS.slice(0, 3));
    db.exec(
      `INSERT INTO version (version_id, resource_type, resource_id, clinic_id, author_id, device_id,
         authored_at_ms, resource, authored_here, hub_sequence)
       VALUES ('c', 'Patient', 'p', 'c', 'd', 'console', 0, '{}', 0, 12)`,
    );
    db.exec(`UPDATE cursor SET epoch = 'e', sequence = 30`);
    migrate(db, CHART_MIGRATIONS.slice(0, 4));
    expect(db.prepare('SELECT sequence FROM cursor').pluck().get()).toBe(11);
    expect(db.prepare('SELECT version_id, receipt FROM version').all()).toEqual([
      { version_id: 'c', receipt: null },
    ]);
    expect(tables()).toContain('former_epoch');
  });

  it('5 and 6 make room for guests, patients read apart, and the order of whole pictures', () => {
    migrate(db, CHART_MIGRATIONS.slice(0, 4));
    const insert = db.prepare(
      'INSERT INTO binary (binary_id, size_bytes, lane, is_whole) VALUES (?, 1, 0, ?)',
    );
    insert.run('a'.repeat(64), 1);
    insert.run('b'.repeat(64), 0);
    insert.run('c'.repeat(64), 1);
    migrate(db, CHART_MIGRATIONS);
    expect(db.prepare('SELECT whole_number FROM binary ORDER BY number').pluck().all()).toEqual([1, null, 3]);
    expect(tables()).toEqual(expect.arrayContaining(['backfill', 'clinic_member']));
  });
});
