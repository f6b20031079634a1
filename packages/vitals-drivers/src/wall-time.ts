import { assert } from '@shimabashi/contracts';

interface LocalTime {
  /** `YYYY-MM-DDTHH:MM:SS` on the clock of the wall. */
  readonly text: string;
  readonly fields: readonly [year: number, month: number, day: number, h: number, min: number, s: number];
  readonly milliseconds: number;
}

/** What a clock on the wall of `timeZone` (IANA) shows. A device knows no zone: it shows that, too. */
export function localTime(nowMs: number, timeZone: string): LocalTime {
  const parts = formatIn(timeZone).formatToParts(nowMs);
  const part = (type: Intl.DateTimeFormatPartTypes) => {
    const found = parts.find(candidate => candidate.type === type);
    assert(found !== undefined, 'the parts were asked for');
    return Number(found.value);
  };
  const fields = [
    part('year'),
    part('month'),
    part('day'),
    part('hour'),
    part('minute'),
    part('second'),
  ] as const;
  const [year, month, day, hour, minute, second] = fields;
  const text = new Date(Date.UTC(year, month - 1, day, hour, minute, second)).toISOString().slice(0, 19);
  return { text, fields, milliseconds: ((nowMs % 1_000) + 1_000) % 1_000 };
}

/** To make one takes a hundred times as long as to use it, and a monitor needs one each second. */
const formats = new Map<string, Intl.DateTimeFormat>();

function formatIn(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  formats.set(timeZone, made);
  return made;
}

/** The same as a number that differences can be taken of: milliseconds since 1970 on that wall. */
export function wallMs(nowMs: number, timeZone: string): number {
  return Date.parse(`${localTime(nowMs, timeZone).text}Z`);
}
