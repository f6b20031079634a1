import { AppError } from '@shimabashi/contracts';
import { type Decoder, type Reading } from '../decoder.ts';
import { type Framed } from '../framing/framer.ts';
import { hexOf } from '../hex.ts';

/** Reads one value. @throws AppError `DEVICE_FRAME_INVALID` when it is not what it says it is. */
export type ParseValue = (frame: Uint8Array) => Reading[];

/** A decoder for values that stand alone: what one refuses is `rejected`, and the next is read. */
export class ValueDecoder implements Decoder {
  readonly #parse: ParseValue;

  constructor(parse: ParseValue) {
    this.#parse = parse;
  }

  decode(framed: Framed): Reading[] {
    if (framed.kind === 'rejected') return [rejected(framed.bytes)];
    try {
      return this.#parse(framed.bytes);
    } catch (error) {
      if (!(error instanceof AppError && error.code === 'DEVICE_FRAME_INVALID')) throw error;
      return [rejected(framed.bytes)];
    }
  }
}

function rejected(bytes: Uint8Array): Reading {
  return { kind: 'rejected', reason: 'not-a-frame', rawHex: hexOf(bytes), lostWaveformSamples: 0 };
}
