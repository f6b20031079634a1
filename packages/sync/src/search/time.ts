import { texts } from './json.ts';

/**
 * When a FHIR `dateTime` or `instant` begins, in milliseconds since the epoch; undefined when it
 * is none.
 *
 * FHIR R4 (2.24.0.1) demands a zone wherever there is a time of day. A date alone has none: it is
 * a day of the practice, which is in Japan (UTC+9 all year, whatever zone the machine has).
 */
export function startOfDateTimeMs(value: unknown): number | undefined {
  const text = texts(value)[0];
  const match = text === undefined ? null : DATE_TIME.exec(text);
  if (match === null) return undefined;
  const [, year, month = '01', day = '01', timeOfDay = 'T00:00:00+09:00'] = match;
  const atMs = Date.parse(`${year}-${month}-${day}${timeOfDay}`);
  return Number.isNaN(atMs) ? undefined : atMs;
}

const DATE_TIME = /^(\d{4})(?:-(\d{2})(?:-(\d{2})(T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2}))?)?)?$/;
