import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isDf2Frame } from '../decoders/nonin-df2.ts';
import { encodeDf2Frame } from '../simulator/nonin-df2-encoder.ts';
import { describeFramerContract } from '../testing/framer-contract.ts';
import { FixedLengthFramer } from './fixed-length-framer.ts';

const byte = fc.integer({ min: 0, max: 255 });
const frames = fc
  .record({ status: fc.integer({ min: 0x80, max: 0xff }), pleth: byte, data: byte })
  .map(encodeDf2Frame);
const createFramer = () => new FixedLengthFramer(5, isDf2Frame);

describeFramerContract('five bytes with a sum', createFramer, frames);

describe('FixedLengthFramer', () => {
  const good = encodeDf2Frame({ status: 0x80, pleth: 1, data: 0x61 });

  it('gives a frame with its last byte, not later', () => {
    const framer = createFramer();
    expect(framer.push(good.subarray(0, 4))).toEqual([]);
    expect(framer.push(good.subarray(4))).toEqual([{ kind: 'frame', bytes: good }]);
  });

  it('counts a frame with a wrong sum once', () => {
    const framer = createFramer();
    const bad = good.with(4, 0);
    framer.push(good);
    framer.push(bad);
    expect(framer.push(good)).toEqual([
      { kind: 'rejected', bytes: bad },
      { kind: 'frame', bytes: good },
    ]);
    expect(framer.badFrames).toBe(1);
  });

  it('refuses a frame whose status has bit 7 clear (Pufferfish, TestNoninOEM3.cpp)', () => {
    expect(isDf2Frame(Uint8Array.of(0x01, 0x7f, 0x01, 0x48, 0xc9))).toBe(false);
  });

  it('does not count the rest of a frame that it joined in the middle of', () => {
    const framer = createFramer();
    framer.push(good.subarray(3));
    framer.push(good);
    expect(framer.badFrames).toBe(0);
  });
});
