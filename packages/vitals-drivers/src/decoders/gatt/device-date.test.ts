import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteReader } from '../../byte-reader.ts';
import { readDeviceDate, shiftedByMinutes } from './device-date.ts';

type Fields = readonly [
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
];

const read = ([year, ...rest]: Fields) =>
  readDeviceDate(new ByteReader(Uint8Array.of(year & 0xff, year >> 8, ...rest)));

describe('the date of a device', () => {
  it.each<[Fields, string]>([
    [[2026, 11, 22, 9, 5, 0], '2026-11-22T09:05:00'],
    [[2024, 2, 29, 23, 59, 59], '2024-02-29T23:59:59'],
    [[1582, 1, 1, 0, 0, 0], '1582-01-01T00:00:00'],
    [[9999, 12, 31, 0, 0, 0], '9999-12-31T00:00:00'],
  ])('%j', (fields, expected) => {
    expect(read(fields)).toEqual({ deviceTime: expected, quality: [], details: {} });
  });

  it.each<[Fields]>([[[0, 0, 0, 0, 0, 0]], [[0, 4, 17, 20, 41, 59]], [[2026, 0, 1, 0, 0, 0]]])(
    'is none for %j: not set',
    fields => {
      expect(read(fields)).toMatchObject({
        deviceTime: null,
        quality: [],
        details: { deviceClock: 'not-set' },
      });
    },
  );

  it.each<[Fields]>([
    [[2026, 13, 1, 0, 0, 0]],
    [[2026, 2, 29, 0, 0, 0]],
    [[2026, 4, 31, 0, 0, 0]],
    [[2026, 1, 1, 24, 0, 0]],
    [[2026, 1, 1, 0, 60, 0]],
    [[2026, 1, 1, 0, 0, 60]],
    [[1581, 1, 1, 0, 0, 0]],
    [[10_000, 1, 1, 0, 0, 0]],
    [[0, 0, 0, 99, 0, 0]],
  ])('is none for %j: impossible', fields => {
    expect(read(fields)).toMatchObject({
      deviceTime: null,
      quality: ['clock-wrong'],
      details: { deviceClock: 'impossible' },
    });
  });

  it('is what was sent, for every moment that there is', () => {
    const moments = fc.date({
      min: new Date('1582-10-15Z'),
      max: new Date('9999-12-31Z'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(moments, moment => {
        const expected = moment.toISOString().slice(0, 19);
        const [year, month, day, hour, minute, second] = expected.split(/[-T:]/).map(Number);
        expect(read([year!, month!, day!, hour!, minute!, second!]).deviceTime).toBe(expected);
      }),
    );
  });

  it('moves by minutes over the edges of the calendar, and not out of it', () => {
    expect(shiftedByMinutes('2024-03-01T00:00:00', -1)).toBe('2024-02-29T23:59:00');
    expect(shiftedByMinutes('9999-12-31T23:59:00', 1)).toBeNull();
  });
});
