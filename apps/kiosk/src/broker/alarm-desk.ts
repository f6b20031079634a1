import {
  type Alarm,
  type AlarmAnswer,
  type AlarmWatch,
  type KioskEvent,
  type ServiceName,
  type ServiceStatus,
  type SoundStatus,
  type ToService,
} from '@shimabashi/contracts';

export interface AlarmDeskDeps {
  readonly nowMs: () => number;
  readonly send: (service: ServiceName, message: ToService) => void;
  readonly emit: (event: KioskEvent) => void;
}

/**
 * The alarms of a kiosk as the broker holds them: what the devices service said last, for whoever
 * starts after that. It judges nothing. A devices service that dies while an alarm is on takes none
 * with it: the alarm stays, latched, without a signal, and its successor goes on with the same episode.
 */
export class AlarmDesk {
  readonly #deps: AlarmDeskDeps;
  #alarms: readonly Alarm[] = [];
  #watch: AlarmWatch = 'on';
  #sound: SoundStatus;
  #isRinging = false;
  #devicesUp = false;
  /** Given while no devices service was there to take them. */
  #answers: AlarmAnswer[] = [];

  constructor(deps: AlarmDeskDeps) {
    this.#deps = deps;
    // Until the sound service has said that it can be heard, it cannot.
    this.#sound = { state: 'broken', sinceMs: deps.nowMs(), code: 'STARTING' };
  }

  list(): { alarms: Alarm[]; watch: AlarmWatch } {
    return { alarms: this.#alarms.filter(alarm => alarm.state !== 'resolved'), watch: this.#watch };
  }

  sound(): SoundStatus {
    return this.#sound;
  }

  /** For a screen that begins to listen. */
  events(): KioskEvent[] {
    return [
      { event: 'alarms', ...this.list() },
      { event: 'sound', sound: this.#sound },
    ];
  }

  /** An event of a service, which the screens get in any case. */
  take(event: KioskEvent): void {
    switch (event.event) {
      case 'alarms':
        this.#alarms = event.alarms;
        this.#watch = event.watch;
        this.#pass(event.alarms);
        return;
      case 'sound':
        this.#sound = event.sound;
        return;
      case 'call':
        this.#ring(event.call.state === 'ringing' && event.call.direction === 'to-kiosk');
        return;
      case 'samples':
      case 'waveform':
      case 'device':
      case 'device-removed':
      case 'service':
      case 'sync':
      case 'visit':
      case 'session':
      case 'chart-changed':
      case 'alert':
      case 'duty':
    }
  }

  answer(answer: AlarmAnswer): void {
    if (this.#devicesUp) this.#deps.send('devices', { type: 'alarm-answer', answer });
    else this.#answers.push(answer);
  }

  /** What the store remembers of before this kiosk was started. Whoever is here knows better. */
  restore(kept: readonly Alarm[]): void {
    const known = new Set(this.#alarms.map(alarm => alarm.alarmId));
    const added = kept.filter(alarm => alarm.state !== 'resolved' && !known.has(alarm.alarmId));
    if (added.length === 0) return;
    this.#change([...this.#alarms, ...added.map(alarm => this.#withoutSignal(alarm))]);
    if (this.#devicesUp) this.#deps.send('devices', { type: 'alarms', alarms: this.list().alarms });
  }

  serviceChanged({ service, state }: ServiceStatus): void {
    if (service === 'devices') this.#devicesChanged(state);
    if (state === 'up' && service !== 'devices') {
      this.#deps.send(service, { type: 'alarms', alarms: this.list().alarms });
    }
    if (service === 'sound') this.#soundServiceChanged(state);
    // Nobody knows of a call any more; the store says again what rings.
    if (service === 'store' && state === 'down') this.#ring(false);
  }

  #devicesChanged(state: ServiceStatus['state']): void {
    this.#devicesUp = state === 'up';
    if (state === 'down') this.#change(this.list().alarms.map(alarm => this.#withoutSignal(alarm)));
    if (state !== 'up') return;
    this.#deps.send('devices', { type: 'alarms', alarms: this.list().alarms });
    for (const answer of this.#answers.splice(0)) this.answer(answer);
  }

  #soundServiceChanged(state: ServiceStatus['state']): void {
    if (state === 'up') this.#deps.send('sound', { type: 'ring', isRinging: this.#isRinging });
    if (state !== 'down') return;
    this.#sound = { state: 'broken', sinceMs: this.#deps.nowMs(), code: 'SERVICE_DOWN' };
    this.#deps.emit({ event: 'sound', sound: this.#sound });
  }

  #withoutSignal(alarm: Alarm): Alarm {
    if (alarm.state !== 'active') return alarm;
    return { ...alarm, state: 'latched', signalLostAtMs: this.#deps.nowMs() };
  }

  #change(alarms: readonly Alarm[]): void {
    if (alarms.length === 0 && this.#alarms.length === 0) return;
    this.#alarms = alarms;
    this.#deps.emit({ event: 'alarms', alarms: [...alarms], watch: this.#watch });
    this.#pass(alarms);
  }

  #pass(alarms: readonly Alarm[]): void {
    for (const service of ['store', 'sound'] as const) {
      this.#deps.send(service, { type: 'alarms', alarms: [...alarms] });
    }
  }

  #ring(isRinging: boolean): void {
    if (isRinging === this.#isRinging) return;
    this.#isRinging = isRinging;
    this.#deps.send('sound', { type: 'ring', isRinging });
  }
}
