import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Framed, type Framer } from '../framing/framer.ts';
import { cuts, joined, splitAt } from './chunks.ts';

/** What every framer promises. `frames` makes valid frames of the protocol. */
export function describeFramerContract(
  name: string,
  createFramer: () => Framer,
  frames: fc.Arbitrary<Uint8Array>,
): void {
  const streams = fc.array(frames, { maxLength: 12 });
  const noise = fc.uint8Array({ maxLength: 60 });

  describe(`framer contract: ${name}`, () => {
    it('gives every frame of a clean stream, however it is chopped', () => {
      fc.assert(
        fc.property(streams, cuts, (sent, places) => {
          const framer = createFramer();
          const received = splitAt(joined(sent), places).flatMap(chunk => framer.push(chunk));
          expect(received).toEqual(sent.map(bytes => ({ kind: 'frame', bytes })));
          expect(framer.badFrames).toBe(0);
        }),
      );
    });

    it('gives the same for any bytes, however they are chopped', () => {
      fc.assert(
        fc.property(streams, noise, streams, cuts, (before, between, after, places) => {
          const stream = joined([...before, between, ...after]);
          const whole = createFramer();
          const pieces = createFramer();
          const expected = [...whole.push(stream), ...whole.end()];
          const received = [...splitAt(stream, places).flatMap(chunk => pieces.push(chunk)), ...pieces.end()];
          expect(received).toEqual(expected);
          expect(pieces.badFrames).toBe(expected.filter(framed => framed.kind === 'rejected').length);
        }),
      );
    });

    it('finds the frames again after noise, at the latest with the second one', () => {
      fc.assert(
        fc.property(
          frames,
          noise,
          fc.array(frames, { minLength: 3, maxLength: 6 }),
          (first, between, after) => {
            const framer = createFramer();
            const received = framer.push(joined([first, between, ...after]));
            const tail = framesOf(received).slice(-(after.length - 2));
            expect(tail).toEqual(after.slice(-(after.length - 2)));
          },
        ),
      );
    });

    it('loses no byte and invents none', () => {
      fc.assert(
        fc.property(frames, noise, streams, (first, between, after) => {
          const framer = createFramer();
          const stream = joined([first, between, ...after]);
          const received = [...framer.push(stream), ...framer.end()];
          expect(joined(received.map(framed => framed.bytes))).toEqual(stream);
        }),
      );
    });

    it('leaves out the rest of a frame that it joined in the middle of', () => {
      fc.assert(
        fc.property(frames, frames, fc.nat(), (cut, next, at) => {
          const framer = createFramer();
          const received = framer.push(joined([cut.subarray(1 + (at % (cut.length - 1))), next]));
          expect(framesOf(received).at(-1)).toEqual(next);
        }),
      );
    });
  });
}

function framesOf(framed: readonly Framed[]): Uint8Array[] {
  return framed.filter(one => one.kind === 'frame').map(one => one.bytes);
}
