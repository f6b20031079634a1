import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeFloat, decodeSfloat } from './ieee11073.ts';

const twos = (value: number, bits: number) => (value < 0 ? value + 2 ** bits : value);

describe('SFLOAT', () => {
  it.each([
    [0xf4b5, 120.5], // our own
    [0x006a, 106],
    [0xf0bd, 18.9], // Nordic, blood pressure in kPa
    [0x100c, 120], // Nordic, CGM
    [0xe4d2, 12.34], // Nordic, CGM
    [0xf3e8, 100], // SpeziBluetooth, oximeter
    [0xe37a, 8.9], // SpeziBluetooth, oximeter
    [0x24ce, 123_000], // SpeziBluetooth, MedFloatTests: exponents and mantissas
    [0xeb2e, -12.34],
    [0x8078, 0.0000012], // bluetooth-sig-python reads 120 here
    [0x0fff, -1],
    [0xffff, -0.1],
    [0x8001, 1e-8],
    [0x77fd, 20_450_000_000],
  ])('%i is %f', (raw, value) => {
    expect(decodeSfloat(raw)).toEqual({ status: 'measured', value });
  });

  it.each([
    [0x07fe, 'above-range'],
    [0x07ff, 'not-available'],
    [0x0800, 'not-available'],
    [0x0801, 'invalid'],
    [0x0802, 'below-range'],
  ])('%i is no number', (raw, reason) => {
    expect(decodeSfloat(raw)).toEqual({ status: 'absent', reason });
  });

  it('is the decimal number that was sent, to the nearest double', () => {
    const mantissas = fc.integer({ min: -2_045, max: 2_045 });
    fc.assert(
      fc.property(mantissas, fc.integer({ min: -8, max: 7 }), (mantissa, exponent) => {
        const raw = (twos(exponent, 4) << 12) | twos(mantissa, 12);
        expect(decodeSfloat(raw)).toEqual({ status: 'measured', value: Number(`${mantissa}e${exponent}`) });
      }),
    );
  });

  it('is a number or a reason for each of its 65,536 values', () => {
    let absent = 0;
    for (let raw = 0; raw <= 0xffff; raw += 1) {
      const measured = decodeSfloat(raw);
      if (measured.status === 'absent') absent += 1;
      else if (!Number.isFinite(measured.value)) throw new Error(`${raw} is not finite`);
    }
    expect(absent).toBe(5);
  });
});

describe('FLOAT', () => {
  it.each([
    [0xfe000eb0, 37.6], // Nordic, temperature
    [0xff000173, 37.1],
    [0xff00016c, 36.4],
    [0xfeffff9c, -1],
    [0x02000001, 100],
  ])('%i is %f', (raw, value) => {
    expect(decodeFloat(raw)).toEqual({ status: 'measured', value });
  });

  it.each([
    [0x007ffffe, 'above-range'],
    [0x007fffff, 'not-available'],
    [0x00800000, 'not-available'],
    [0x00800001, 'invalid'],
    [0x00800002, 'below-range'],
  ])('%i is no number', (raw, reason) => {
    expect(decodeFloat(raw)).toEqual({ status: 'absent', reason });
  });

  it('is the decimal number that was sent, to the nearest double', () => {
    const mantissas = fc.integer({ min: -8_388_605, max: 8_388_605 });
    fc.assert(
      fc.property(mantissas, fc.integer({ min: -128, max: 127 }), (mantissa, exponent) => {
        const raw = twos(exponent, 8) * 2 ** 24 + twos(mantissa, 24);
        expect(decodeFloat(raw)).toEqual({ status: 'measured', value: Number(`${mantissa}e${exponent}`) });
      }),
    );
  });
});
