import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { readableRows } from './salvage.ts';

/** A database of 100 pages, of whose table everything from this key on is damaged, its newest key too. */
function damagedFrom(key: number) {
  let asked = 0;
  const damage = (): never => {
    throw new Database.SqliteError('database disk image is malformed', 'SQLITE_CORRUPT');
  };
  const all = (from: number, to: number): { id: number }[] => {
    asked += 1;
    if (to >= key) damage();
    return Array.from({ length: to - from + 1 }, (_, index) => ({ id: from + index })).slice(0, 7);
  };
  const answers: [string, () => unknown][] = [
    ['page_count', () => 100],
    ['min(', () => 1],
    ['max(', damage],
    ['sqlite_sequence', damage],
  ];
  const prepare = (sql: string) => {
    const get = answers.find(([part]) => sql.includes(part))?.[1];
    return { all, pluck: () => ({ get }) };
  };
  return { db: { prepare } as unknown as Database.Database, asked: () => asked };
}

it('finds every row before the damage, and does not ask for ever where the newest key is unknown', () => {
  const { db, asked } = damagedFrom(50);
  const gaps: number[] = [];
  const table = { name: 'thing', key: 'id', rowsAtOnce: 7 };
  const rows = [...readableRows(db, table, ({ from }) => gaps.push(from))];
  expect(rows.map(row => row['id'])).toEqual(Array.from({ length: 49 }, (_, index) => index + 1));
  expect(gaps[0]).toBe(50);
  expect(asked()).toBeLessThan(5_000);
});

it('tells one gap where nothing of a table can be read', () => {
  const { db, asked } = damagedFrom(0);
  const gaps: unknown[] = [];
  expect([...readableRows(db, { name: 'thing', key: 'id', rowsAtOnce: 7 }, gap => gaps.push(gap))]).toEqual(
    [],
  );
  expect(gaps).toEqual([{ from: 1, to: 800 }]);
  expect(asked()).toBeLessThan(100);
});
