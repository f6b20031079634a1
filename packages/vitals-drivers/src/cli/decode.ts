import { createReadStream } from 'node:fs';
import { AppError, PARAMETERS, WAVEFORMS } from '@shimabashi/contracts';
import { type Reading, type StatementReading } from '../decoder.ts';
import { type Codec } from '../driver.ts';
import { type Framed } from '../framing/framer.ts';
import { bytesFromHex } from '../hex.ts';

/** The bytes to decode: chunks, so that a live pipe is decoded while it flows. One value each of `values`. */
export type ByteSource = AsyncIterable<Uint8Array>;

/**
 * Decodes bytes and prints one JSON object a line. Answers whether anything was decoded.
 *
 * Each frame is printed as it stands (`Codec.createFrameDecoder`). Waveform samples are printed only on demand: there are 75 a second.
 */
export async function decodeToLines(deps: {
  codec: Codec;
  bytes: ByteSource;
  withWaveforms: boolean;
  print: (line: string) => void;
}): Promise<boolean> {
  const framer = deps.codec.createFramer();
  const decoder = deps.codec.createFrameDecoder?.() ?? deps.codec.createDecoder();
  const sequences = new Map<string, number>();
  let decodedAny = false;
  const take = (framed: readonly Framed[]) => {
    for (const reading of framed.flatMap(one => decoder.decode(one))) {
      if (reading.kind === 'waveform' && !deps.withWaveforms) continue;
      if (reading.kind !== 'rejected') decodedAny = true;
      deps.print(JSON.stringify(lineOf(reading, sequences)));
    }
  };
  for await (const chunk of deps.bytes) take(framer.push(chunk));
  take(framer.end());
  return decodedAny;
}

export function lineOf(reading: Reading, sequences: Map<string, number>): object {
  switch (reading.kind) {
    case 'rejected':
      return { error: { code: 'DEVICE_FRAME_INVALID', reason: reading.reason }, rawHex: reading.rawHex };
    case 'waveform':
      return {
        waveform: reading.waveform,
        value: reading.value,
        unit: WAVEFORMS[reading.waveform].unit,
        ...(reading.sampleRateHz === undefined ? {} : { sampleRateHz: reading.sampleRateHz }),
        sequence: nextIn(sequences, reading.kind),
      };
    case 'numeric': {
      const { measured } = reading;
      return {
        parameter: reading.parameter,
        ...(measured.status === 'measured' ? { value: measured.value } : { absent: measured.reason }),
        unit: PARAMETERS[reading.parameter].unit,
        quality: reading.quality,
        deviceTime: reading.deviceTime,
        sequence: reading.recordNumber ?? nextIn(sequences, reading.kind),
        rawHex: reading.rawHex,
        details: reading.details,
      };
    }
    case 'statement':
      return {
        parameter: reading.about,
        ...statedFields(reading),
        unit: reading.unit,
        quality: reading.quality,
        deviceTime: reading.deviceTime,
        sequence: reading.recordNumber ?? nextIn(sequences, reading.kind),
        rawHex: reading.rawHex,
        details: reading.details,
      };
  }
}

function statedFields({ stated }: StatementReading): object {
  if (stated === null) return {};
  return stated.status === 'measured' ? { value: stated.value } : { absent: stated.reason };
}

function nextIn(sequences: Map<string, number>, key: string): number {
  const sequence = sequences.get(key) ?? 0;
  sequences.set(key, sequence + 1);
  return sequence;
}

/**
 * The bytes of a file or a pipe, which may hold them as they are or written in hex. Both are given while
 * they come; the first chunk decides, since a device's bytes are seldom all hex digits and spaces.
 */
export async function* bytesOrHex(source: ByteSource): ByteSource {
  let isHex: boolean | undefined;
  let rest = '';
  for await (const chunk of source) {
    isHex ??= isHexText(chunk);
    if (!isHex) {
      yield chunk;
      continue;
    }
    const lines = (rest + Buffer.from(chunk).toString('latin1')).split('\n');
    rest = lines.pop() ?? '';
    // A line may end within a byte: its first digit goes to the next.
    const digits = lines.map(digitsOf).join('');
    const whole = digits.length - (digits.length % 2);
    rest = digits.slice(whole) + rest;
    if (whole > 0) yield hexBytes(digits.slice(0, whole));
  }
  if (rest !== '') yield hexBytes(rest);
}

function digitsOf(line: string): string {
  return line.replace(/#.*/, '').replaceAll(/\s/g, '');
}

function hexBytes(text: string): Uint8Array {
  const bytes = bytesFromHex(text);
  if (bytes === undefined) throw new AppError('BAD_REQUEST', 'The text is not bytes in hex.');
  return bytes;
}

/** Hex digits, white space and comments, and at least one digit. */
function isHexText(chunk: Uint8Array): boolean {
  if (!looksLikeHex(chunk)) return false;
  const digits = digitsOf(
    Buffer.from(chunk)
      .toString('latin1')
      .replaceAll(/#[^\n]*/g, ''),
  );
  return digits === '' || /^[0-9a-fA-F]+$/.test(digits);
}

/**
 * The values of a file or a pipe: one in hex a line, each as soon as its line is whole, or else all
 * bytes as one value. Empty lines and `#` comments are left out.
 */
export async function* valuesOf(source: ByteSource): ByteSource {
  let rest = '';
  let raw: Uint8Array[] | undefined;
  let begun = false;
  for await (const chunk of source) {
    if (!begun && !looksLikeHex(chunk)) raw = [];
    begun = true;
    if (raw !== undefined) {
      raw.push(chunk);
      continue;
    }
    const lines = (rest + Buffer.from(chunk).toString('latin1')).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield* valueOfLine(line);
  }
  if (raw === undefined) yield* valueOfLine(rest);
  else yield Buffer.concat(raw);
}

function* valueOfLine(line: string): Generator<Uint8Array, void> {
  if (line.replace(/#.*/, '').trim() === '') return;
  const bytes = bytesFromHex(line);
  if (bytes === undefined) throw new AppError('BAD_REQUEST', 'A line is not one value in hex.');
  yield bytes;
}

export function bytesOfFile(path: string): ByteSource {
  return createReadStream(path);
}

function looksLikeHex(chunk: Uint8Array): boolean {
  return chunk.every(
    byte => byte === 0x09 || byte === 0x0a || byte === 0x0d || (byte >= 0x20 && byte < 0x7f),
  );
}
