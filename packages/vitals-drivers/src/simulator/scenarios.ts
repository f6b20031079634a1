import { assert } from '@shimabashi/contracts';

/** What happens to the simulated patient. */
export const SCENARIOS = {
  normal: 'a resting adult: about 72 /min and 97 %',
  desaturation: 'every 80 s the SpO2 falls to 84 % and recovers, the pulse answers',
  hypoxia: 'the SpO2 falls to 84 % within seconds and stays there, the pulse answers',
  'probe-off': 'the finger is out of the sensor',
  ramp: 'both numbers change with every packet (60 to 180 /min, 80 to 99 %): for benches',
  hypotension: 'the pressure falls from 120/76 to 82/46 within a minute, the pulse answers',
  fever: 'the temperature climbs to 39.4 Cel within two minutes, pulse and breath with it',
  arrhythmia: 'no two beats are alike, at about 110 /min',
  motion: 'the hand moves: the wave is noise, and the device says so',
  'low-perfusion': 'a cold hand: a flat wave, and the device says so',
  'battery-low': 'the device says that its battery is low, where its protocol has a word for it',
  'wrong-clock': "the device's clock stands in the year 2001",
  reconnect: 'every 15 s the line is hung up, and silent for 4 s',
  stall: 'every 15 s the line stays open, and is silent for 5 s',
  'stored-burst': 'nothing for 8 s, and then all of it at once, again and again',
  'bit-flips': 'one byte in two hundred has a wrong bit',
  'dropped-bytes': 'one byte in two hundred is lost',
  'duplicated-bytes': 'one byte in two hundred comes twice',
  'two-devices': 'a second patient beside, on the next port or path',
} as const;

export type Scenario = keyof typeof SCENARIOS;

export function isScenario(name: string): name is Scenario {
  return Object.hasOwn(SCENARIOS, name);
}

/** Where the body is heading at a moment of a scenario. */
export interface Target {
  readonly heartRatePerMin: number;
  readonly spO2Percent: number;
}

const REST: Target = { heartRatePerMin: 72, spO2Percent: 97 };
const DESATURATED: Target = { heartRatePerMin: 104, spO2Percent: 84 };
/** Where the other stories end, and how long the way there takes, in seconds. */
const ENDS: Readonly<Partial<Record<Scenario, { readonly at: Target; readonly afterS: number }>>> = {
  hypotension: { at: { heartRatePerMin: 118, spO2Percent: 95 }, afterS: 60 },
  fever: { at: { heartRatePerMin: 108, spO2Percent: 96 }, afterS: 120 },
  arrhythmia: { at: { heartRatePerMin: 110, spO2Percent: 96 }, afterS: 5 },
};

/** What a bedside monitor measures beside pulse and saturation. Pressures in mm[Hg]. */
export interface Body {
  readonly respiratoryRatePerMin: number;
  readonly systolic: number;
  readonly diastolic: number;
  readonly temperatureCel: number;
}

const BODY_AT_REST: Body = { respiratoryRatePerMin: 15, systolic: 120, diastolic: 76, temperatureCel: 36.6 };
const BODY_ENDS: Readonly<Partial<Record<Scenario, Partial<Body>>>> = {
  desaturation: { respiratoryRatePerMin: 23 },
  hypotension: { systolic: 82, diastolic: 46, respiratoryRatePerMin: 22 },
  fever: { temperatureCel: 39.4, respiratoryRatePerMin: 24 },
};

/** Where the rest of the body is heading at a moment of a scenario. */
export function bodyAt(scenario: Scenario, elapsedS: number): Body {
  const end = { ...BODY_AT_REST, ...BODY_ENDS[scenario] };
  const depth = depthOf(scenario, elapsedS);
  const between = (part: keyof Body) => BODY_AT_REST[part] + depth * (end[part] - BODY_AT_REST[part]);
  return {
    respiratoryRatePerMin: between('respiratoryRatePerMin'),
    systolic: between('systolic'),
    diastolic: between('diastolic'),
    temperatureCel: between('temperatureCel'),
  };
}

/** How far the story of a scenario has gone, 0 to 1. */
function depthOf(scenario: Scenario, elapsedS: number): number {
  if (scenario === 'desaturation') return depthAt(elapsedS % DESATURATION_CYCLE_S);
  return Math.min(1, elapsedS / (ENDS[scenario]?.afterS ?? Number.POSITIVE_INFINITY));
}

/** Turning points of one desaturation, in seconds; between them it is a straight line. */
const DESATURATION: readonly (readonly [atS: number, depth: number])[] = [
  [0, 0],
  [20, 0],
  [40, 1],
  [55, 1],
  [75, 0],
  [80, 0],
];
const DESATURATION_CYCLE_S = 80;

/** The target after so many seconds of a scenario. `ramp` counts packets instead: see `rampNumbers`. */
export function targetAt(scenario: Scenario, elapsedS: number): Target {
  if (scenario === 'hypoxia') return DESATURATED;
  const end = scenario === 'desaturation' ? DESATURATED : ENDS[scenario]?.at;
  if (end === undefined) return REST;
  const depth = depthOf(scenario, elapsedS);
  return {
    heartRatePerMin: REST.heartRatePerMin + depth * (end.heartRatePerMin - REST.heartRatePerMin),
    spO2Percent: REST.spO2Percent + depth * (end.spO2Percent - REST.spO2Percent),
  };
}

/** The numbers of one packet of `ramp`: neighbours always differ in both. */
export function rampNumbers(packet: number): Target {
  return { heartRatePerMin: 60 + (packet % 121), spO2Percent: 80 + (packet % 20) };
}

function depthAt(atS: number): number {
  const next = DESATURATION.findIndex(([turnS]) => turnS > atS);
  const [from, to] = [DESATURATION[next - 1], DESATURATION[next]];
  assert(from !== undefined && to !== undefined, 'the moment lies in the cycle');
  return from[1] + ((atS - from[0]) / (to[0] - from[0])) * (to[1] - from[1]);
}
