import Database from 'better-sqlite3';

export type SalvagedRow = Readonly<Record<string, unknown>>;

interface Table {
  readonly name: string;
  /** Its INTEGER PRIMARY KEY. */
  readonly key: string;
  /** How many rows are read at once: fewer where they are large. */
  readonly rowsAtOnce: number;
}

interface Range {
  readonly from: number;
  readonly to: number;
}

/**
 * Reads the rows of a table of a damaged database that can still be read, in the order of their
 * integer key, and leaves the others: `onGap` is told of each key that cannot be read, whether there
 * was a row or not.
 *
 * SQLite gives up at the first page that is not what it should be. So a range of keys that fails is
 * read in halves, down to the row: what lies beside a damaged page is found from both sides.
 */
export function* readableRows(
  db: Database.Database,
  table: Table,
  onGap: (gap: Range) => void = () => {},
): Generator<SalvagedRow> {
  const statement = attempt(() =>
    db.prepare(
      `SELECT * FROM ${table.name} WHERE ${table.key} BETWEEN ? AND ? ORDER BY ${table.key}
       LIMIT ${table.rowsAtOnce}`,
    ),
  );
  const whole = boundsOf(db, table);
  if (statement === undefined || !isAnythingReadable(statement, whole)) {
    onGap(whole);
    return;
  }
  const open: Range[] = [whole];
  for (let range = open.pop(); range !== undefined; range = open.pop()) {
    const { from, to } = range;
    const rows = attempt(() => statement.all(from, to) as SalvagedRow[]);
    if (rows !== undefined) {
      yield* rows;
      const last = Number(rows.at(-1)?.[table.key]);
      if (rows.length === table.rowsAtOnce && last < to) open.push({ from: last + 1, to });
    } else if (from < to) {
      const middle = Math.floor((from + to) / 2);
      open.push({ from: middle + 1, to }, { from, to: middle });
    } else {
      onGap(range);
    }
  }
}

/** Rows in the order of the statement, and whether these are all or those before the first damage. */
export function leadingRows(
  db: Database.Database,
  sql: string,
): { readonly rows: readonly SalvagedRow[]; readonly isComplete: boolean } {
  const rows: SalvagedRow[] = [];
  const isComplete = attempt(() => {
    for (const row of db.prepare(sql).iterate()) rows.push(row as SalvagedRow);
    return true;
  });
  return { rows, isComplete: isComplete === true };
}

/** The keys that there may be. */
function boundsOf(db: Database.Database, { name, key }: Table): Range {
  const number = (sql: string): number | undefined =>
    attempt(() => (db.prepare(sql).pluck().get() as number | null | undefined) ?? undefined);
  const from = number(`SELECT min(${key}) FROM ${name}`) ?? 1;
  const to =
    number(`SELECT max(${key}) FROM ${name}`) ??
    number(`SELECT seq FROM sqlite_sequence WHERE name = '${name}'`) ??
    (number('PRAGMA page_count') ?? 0) * KEYS_A_PAGE;
  return { from, to: Math.max(from, to) };
}

/** Where the root of the table is damaged, no key leads anywhere: so it is not asked for each. */
function isAnythingReadable(statement: Database.Statement, { from, to }: Range): boolean {
  const step = Math.max(1, Math.floor((to - from) / PROBES));
  for (let key = from; key <= to; key += step) {
    if (attempt(() => statement.all(key, key)) !== undefined) return true;
  }
  return false;
}

/** Undefined when the database or its disk is at fault. Any other failure is thrown on. */
function attempt<Result>(work: () => Result): Result | undefined {
  try {
    return work();
  } catch (error) {
    // SQLITE_ERROR: an older release had no such table.
    if (error instanceof Database.SqliteError && DAMAGE.test(error.code)) return undefined;
    throw error;
  }
}

const DAMAGE = /^SQLITE_(CORRUPT|NOTADB|IOERR|ERROR$)/;
const PROBES = 64;
/**
 * Where the newest key cannot be read: more than there can be. A version takes about a kilobyte, so that
 * a file has fewer of them than this times its pages of 4 KiB. Each key that is not there is asked for.
 */
const KEYS_A_PAGE = 8;
