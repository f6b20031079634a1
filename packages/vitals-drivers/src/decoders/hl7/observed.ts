import { hexOf } from '../../hex.ts';
import { localTimeOf } from '../calendar.ts';
import { type Hl7Segment, readHl7Time } from './message.ts';

/** `Sample.rawHex` holds so many bytes; a longer line is cut there. */
const RAW_BYTES_MAX = 1_024;

/** When something was observed, as the sender's clock says it. */
export interface ObservedTime {
  readonly deviceTime: string;
  readonly zone: string | null;
}

/** The first of these fields that holds a time. */
export function timeOf(fields: readonly string[]): ObservedTime | undefined {
  for (const field of fields) {
    const time = readHl7Time(field);
    const deviceTime = time === undefined ? null : localTimeOf(time.moment);
    if (time !== undefined && deviceTime !== null) return { deviceTime, zone: time.zone };
  }
  return undefined;
}

/** The line of the observation: the evidence, without the lines that name the patient. */
export function rawOf(segment: Hl7Segment): string {
  return hexOf(Buffer.from(segment.text, 'latin1').subarray(0, RAW_BYTES_MAX));
}
