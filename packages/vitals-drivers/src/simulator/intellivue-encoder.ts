import { intellivueFrame } from '../framing/intellivue-shape.ts';
import { type EncodedFrame, type Encoder } from './encoder.ts';
import { type SimulatedPatient } from './patient.ts';

/** Codes of numbers and units: `docs/devices/intellivue-frame.md`. */
const UNIT = { percent: 0x0220, beats: 0x0aa0, breaths: 0x0ae0, mmHg: 0x0f20, celsius: 0x17a0 } as const;
const CODE = {
  spO2: 0x4bb8,
  pulse: 0x4822,
  heart: 0x4182,
  respiration: 0x500a,
  temperature: 0x4b48,
  systolic: 0x4a05,
  diastolic: 0x4a06,
  mean: 0x4a07,
} as const;
const NOT_AVAILABLE = 0x2000;
const ATTRIBUTE = { number: 0x0950, compound: 0x094b } as const;

interface Observed {
  readonly code: number;
  readonly unit: number;
  /** In tenths; null where there is none. */
  readonly tenths: number | null;
}

/** Encodes a monitor that was associated and polled: its numbers, once a second. */
export class IntellivueEncoder implements Encoder {
  readonly framesPerSecond = 1;
  #poll = 0;

  nextFrame(patient: SimulatedPatient): EncodedFrame {
    patient.advance(1);
    const numbers = patient.nextNumbers();
    const body = patient.body();
    const tenths = (value: number | undefined) => (value === undefined ? null : Math.round(value * 10));
    const rate = tenths(numbers?.heartRatePerMin);
    const mean = (body.systolic + 2 * body.diastolic) / 3;
    const single = (code: number, unit: number, value: number | null): Observed[] => [
      { code, unit, tenths: value },
    ];
    const objects: Observed[][] = [
      single(CODE.spO2, UNIT.percent, tenths(numbers?.spO2Percent)),
      single(CODE.pulse, UNIT.beats, rate),
      single(CODE.heart, UNIT.beats, rate),
      single(CODE.respiration, UNIT.breaths, tenths(body.respiratoryRatePerMin)),
      single(CODE.temperature, UNIT.celsius, tenths(body.temperatureCel)),
      [
        { code: CODE.systolic, unit: UNIT.mmHg, tenths: tenths(body.systolic) },
        { code: CODE.diastolic, unit: UNIT.mmHg, tenths: tenths(body.diastolic) },
        { code: CODE.mean, unit: UNIT.mmHg, tenths: tenths(mean) },
      ],
    ];
    this.#poll += 1;
    return {
      bytes: intellivueFrame(pollResult(this.#poll, objects)),
      completed: [
        { parameter: 'SpO2', value: numbers?.spO2Percent ?? null },
        { parameter: 'pulse-rate', value: numbers?.heartRatePerMin ?? null },
      ],
    };
  }
}

/** A message of the data export protocol with one poll result. */
function pollResult(poll: number, objects: readonly (readonly Observed[])[]): Uint8Array {
  const observations = objects.flatMap((observed, index) => objectOf(index + 1, observed));
  const context = [...word(0), ...word(objects.length), ...word(observations.length), ...observations];
  const reply = [
    ...word(poll & 0xffff),
    ...zeros(4 + 8), // relative and absolute time
    ...word(1), // partition, and code of numeric objects
    ...word(6),
    ...zeros(2), // attributes of all groups
    ...counted(1, context),
  ];
  const action = [...zeros(6), ...word(3_094), ...sized(reply)];
  const result = [...word(1), ...word(7), ...sized(action)];
  const message = [...word(0xe100), ...word(2), ...word(2), ...sized(result)];
  return Uint8Array.of(0x11, 0x01, ...sized(message));
}

function objectOf(handle: number, observed: readonly Observed[]): number[] {
  const values = observed.flatMap(observedOf);
  const isCompound = observed.length > 1;
  const attribute = isCompound
    ? [...word(ATTRIBUTE.compound), ...sized(counted(observed.length, values))]
    : [...word(ATTRIBUTE.number), ...sized(values)];
  return [...word(handle), ...counted(1, attribute)];
}

function observedOf({ code, unit, tenths }: Observed): number[] {
  const state = tenths === null ? NOT_AVAILABLE : 0;
  const mantissa = tenths ?? 0x7fffff;
  const float = [tenths === null ? 0 : 0xff, (mantissa >> 16) & 0xff, ...word(mantissa & 0xffff)];
  return [...word(code), ...word(state), ...word(unit), ...float];
}

function counted(count: number, bytes: readonly number[]): number[] {
  return [...word(count), ...sized(bytes)];
}

function sized(bytes: readonly number[]): number[] {
  return [...word(bytes.length), ...bytes];
}

function word(value: number): number[] {
  return [value >> 8, value & 0xff];
}

function zeros(count: number): number[] {
  return Array.from({ length: count }, () => 0);
}
