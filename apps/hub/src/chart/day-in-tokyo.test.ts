import fc from 'fast-check';
import { expect, it } from 'vitest';
import { dayInTokyo } from './day-in-tokyo.ts';

it.each([
  ['2026-11-21T14:59:59.999Z', '2026-11-20T15:00:00.000Z'],
  ['2026-11-21T15:00:00.000Z', '2026-11-21T15:00:00.000Z'],
  ['2026-11-22T03:00:00.000Z', '2026-11-21T15:00:00.000Z'],
])('the day of %s begins at %s', (at, begins) => {
  expect(dayInTokyo(Date.parse(at)).fromMs).toBe(Date.parse(begins));
});

it('holds its moment, lasts 24 hours, and begins at midnight in Tokyo', () => {
  const midnight = new Intl.DateTimeFormat('en', {
    timeZone: 'Asia/Tokyo',
    timeStyle: 'medium',
    hourCycle: 'h23',
  });
  fc.assert(
    fc.property(
      fc.date({ min: new Date('1990-01-01'), max: new Date('2100-01-01'), noInvalidDate: true }),
      date => {
        const { fromMs, toMs } = dayInTokyo(date.getTime());
        expect(fromMs <= date.getTime() && date.getTime() < toMs).toBe(true);
        expect(toMs - fromMs).toBe(86_400_000);
        expect(midnight.format(fromMs)).toBe('00:00:00');
      },
    ),
  );
});
