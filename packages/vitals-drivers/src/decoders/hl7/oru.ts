import { type AbsentReason, type Measured, type Parameter, type QualityFlag } from '@shimabashi/contracts';
import {
  type Decoder,
  type Details,
  type NumericReading,
  type Reading,
  type WaveformReading,
} from '../../decoder.ts';
import { type Framed } from '../../framing/framer.ts';
import { hexOf } from '../../hex.ts';
import { converted } from '../possible.ts';
import { numeric, statement, union } from '../gatt/fields.ts';
import { alertOf } from './alert.ts';
import {
  OBX11_ABSENT,
  OBX8_ABSENT,
  OBX8_QUALITY,
  termOf,
  unitFor,
  WAVE_ATTRIBUTE,
  WAVE_INOPERATIVE,
  WAVE_TERMS,
} from './codes.ts';
import { type Hl7Message, type Hl7Segment, parseHl7 } from './message.ts';
import { type ObservedTime, rawOf, timeOf } from './observed.ts';

/** A number measured so long before its message is a stored one: a cuff's, sent again. In milliseconds. */
const LIVE_WITHIN_MS = 60_000;

/**
 * Reads ORU^R01 (numbers and waveforms) and ORU^R40 (alerts) of bedside monitors.
 *
 * Only observations are read: who the patient is comes from the visit, never from a monitor. Tables and
 * sources: `docs/devices/hl7-oru.md`.
 */
export class Hl7OruDecoder implements Decoder {
  #lastHex = '';
  #bed = '';

  decode(framed: Framed): Reading[] {
    const rejected: Reading = {
      kind: 'rejected',
      reason: 'not-a-frame',
      rawHex: hexOf(framed.bytes),
      lostWaveformSamples: 0,
    };
    if (framed.kind === 'rejected') return [rejected];
    const message = parseHl7(framed.bytes);
    if (message === undefined || this.#isOfAnotherBed(message)) return [rejected];
    // Sent again because our answer was lost: it is answered anew, and says nothing new.
    const isRepeat = rejected.rawHex === this.#lastHex;
    this.#lastHex = rejected.rawHex;
    const heading = headingOf(message, isRepeat);
    if (isRepeat) return [heading];
    switch (kindOf(message)) {
      case 'observations':
        return [heading, ...observationsOf(message)];
      case 'alert':
        return [heading, ...alertOf(message)];
      case 'other':
        return [heading];
    }
  }

  /** One line is one bed. What a central station sends for others must not become this patient's. */
  #isOfAnotherBed({ segments }: Hl7Message): boolean {
    const bed = segments.find(({ id }) => id === 'PV1')?.field(3) ?? '';
    if (bed === '' || bed === this.#bed) return false;
    const isFirst = this.#bed === '';
    if (isFirst) this.#bed = bed;
    return !isFirst;
  }
}

/** What a message carries for us. */
export function kindOf({ header }: Hl7Message): 'observations' | 'alert' | 'other' {
  const type = header.component(9, 1);
  const event = header.component(9, 2);
  if (type !== 'ORU') return 'other';
  if (event === 'R40') return 'alert';
  return event === 'R01' ? 'observations' : 'other';
}

function headingOf({ header }: Hl7Message, isRepeat: boolean): Reading {
  return statement('message', { status: 'measured', value: header.field(9) }, '1', {
    quality: [],
    deviceTime: timeOf([header.field(7)])?.deviceTime ?? null,
    rawHex: '',
    details: { controlId: header.field(10), version: header.component(12, 1), isRepeat },
  });
}

function observationsOf(message: Hl7Message): Reading[] {
  const { header } = message;
  const readings: Reading[] = [];
  const given = new Map<Parameter, NumericReading>();
  let observedAt = '';
  for (const segment of message.segments) {
    if (segment.id === 'OBR') observedAt = segment.field(7);
    if (segment.id !== 'OBX' || !['NM', 'ST', 'SN'].includes(segment.field(2))) continue;
    const reading = observationOf(segment, header, observedAt);
    if (reading?.kind !== 'numeric') {
      if (reading !== undefined) readings.push(reading);
      continue;
    }
    const before = given.get(reading.parameter);
    // Two sensors of one kind: the first that has a number stands, an open probe beside it does not.
    if (before === undefined || (before.measured.status === 'absent' && isMeasured(reading))) {
      given.set(reading.parameter, reading);
    } else {
      readings.push(asStatement(reading, 'second-of-its-kind'));
    }
  }
  return [...given.values(), ...readings, ...wavesOf(message)];
}

function isMeasured(reading: NumericReading): boolean {
  return reading.measured.status === 'measured';
}

function observationOf(obx: Hl7Segment, header: Hl7Segment, observedAt: string): Reading | undefined {
  if (Object.values(WAVE_ATTRIBUTE).includes(obx.component(3, 2) as 'MDC_ATTR_SAMP_RATE')) return undefined;
  const term = termOf(obx, header.component(3, 1));
  const time = timeOf([obx.field(14), observedAt, header.field(7)]);
  const sentAt = timeOf([header.field(7)]);
  const details: Details = {
    code: obx.component(3, 1),
    name: obx.component(3, 2),
    subId: obx.field(4),
    deviceUnit: obx.component(6, 2) === '' ? obx.component(6, 1) : obx.component(6, 2),
    resultStatus: obx.field(11),
    ...(typeof time?.zone === 'string' ? { deviceZone: time.zone } : {}),
  };
  const facts = { quality: [], deviceTime: time?.deviceTime ?? null, rawHex: rawOf(obx) };
  if (term.kind !== 'parameter') {
    if (term.kind === 'other') return undefined;
    return statement('observation', { status: 'absent', reason: 'invalid' }, '1', {
      ...facts,
      details: { ...details, refused: 'code-and-name-differ' },
    });
  }
  const convert = unitFor(obx, term.parameter);
  const refused = convert === undefined ? { refused: 'unit-unknown' } : {};
  return numeric(term.parameter, measuredOf(obx, convert), {
    ...facts,
    quality: union(flagsOf(obx, OBX8_QUALITY) as QualityFlag[]),
    origin: isOld(time, sentAt) ? 'stored' : 'live',
    details: { ...details, ...refused },
  });
}

function measuredOf(obx: Hl7Segment, convert: ((value: number) => number) | undefined): Measured {
  const [stated] = flagsOf(obx, OBX8_ABSENT);
  const reason = (stated as AbsentReason | undefined) ?? OBX11_ABSENT[obx.field(11)];
  if (reason !== undefined) return { status: 'absent', reason };
  const text = obx.component(5, 1);
  if (text === '' || text === '""') return { status: 'absent', reason: 'not-available' };
  if (convert === undefined || !/^[+-]?\d{1,9}(\.\d{0,9})?$/.test(text))
    return { status: 'absent', reason: 'invalid' };
  return converted({ status: 'measured', value: Number(text) }, convert);
}

function flagsOf<Meaning>(obx: Hl7Segment, table: Readonly<Record<string, Meaning>>): Meaning[] {
  return obx
    .field(8)
    .split('~')
    .flatMap(flag => (Object.hasOwn(table, flag) ? [table[flag] as Meaning] : []));
}

function asStatement(reading: NumericReading, refused: string): Reading {
  const { measured, quality, deviceTime, rawHex, details } = reading;
  return statement('observation', measured, '1', {
    quality,
    deviceTime,
    rawHex,
    details: { parameter: reading.parameter, ...details, refused },
  });
}

/** Samples of the NA observations, with the rate and the resolution that follow them. */
function wavesOf({ segments }: Hl7Message): WaveformReading[] {
  const taken = new Set<string>();
  return segments.flatMap((obx, at) => {
    const waveform =
      obx.id === 'OBX' && obx.field(2) === 'NA' ? WAVE_TERMS.get(obx.component(3, 1)) : undefined;
    if (waveform === undefined || taken.has(waveform)) return [];
    taken.add(waveform);
    const attribute = (name: string) => attributeOf(segments.slice(at + 1), name);
    const sampleRateHz = attribute(WAVE_ATTRIBUTE.sampleRate);
    if (sampleRateHz === undefined || sampleRateHz <= 0 || sampleRateHz > 4_000) return [];
    const scale = waveform === 'ecg' ? (attribute(WAVE_ATTRIBUTE.resolution) ?? 1) : 1;
    return obx.components(5).map((text): WaveformReading => ({
      kind: 'waveform',
      waveform,
      value: waveValue(text, scale),
      sampleRateHz,
    }));
  });
}

function waveValue(text: string, scale: number): number | null {
  if (!/^-?\d{1,7}$/.test(text) || Number(text) === WAVE_INOPERATIVE) return null;
  return Number((Number(text) * scale).toPrecision(9));
}

/** An attribute of a waveform, before the next one begins. */
function attributeOf(following: readonly Hl7Segment[], name: string): number | undefined {
  for (const obx of following) {
    if (obx.id !== 'OBX' || obx.field(2) === 'NA') return undefined;
    if (obx.component(3, 2).trim() === name) {
      const value = Number(obx.field(5));
      return Number.isFinite(value) ? value : undefined;
    }
  }
  return undefined;
}

function isOld(observed: ObservedTime | undefined, sent: ObservedTime | undefined): boolean {
  if (observed === undefined || sent === undefined) return false;
  return Date.parse(`${sent.deviceTime}Z`) - Date.parse(`${observed.deviceTime}Z`) > LIVE_WITHIN_MS;
}
