import { type AlarmLimit, type AlarmPriority, type Parameter, type QualityFlag } from '@shimabashi/contracts';

/** A setting that a practice may change, and how far. */
interface Bounded {
  readonly initial: number;
  readonly min: number;
  readonly max: number;
}

/** A rule as it is delivered. `limit` is in the parameter's unit, `forMs` in milliseconds. */
export interface AlarmRule {
  readonly parameter: Parameter;
  readonly kind: AlarmLimit['kind'];
  readonly priority: AlarmPriority;
  readonly limit: Bounded;
  /** How long the value has to be beyond the limit. */
  readonly forMs: Bounded;
}

/**
 * Every alarm rule, with its numbers and where they come from.
 *
 * `spo2-low`, limit: 90 % is the low limit for adults that monitors are delivered with (Contec CMS8000
 * and Edan M3A user manuals, "default SpO2 and PR alarm limits"); Nonin delivers the Model 7500 with
 * 85 % (quick guide 9484-001-01). Not under 84 %: the lowest that Lansdowne et al. examined (BMC Nursing
 * 2016;15:36: 84 to 90 %). Not over 95 %: from 96 % upwards NEWS2 gives no point (Royal College of
 * Physicians, National Early Warning Score 2, SpO₂ scale 1).
 * `spo2-low`, time: with 15 s at 90 % there were 60 % fewer alarms than with none (Rheineck-Leyssius and
 * Kalkman, as cited in Biomedical Instrumentation & Technology 2011;45(s1):46). At most 60 s: the longest
 * that Lansdowne et al. examined. A shorter time only makes more alarms.
 * Priority: an SpO₂ alarm is of high priority on the oximeter itself (Nonin 7500FO operator's manual,
 * "High priority alarms").
 *
 * ISO 80601-2-61 has requirements for these limits; its text was not at hand, and must be read before
 * conformity is claimed.
 */
export const ALARM_RULES = {
  'spo2-low': {
    parameter: 'SpO2',
    kind: 'below',
    priority: 'high',
    limit: { initial: 90, min: 84, max: 95 },
    forMs: { initial: 15_000, min: 1_000, max: 60_000 },
  },
} as const satisfies Record<string, AlarmRule>;
export type AlarmRuleId = keyof typeof ALARM_RULES;

/**
 * How far back inside the limit a value must be, in steps of the display, and for how long, before the
 * condition counts as gone. Decided by us so that a value at the limit is one alarm and not many; no
 * clinical limit: it only makes an alarm last longer.
 */
export const CLEAR_BY = 1;
export const CLEAR_FOR_MS = 5_000;

/**
 * What makes a number unusable for an alarm: the device itself says that it is not, or hardly, the
 * patient's. Weak perfusion is not among them: it is how a patient in trouble looks.
 */
export const UNUSABLE_FLAGS: ReadonlySet<QualityFlag> = new Set<QualityFlag>([
  'artifact',
  'out-of-track',
  'motion',
  'sensor-alarm',
  'questionable',
]);
