import { type Reading } from '../../decoder.ts';
import { statement } from '../gatt/fields.ts';
import { type Hl7Message, type Hl7Segment } from './message.ts';
import { rawOf, timeOf } from './observed.ts';

/** The observation that names what happened; the others belong to it. */
const ALARM = { code: '196616', name: 'MDC_EVT_ALARM' } as const;
/** A sign of life of the alert source. */
const HEARTBEAT = 'MDC_EVT_ACTIVE';

/** Attributes of an alert by their name. Vendors number them differently; the names are IHE's. */
const ATTRIBUTES: Readonly<Record<string, string>> = {
  MDC_ATTR_ALERT_SOURCE: 'source',
  MDC_ATTR_EVENT_PHASE: 'phase',
  MDC_ATTR_EVT_PHASE: 'phase',
  MDC_ATTR_ALARM_STATE: 'state',
  MDC_ATTR_ALERT_STATE: 'state',
  MDC_ATTR_ALARM_INACTIVATION_STATE: 'inactivation',
  MDC_ATTR_ALARM_PRIORITY: 'priority',
  MDC_ATTR_ALERT_TYPE: 'type',
  MDC_ATTR_ALERT_TEXT: 'text',
};

/**
 * Reads an alert (ORU^R40, IHE PCD-04): what happened, in which phase, how urgent (PH, PM, PL), physiological
 * or technical (SP, ST, SA).
 *
 * It is a statement: it informs, and takes the place of no alarm at the bed.
 */
export function alertOf({ header, segments }: Hl7Message): Reading[] {
  const observations = segments.filter(segment => segment.id === 'OBX');
  const event = observations.find(isEvent);
  if (event === undefined) return [];
  const attributes = observations.flatMap(obx => {
    const name = ATTRIBUTES[obx.component(3, 2)];
    const value = obx.component(5, 2) === '' ? obx.field(5) : obx.component(5, 2);
    return name === undefined || value === '' ? [] : [[name, readable(value)] as const];
  });
  const [, priority = '', type = ''] = event.field(8).split('~');
  const coded = event.field(2) === 'CWE' || event.field(2) === 'CE';
  const what = coded ? event.component(5, 2) : event.field(5);
  const time = timeOf([event.field(14), header.field(7)]);
  const isHeartbeat = event.component(3, 2) === HEARTBEAT;
  return [
    statement('alert', { status: 'measured', value: readable(isHeartbeat ? HEARTBEAT : what) }, '1', {
      quality: [],
      deviceTime: time?.deviceTime ?? null,
      rawHex: rawOf(event),
      details: {
        ...(coded ? { eventCode: event.component(5, 1) } : {}),
        ...(priority === '' ? {} : { priority }),
        ...(type === '' ? {} : { type }),
        ...(typeof time?.zone === 'string' ? { deviceZone: time.zone } : {}),
        ...Object.fromEntries(attributes),
      },
    }),
  ];
}

/** The event itself: named as an alarm, or, of senders with their own names, the first that carries flags. */
function isEvent(obx: Hl7Segment): boolean {
  const [code, name] = obx.components(3);
  if (code === ALARM.code || name === ALARM.name || name === HEARTBEAT) return true;
  return /^A~P[HML]/.test(obx.field(8)) && ATTRIBUTES[name ?? ''] === undefined;
}

/** A text of the sender in the characters it meant; messages were split byte by byte. */
function readable(text: string): string {
  return Buffer.from(text, 'latin1').toString('utf8');
}
