import { assert } from '@shimabashi/contracts';

/** What happens to the simulated patient. */
export const SCENARIOS = {
  normal: 'a resting adult: about 72 /min and 97 %',
  desaturation: 'every 80 s the SpO2 falls to 84 % and recovers, the pulse answers',
  hypoxia: 'the SpO2 falls to 84 % within seconds and stays there, the pulse answers',
  'probe-off': 'the finger is out of the sensor',
  ramp: 'both numbers change with every packet (60 to 180 /min, 80 to 99 %): for benches',
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
  if (scenario !== 'desaturation') return REST;
  const depth = depthAt(elapsedS % DESATURATION_CYCLE_S);
  return {
    heartRatePerMin: REST.heartRatePerMin + depth * (DESATURATED.heartRatePerMin - REST.heartRatePerMin),
    spO2Percent: REST.spO2Percent + depth * (DESATURATED.spO2Percent - REST.spO2Percent),
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
