import { type Framed, type Framer } from './framer.ts';

/**
 * For links that keep the ends of values (GATT): each chunk is one value. It holds nothing back, and
 * whether a value is whole is for its decoder to say.
 */
export class ValueFramer implements Framer {
  readonly badFrames = 0;

  push(chunk: Uint8Array): Framed[] {
    return [{ kind: 'frame', bytes: chunk }];
  }

  end(): Framed[] {
    return [];
  }
}
