import { describe, expect, it } from 'vitest';
import { assert } from '@shimabashi/contracts';
import { intellivueData, intellivueFrame } from '../framing/intellivue-shape.ts';
import { simulatedFrames } from '../simulator/simulator.ts';
import { decodeAll, numbersOf, numericsOf } from '../testing/driver-contract.ts';
import { codecOf } from './index.ts';

const intellivue = codecOf('intellivue-frame');
assert(intellivue !== undefined, 'the protocol is known');
const poll = intellivueData(simulatedFrames('intellivue-frame', 1)[0] ?? new Uint8Array());

/** The poll with the first two bytes that are `from` replaced, for a number of that code. */
function pollWith(code: number, at: number, bytes: readonly number[]): ReturnType<typeof decodeAll> {
  const place = poll.findIndex((byte, index) => byte === code >> 8 && poll[index + 1] === (code & 0xff));
  const changed = poll.slice();
  changed.set(bytes, place + at);
  assert(intellivue !== undefined, 'the protocol is known');
  return decodeAll(intellivue, [intellivueFrame(changed)]);
}
const SPO2 = 0x4bb8;
const STATE_AT = 2;
const UNIT_AT = 4;
const FLOAT_AT = 6;
const spO2Of = (readings: ReturnType<typeof decodeAll>) =>
  numericsOf(readings).find(({ parameter }) => parameter === 'SpO2');

describe('a poll of an IntelliVue', () => {
  it('has all numbers, those of the cuff as of unknown age', () => {
    const readings = decodeAll(intellivue, [intellivueFrame(poll)]);
    expect(numbersOf(readings).map(([parameter]) => parameter)).toEqual([
      'SpO2',
      'pulse-rate',
      'heart-rate',
      'respiratory-rate',
      'body-temperature',
      'systolic-pressure',
      'diastolic-pressure',
      'mean-arterial-pressure',
    ]);
    const stored = numericsOf(readings).filter(({ origin }) => origin === 'stored');
    expect(stored.map(({ parameter }) => parameter)).toEqual([
      'systolic-pressure',
      'diastolic-pressure',
      'mean-arterial-pressure',
    ]);
  });

  it.each([
    [0x8000, 'invalid'],
    [0x2000, 'not-available'],
    [0x1000, 'invalid'],
    [0x0800, 'invalid'],
  ])('has no number in state %i', (state, reason) => {
    expect(spO2Of(pollWith(SPO2, STATE_AT, [state >> 8, 0]))?.measured).toEqual({ status: 'absent', reason });
  });

  it('reads the examples of the FLOAT, and refuses what is no number or in no unit of ours', () => {
    const value = (bytes: readonly number[]) => spO2Of(pollWith(SPO2, FLOAT_AT, bytes))?.measured;
    // From Philips' programming guide, as LNhealth and mdpnp have it.
    expect(value([0xfd, 0x00, 0x7d, 0x00])).toEqual({ status: 'measured', value: 32 });
    expect(value([0xff, 0x00, 0x01, 0x40])).toEqual({ status: 'measured', value: 32 });
    expect(value([0x01, 0x00, 0x01, 0x40])).toEqual({ status: 'absent', reason: 'invalid' }); // 3200 %
    expect(value([0x00, 0x7f, 0xff, 0xff])).toEqual({ status: 'absent', reason: 'not-available' });
    expect(spO2Of(pollWith(SPO2, UNIT_AT, [0x0f, 0x20]))?.measured).toEqual({
      status: 'absent',
      reason: 'invalid',
    });
  });

  it('is refused whole when a length points outside of it', () => {
    // The length of the attribute stands right before the number's code.
    const readings = pollWith(SPO2, -2, [0xff, 0xff]);
    expect(readings.map(({ kind }) => kind)).toEqual(['rejected']);
  });

  it('is not there in the messages of a session', () => {
    const message = (...bytes: number[]) =>
      decodeAll(intellivue, [intellivueFrame(Uint8Array.of(0x11, 0x01, 0, bytes.length, ...bytes))]);
    expect(message(0x0e, 0x00)).toMatchObject([{ stated: { value: 'association-accepted' } }]);
    expect(message(0x19, 0x00)).toMatchObject([{ stated: { value: 'abort' } }]);
    expect(message(0xe1, 0x00, 0x00, 0x02, 0x00, 0x03, 0x00, 0x00)).toMatchObject([
      { stated: { value: 'operation' } },
    ]);
    expect(message(0xe1, 0x00)).toMatchObject([{ kind: 'rejected' }]);
  });
});
