import { type Connection, type Transport } from './transport.ts';
import { bytesFromHex, hexOf } from './hex.ts';

/** Bytes that crossed a line at a moment. `in` came from the device. */
export interface RawEntry {
  readonly atMs: number;
  readonly direction: 'in' | 'out';
  readonly bytes: Uint8Array;
}

/**
 * Takes what crossed a device's line, as it was: to decode it again with a better decoder, or to show a
 * maker. It may hold a patient's name (HL7), so it belongs where the chart is.
 */
export interface RawLog {
  append(entry: RawEntry): void;
}

/** What a recording begins with. */
export interface RawHeader {
  readonly protocol: string;
  readonly deviceId: string;
}

/** The same line, with everything that crosses it logged. */
export function loggedTransport(transport: Transport, log: RawLog, nowMs: () => number): Transport {
  return {
    ...transport,
    open: async signal => {
      const connection = await transport.open(signal);
      return {
        bytes: loggedBytes(connection, log, nowMs),
        write: async bytes => {
          await connection.write(bytes);
          log.append({ atMs: nowMs(), direction: 'out', bytes });
        },
        close: () => connection.close(),
      };
    },
  };
}

async function* loggedBytes(
  connection: Connection,
  log: RawLog,
  nowMs: () => number,
): AsyncGenerator<Uint8Array, void> {
  for await (const bytes of connection.bytes) {
    log.append({ atMs: nowMs(), direction: 'in', bytes });
    yield bytes;
  }
}

/**
 * A recording as text, bounded: one JSON object a line, the header first, then `{atMs, in}` or
 * `{atMs, out}` with the bytes in hex. When `maxBytes` are written the oldest half goes, as `rotate`
 * does it; each half begins with the header, so that each can be replayed alone.
 */
export function textRawLog(
  header: RawHeader,
  how: { maxBytes: number; append: (text: string) => void; rotate: () => void },
): RawLog {
  const first = `${JSON.stringify({ rawLog: 1, ...header })}\n`;
  let written = 0;
  const put = (text: string) => {
    how.append(text);
    written += text.length;
  };
  return {
    append: ({ atMs, direction, bytes }) => {
      const line = `${JSON.stringify({ atMs, [direction]: hexOf(bytes) })}\n`;
      if (written === 0) put(first);
      else if (written + line.length > how.maxBytes / 2) {
        how.rotate();
        written = 0;
        put(first);
      }
      put(line);
    },
  };
}

/** Reads a line of a recording: its header, an entry, or undefined when it is neither. */
export function readRawLine(line: string): RawHeader | RawEntry | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    return undefined; // The last line of a recording that a power cut ended.
  }
  if (typeof parsed !== 'object' || parsed === null) return undefined;
  const fields: Readonly<Record<string, unknown>> = { ...parsed };
  const { rawLog, protocol, deviceId, atMs } = fields;
  if (rawLog === 1 && typeof protocol === 'string' && typeof deviceId === 'string') {
    return { protocol, deviceId };
  }
  const direction = 'in' in fields ? 'in' : 'out';
  const hex = fields[direction];
  const bytes = typeof hex === 'string' ? bytesFromHex(hex) : undefined;
  return typeof atMs === 'number' && bytes !== undefined ? { atMs, direction, bytes } : undefined;
}
