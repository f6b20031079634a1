import { createHash } from 'node:crypto';
import {
  alarmIdText,
  type Episode,
  type EpisodeEvent,
  nextEpisode,
  noEpisode,
  resumedEpisode,
  uuidOfDigest,
  type WatchedRule,
} from '@shimabashi/clinical';
import { type Alarm, type AlarmAnswer, type KioskEvent, type Sample } from '@shimabashi/contracts';
import { type SupervisorClock } from '@shimabashi/vitals-drivers';
import { type AlarmConfig } from './alarm-config.ts';

/** How often it is looked at what has not come, in milliseconds. */
const TICK_MS = 500;
/** A shell that is there tells within milliseconds what was on. Without it we do not wait for ever. */
const RESTORED_WITHIN_MS = 1_000;

export interface AlarmWatchDeps {
  readonly config: AlarmConfig;
  readonly clock: Pick<SupervisorClock, 'nowMs' | 'after'>;
  /** Of a clock that is never set. */
  readonly monotonicMs: () => number;
  readonly tell: (event: KioskEvent) => void;
}

/**
 * Judges what the devices say, link or no link, and tells every alarm that is on.
 *
 * Nothing is told before it is known what was on (`restore`): a new process must not overrule an alarm
 * that its predecessor has raised.
 */
export class AlarmWatch {
  readonly #deps: AlarmWatchDeps;
  readonly #episodes = new Map<string, Episode>();
  readonly #names = new Map<string, string>();
  #restored = false;
  #told: string | undefined;
  #cancelTick: () => void;
  #cancelRestore: () => void;

  constructor(deps: AlarmWatchDeps) {
    this.#deps = deps;
    this.#cancelRestore = deps.clock.after(RESTORED_WITHIN_MS, () => this.restore([]));
    this.#cancelTick = this.#tickLater();
  }

  stop(): void {
    this.#cancelTick();
    this.#cancelRestore();
  }

  /** What was on before this process. Those episodes go on; what is judged here already stands. */
  restore(alarms: readonly Alarm[]): void {
    this.#restored = true;
    this.#cancelRestore();
    if (this.#deps.config.watch === 'on') {
      for (const alarm of alarms) {
        const episode = this.#episodeOf(alarm.deviceId);
        const isOn = episode.alarm !== undefined && episode.alarm.state !== 'resolved';
        if (isOn || alarm.state === 'resolved' || alarm.ruleId !== RULE_ID) continue;
        this.#names.set(alarm.deviceId, alarm.deviceName);
        this.#episodes.set(alarm.deviceId, resumedEpisode(alarm, this.#moment()));
      }
    }
    this.#tellChanges();
  }

  take(samples: readonly Sample[]): void {
    if (this.#deps.config.watch === 'off') return;
    for (const sample of samples) {
      if (sample.deviceName !== undefined) this.#names.set(sample.deviceId, sample.deviceName);
      this.#step(sample.deviceId, { kind: 'sample', sample });
    }
    this.#tellChanges();
  }

  withdraw(deviceId: string): void {
    if (this.#episodes.has(deviceId)) this.#step(deviceId, { kind: 'withdrawn' });
    this.#tellChanges();
  }

  answer(answer: AlarmAnswer): void {
    for (const deviceId of this.#episodes.keys()) this.#step(deviceId, { kind: 'answer', answer });
    this.#tellChanges();
  }

  #tickLater(): () => void {
    return this.#deps.clock.after(TICK_MS, () => {
      for (const deviceId of this.#episodes.keys()) this.#step(deviceId, { kind: 'tick' });
      this.#tellChanges();
      this.#cancelTick = this.#tickLater();
    });
  }

  #step(deviceId: string, event: EpisodeEvent): void {
    const next = nextEpisode(this.#episodeOf(deviceId), event, this.#moment(), this.#ruleOf(deviceId));
    this.#episodes.set(deviceId, next);
    // Told at once, since the next step forgets it.
    if (next.alarm?.state === 'resolved') this.#tellChanges();
  }

  #episodeOf(deviceId: string): Episode {
    return this.#episodes.get(deviceId) ?? noEpisode(this.#moment());
  }

  #moment(): { nowMs: number; monotonicMs: number } {
    const { clock, monotonicMs } = this.#deps;
    return { nowMs: clock.nowMs(), monotonicMs: monotonicMs() };
  }

  #ruleOf(deviceId: string): WatchedRule {
    const { limitPercent, forMs } = this.#deps.config.spo2Low;
    return {
      ruleId: RULE_ID,
      deviceId,
      deviceName: this.#names.get(deviceId) ?? deviceId,
      limit: { kind: 'below', value: limitPercent },
      forMs,
      newAlarmId: sampleId => {
        const text = alarmIdText({ deviceId, ruleId: RULE_ID, sampleId });
        return uuidOfDigest(createHash('sha256').update(text).digest());
      },
    };
  }

  #tellChanges(): void {
    if (!this.#restored) return;
    const alarms = [...this.#episodes.values()].flatMap(({ alarm }) => (alarm === undefined ? [] : [alarm]));
    const text = JSON.stringify(alarms);
    if (text === this.#told) return;
    this.#told = text;
    this.#deps.tell({ event: 'alarms', alarms, watch: this.#deps.config.watch });
  }
}

const RULE_ID = 'spo2-low';
