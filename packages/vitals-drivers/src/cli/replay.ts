import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { AppError } from '@shimabashi/contracts';
import { type RawHeader, readRawLine } from '../raw-log.ts';
import { type ByteSource } from './decode.ts';

/** A recording: whose it is, and what the device sent. */
export interface Recording {
  readonly header: RawHeader;
  readonly bytes: ByteSource;
}

/** @throws AppError `BAD_REQUEST` when the file does not begin as a recording does. */
export async function openRecording(path: string): Promise<Recording> {
  const lines = createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY })[
    Symbol.asyncIterator
  ]();
  const first = await lines.next();
  const header = first.done === true ? undefined : readRawLine(first.value);
  if (header === undefined || !('protocol' in header)) {
    throw new AppError('BAD_REQUEST', 'The file is no raw log.');
  }
  return { header, bytes: sentBytes(lines) };
}

async function* sentBytes(lines: AsyncIterator<string>): ByteSource {
  for (;;) {
    const next = await lines.next();
    if (next.done === true) return;
    const entry = readRawLine(next.value);
    if (entry !== undefined && 'bytes' in entry && entry.direction === 'in') yield entry.bytes;
  }
}
