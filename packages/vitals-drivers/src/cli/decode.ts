import { createReadStream } from 'node:fs';
import { PARAMETERS, WAVEFORMS } from '@shimabashi/contracts';
import { type Reading } from '../decoder.ts';
import { type Driver } from '../driver.ts';
import { type Framed } from '../framing/framer.ts';
import { bytesFromHex } from '../hex.ts';

/** The bytes to decode: chunks, so that a live pipe is decoded while it flows. */
export type ByteSource = AsyncIterable<Uint8Array>;

/**
 * Decodes bytes and prints one JSON object a line. Answers whether anything was decoded.
 *
 * Each frame is printed as it stands (`Driver.createFrameDecoder`). Waveform samples are printed only on demand: there are 75 a second.
 */
export async function decodeToLines(deps: {
  driver: Driver;
  bytes: ByteSource;
  withWaveforms: boolean;
  print: (line: string) => void;
}): Promise<boolean> {
  const framer = deps.driver.createFramer();
  const decoder = deps.driver.createFrameDecoder?.() ?? deps.driver.createDecoder();
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

function lineOf(reading: Reading, sequences: Map<string, number>): object {
  switch (reading.kind) {
    case 'rejected':
      return { error: { code: 'DEVICE_FRAME_INVALID', reason: reading.reason }, rawHex: reading.rawHex };
    case 'waveform':
      return {
        waveform: reading.waveform,
        value: reading.value,
        unit: WAVEFORMS[reading.waveform].unit,
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
        sequence: nextIn(sequences, reading.kind),
        rawHex: reading.rawHex,
        details: reading.details,
      };
    }
  }
}

function nextIn(sequences: Map<string, number>, key: string): number {
  const sequence = sequences.get(key) ?? 0;
  sequences.set(key, sequence + 1);
  return sequence;
}

/** The bytes of a file or a pipe, which may hold them as they are or written in hex. */
export async function* bytesOrHex(source: ByteSource): ByteSource {
  let text: Buffer[] | undefined;
  for await (const chunk of source) {
    // The first chunk decides. A frame of a device holds bytes that no hex text does.
    if (text === undefined && !looksLikeHex(chunk)) {
      yield chunk;
      yield* source;
      return;
    }
    text = [...(text ?? []), Buffer.from(chunk)];
  }
  const all = Buffer.concat(text ?? []);
  yield bytesFromHex(all.toString('latin1')) ?? all;
}

export function bytesOfFile(path: string): ByteSource {
  return bytesOrHex(createReadStream(path));
}

function looksLikeHex(chunk: Uint8Array): boolean {
  return chunk.every(
    byte => byte === 0x09 || byte === 0x0a || byte === 0x0d || (byte >= 0x20 && byte < 0x7f),
  );
}
