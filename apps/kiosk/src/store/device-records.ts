import { AppError, type DeviceStoreContract, type RowHandlers, type Sample } from '@shimabashi/contracts';
import { openEncryptedDatabase, withStoreErrors } from '@shimabashi/sync/sqlite';

/** More than the memories of ten devices; beyond it the oldest go. */
const RECORDS_MAX = 20_000;
/** Of each device, in characters: an hour or more of an oximeter's pleth, months of a cuff. */
const RAW_CHARS_MAX = 8_388_608;

const MIGRATIONS = [
  `
  CREATE TABLE device_record (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    record_id TEXT NOT NULL UNIQUE,
    kept_at_ms INTEGER NOT NULL,
    sample TEXT NOT NULL
  ) STRICT;
  -- What crossed the lines of devices, in order. HL7 names patients: so it is here, and encrypted.
  CREATE TABLE raw_log (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    device_id TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    chars INTEGER NOT NULL,
    text TEXT NOT NULL
  ) STRICT;
  CREATE INDEX raw_log_by_device ON raw_log (device_id, number DESC, chars);
  `,
];

/**
 * What devices remember and said, in an encrypted database of its own beside the chart: it is bounded, it
 * never leaves, and losing it costs no chart.
 */
export class DeviceRecords {
  readonly #db: ReturnType<typeof openEncryptedDatabase>;
  readonly #nowMs: () => number;

  /** @throws AppError as `openEncryptedDatabase`. */
  constructor(options: { readonly path: string; readonly key: Uint8Array; readonly nowMs: () => number }) {
    this.#db = openEncryptedDatabase({ ...options, migrations: MIGRATIONS });
    this.#nowMs = options.nowMs;
  }

  /** Keeps each once. When it returns, no power cut can take them. @throws AppError `DISK_FULL` */
  keep(records: readonly Sample[]): void {
    const nowMs = this.#nowMs();
    withStoreErrors(() =>
      this.#db
        .transaction(() => {
          const insert = this.#db.prepare(
            'INSERT OR IGNORE INTO device_record (record_id, kept_at_ms, sample) VALUES (?, ?, ?)',
          );
          for (const record of records) insert.run(record.sampleId, nowMs, JSON.stringify(record));
          this.#db
            .prepare('DELETE FROM device_record WHERE number <= (SELECT max(number) FROM device_record) - ?')
            .run(RECORDS_MAX);
        })
        .immediate(),
    );
  }

  knownIds(): string[] {
    const rows = this.#db.prepare('SELECT record_id FROM device_record ORDER BY number').all();
    return (rows as { record_id: string }[]).map(row => row.record_id);
  }

  /** Adds to what a device's line carried, and lets the oldest of it go. @throws AppError `DISK_FULL` */
  appendRaw(deviceId: string, text: string): void {
    withStoreErrors(() =>
      this.#db
        .transaction(() => {
          this.#db
            .prepare('INSERT INTO raw_log (device_id, at_ms, chars, text) VALUES (?, ?, ?, ?)')
            .run(deviceId, this.#nowMs(), text.length, text);
          this.#db
            .prepare(
              `DELETE FROM raw_log WHERE device_id = @deviceId AND number <= (
                 SELECT max(number) FROM (
                   SELECT number, sum(chars) OVER (ORDER BY number DESC) AS total
                   FROM raw_log WHERE device_id = @deviceId
                 ) WHERE total > @max)`,
            )
            .run({ deviceId, max: RAW_CHARS_MAX });
        })
        .immediate(),
    );
  }

  /** Everything that is left of what a device's line carried: to be replayed (`vitals replay`). */
  rawText(deviceId: string): string {
    const rows = this.#db
      .prepare('SELECT text FROM raw_log WHERE device_id = ? ORDER BY number')
      .all(deviceId);
    return (rows as { text: string }[]).map(row => row.text).join('');
  }

  /** Which devices something is left of, and how much. */
  rawSizes(): { readonly deviceId: string; readonly chars: number }[] {
    const rows = this.#db
      .prepare('SELECT device_id, sum(chars) AS chars FROM raw_log GROUP BY device_id ORDER BY device_id')
      .all();
    return (rows as { device_id: string; chars: number }[]).map(row => ({
      deviceId: row.device_id,
      chars: row.chars,
    }));
  }

  close(): void {
    this.#db.close();
  }
}

/** Opens it, or says why it cannot be: a chart is worth more than what devices remember. */
export function openDeviceRecords(
  options: ConstructorParameters<typeof DeviceRecords>[0],
): DeviceRecords | AppError {
  try {
    return new DeviceRecords(options);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}

/** The rows about what devices remember and said. Where the database cannot be opened, each says so, and the chart goes on. */
export function deviceStoreHandlers(
  records: DeviceRecords | AppError,
): RowHandlers<Pick<DeviceStoreContract, 'records.keep' | 'records.known' | 'raw-log.append'>, null> {
  const opened = (): DeviceRecords => {
    if (records instanceof AppError) throw records;
    return records;
  };
  return {
    'records.keep': ({ records: kept }) => {
      opened().keep(kept);
      return {};
    },
    'records.known': () => ({ recordIds: opened().knownIds() }),
    'raw-log.append': ({ deviceId, text }) => {
      opened().appendRaw(deviceId, text);
      return {};
    },
  };
}
