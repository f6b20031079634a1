import { type AbsentReason, type Measured, type Parameter } from '@shimabashi/contracts';
import { type Decoder, type NumericReading, type Reading } from '../../decoder.ts';
import { type Framed } from '../../framing/framer.ts';
import { geDriRecord } from '../../framing/ge-dri-shape.ts';
import { hexOf } from '../../hex.ts';
import { type FrameFacts, numeric } from '../gatt/fields.ts';
import { rejectedBytes } from '../oximeter.ts';

/** Records of GE's S/5 and CARESCAPE monitors. Tables and sources: `docs/devices/ge-dri.md`. */
export const GE_DRI = {
  headerBytes: 40,
  timeAt: 6,
  mainTypeAt: 14,
  descriptorsAt: 16,
  descriptors: 8,
  endOfList: 0xff,
  physiological: 0,
  waves: 1,
  displayed: 1,
  subrecordBytes: 278,
  classAt: 277,
  basicClass: 0,
  groupsAt: 4,
  waveHeaderBytes: 6,
  wave: { ecg: 1, pleth: 8 },
  rates: { ecg: 300, pleth: 100 },
  /** Pleth samples are hundredths of a per cent around zero: shifted, so that a screen can draw them. */
  plethShift: 5_000,
} as const;

const INVALID_LIMIT = -32_001;
const ABSENT: Readonly<Record<number, AbsentReason>> = {
  [-32_764]: 'below-range',
  [-32_763]: 'above-range',
  [-32_762]: 'invalid', // not calibrated
  [-32_765]: 'invalid', // discontinuity
};

/** Where the groups of the basic class begin in its subrecord, and their fields from there. */
const GROUP = { ecg: 4, nibp: 76, temperatures: [90, 98, 106, 114], spo2: 122, co2: 136 } as const;
const LABEL_AT = 4;
const ACTIVE = 0x03;
const HEART_RATE_OF_ECG = 1;
/** Labels of temperatures that are of the body's inside or its usual places; not skin, room or muscle. */
const BODY_SITES: Readonly<Record<number, string>> = {
  1: 'oesophagus',
  2: 'nasopharynx',
  3: 'tympanum',
  4: 'rectum',
  5: 'bladder',
  6: 'axilla',
  11: 'T1',
  12: 'T2',
  13: 'T3',
  14: 'T4',
  15: 'core',
};

/** Decodes the displayed values of the basic class, ECG and pleth. Other records are left out. */
export class GeDriDecoder implements Decoder {
  /** A monitor repeats its last cuff pressure for ever: it counts once. */
  #cuff: string | undefined;

  decode(framed: Framed): Reading[] {
    if (framed.kind === 'rejected') return [rejectedBytes(framed.bytes, 0)];
    const record = geDriRecord(framed.bytes);
    const view = new DataView(record.buffer, record.byteOffset, record.byteLength);
    const mainType = view.getUint16(GE_DRI.mainTypeAt, true);
    const subrecords = subrecordsOf(view);
    if (mainType === GE_DRI.waves)
      return subrecords.flatMap(({ type, from, to }) => waveOf(view, type, from, to));
    if (mainType !== GE_DRI.physiological) return [];
    return subrecords
      .filter(({ type, from, to }) => {
        const isWhole = to - from >= GE_DRI.subrecordBytes;
        return type === GE_DRI.displayed && isWhole && classOf(view, from) === GE_DRI.basicClass;
      })
      .flatMap(({ from }) => this.#numbersOf(view, from));
  }

  #numbersOf(view: DataView, at: number): Reading[] {
    const facts: FrameFacts = {
      quality: [],
      origin: 'live',
      // Seconds since 1970 by the monitor's own clock, whose zone nobody tells.
      deviceTime: new Date(view.getUint32(at, true) * 1_000).toISOString().slice(0, 19),
      rawHex: hexOf(new Uint8Array(view.buffer, view.byteOffset + at, GE_DRI.subrecordBytes)),
      details: {},
    };
    return [
      ...oximeterOf(view, at, facts),
      ...heartOf(view, at, facts),
      ...respirationOf(view, at, facts),
      ...temperatureOf(view, at, facts),
      ...this.#cuffOf(view, at + GROUP.nibp, facts),
    ];
  }

  #cuffOf(view: DataView, group: number, facts: FrameFacts): Reading[] {
    const before = this.#cuff;
    this.#cuff = undefined;
    if (!isActive(view, group)) return [];
    const fields = [6, 8, 10, 12].map(offset => view.getInt16(group + offset, true));
    const cuff = fields.join(' ');
    this.#cuff = cuff;
    if (cuff === before) return [];
    // The first that is seen may be of any age.
    const seen: FrameFacts = { ...facts, origin: before === undefined ? 'stored' : 'live' };
    return [
      field(view, 'systolic-pressure', group + 6, 100, seen),
      field(view, 'diastolic-pressure', group + 8, 100, seen),
      field(view, 'mean-arterial-pressure', group + 10, 100, seen),
    ];
  }
}

function oximeterOf(view: DataView, at: number, facts: FrameFacts): Reading[] {
  const group = at + GROUP.spo2;
  if (!isActive(view, group)) return [];
  return [field(view, 'SpO2', group + 6, 100, facts), field(view, 'pulse-rate', group + 8, 1, facts)];
}

/** The "heart rate" of the monitor may be a pulse: only that of the ECG is one here. */
function heartOf(view: DataView, at: number, facts: FrameFacts): Reading[] {
  const group = at + GROUP.ecg;
  const source = (view.getUint32(group, true) >> 3) & 0x0f;
  if (!isActive(view, group) || source !== HEART_RATE_OF_ECG) return [];
  return [field(view, 'heart-rate', group + 6, 1, facts)];
}

/** By CO2 where it is measured, else by impedance. */
function respirationOf(view: DataView, at: number, facts: FrameFacts): Reading[] {
  const [co2, ecg] = [at + GROUP.co2, at + GROUP.ecg];
  if (isActive(view, co2)) {
    return [field(view, 'respiratory-rate', co2 + 10, 1, { ...facts, details: { by: 'CO2' } })];
  }
  if (!isActive(view, ecg)) return [];
  return [field(view, 'respiratory-rate', ecg + 14, 1, { ...facts, details: { by: 'impedance' } })];
}

/** The first of the four that is of the body. */
function temperatureOf(view: DataView, at: number, facts: FrameFacts): Reading[] {
  for (const offset of GROUP.temperatures) {
    const group = at + offset;
    const site = BODY_SITES[view.getUint16(group + LABEL_AT, true)];
    if (!isActive(view, group) || site === undefined) continue;
    return [field(view, 'body-temperature', group + 6, 100, { ...facts, details: { site } })];
  }
  return [];
}

function field(
  view: DataView,
  parameter: Parameter,
  at: number,
  divisor: number,
  facts: FrameFacts,
): NumericReading {
  const raw = view.getInt16(at, true);
  const measured: Measured =
    raw <= INVALID_LIMIT
      ? { status: 'absent', reason: ABSENT[raw] ?? 'not-available' }
      : { status: 'measured', value: raw / divisor };
  return numeric(parameter, measured, facts);
}

function isActive(view: DataView, group: number): boolean {
  return (view.getUint32(group, true) & ACTIVE) === ACTIVE;
}

function classOf(view: DataView, at: number): number {
  return view.getUint8(at + GE_DRI.classAt) & 0x0f;
}

interface Subrecord {
  readonly type: number;
  readonly from: number;
  readonly to: number;
}

/** The subrecords that the header lists, each up to the next; what points outside is left out. */
function subrecordsOf(view: DataView): Subrecord[] {
  const starts: { type: number; from: number }[] = [];
  for (let index = 0; index < GE_DRI.descriptors; index += 1) {
    const at = GE_DRI.descriptorsAt + index * 3;
    const type = view.getUint8(at + 2);
    if (type === GE_DRI.endOfList) break;
    starts.push({ type, from: GE_DRI.headerBytes + view.getInt16(at, true) });
  }
  return starts
    .map((start, index) => ({ ...start, to: starts[index + 1]?.from ?? view.byteLength }))
    .filter(({ from, to }) => from >= GE_DRI.headerBytes && to > from && to <= view.byteLength);
}

function waveOf(view: DataView, type: number, from: number, to: number): Reading[] {
  const waveform = type === GE_DRI.wave.ecg ? 'ecg' : type === GE_DRI.wave.pleth ? 'pleth' : undefined;
  if (waveform === undefined || to - from < GE_DRI.waveHeaderBytes) return [];
  const count = view.getUint16(from, true);
  const fits = from + GE_DRI.waveHeaderBytes + count * 2 <= to;
  return Array.from({ length: fits ? count : 0 }, (_, index) => {
    const raw = view.getInt16(from + GE_DRI.waveHeaderBytes + index * 2, true);
    return {
      kind: 'waveform' as const,
      waveform,
      value: raw <= INVALID_LIMIT ? null : sampleOf(waveform, raw),
      sampleRateHz: GE_DRI.rates[waveform],
    };
  });
}

/** ECG in millivolts (the record has microvolts). */
function sampleOf(waveform: 'ecg' | 'pleth', raw: number): number {
  if (waveform === 'ecg') return raw / 1_000;
  return Math.min(Math.max(raw + GE_DRI.plethShift, 0), 2 * GE_DRI.plethShift);
}
