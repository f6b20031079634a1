import * as z from 'zod';
import { ALARM_RULES } from '@shimabashi/clinical';
import { type AlarmWatch, AppError } from '@shimabashi/contracts';

const { limit, forMs } = ALARM_RULES['spo2-low'];
const secondsMin = forMs.min / 1_000;
const secondsMax = forMs.max / 1_000;

/** How this practice has set its alarms. All come from the environment. */
const Environment = z.object({
  /** `off` where a practice may not have the function; every screen says so then. */
  KIOSK_ALARMS: z.enum(['on', 'off'], { error: 'must be on or off' }).default('on'),
  /** In percent: below it the value is low. */
  KIOSK_ALARM_SPO2_LOW: z.coerce
    .number({ error: between(limit.min, limit.max) })
    .min(limit.min, between(limit.min, limit.max))
    .max(limit.max, between(limit.min, limit.max))
    .default(limit.initial),
  /** In seconds: so long it must be low. */
  KIOSK_ALARM_SPO2_LOW_FOR_S: z.coerce
    .number({ error: between(secondsMin, secondsMax) })
    .min(secondsMin, between(secondsMin, secondsMax))
    .max(secondsMax, between(secondsMin, secondsMax))
    .default(forMs.initial / 1_000),
});

export interface AlarmConfig {
  readonly watch: AlarmWatch;
  readonly spo2Low: { readonly limitPercent: number; readonly forMs: number };
}

/**
 * Reads how alarms are set. An empty variable counts as unset.
 *
 * @throws AppError `CONFIG_INVALID` with one line, ready to print: the setting and what is wrong.
 */
export function readAlarmConfig(environment: Readonly<Record<string, string | undefined>>): AlarmConfig {
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = Environment.safeParse(set);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new AppError('CONFIG_INVALID', `${issue?.path.join('.')}: ${issue?.message}`);
  }
  const { KIOSK_ALARMS, KIOSK_ALARM_SPO2_LOW, KIOSK_ALARM_SPO2_LOW_FOR_S } = parsed.data;
  return {
    watch: KIOSK_ALARMS,
    spo2Low: { limitPercent: KIOSK_ALARM_SPO2_LOW, forMs: Math.round(KIOSK_ALARM_SPO2_LOW_FOR_S * 1_000) },
  };
}

function between(min: number, max: number): string {
  return `must be a number from ${min} to ${max}`;
}
