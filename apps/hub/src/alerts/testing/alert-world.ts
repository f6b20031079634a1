import { ALERT_STEP_MS, type Alert, type StaffMember } from '@shimabashi/contracts';
import { type HubDatabase } from '../../db/open-database.ts';
import { ManualClock } from '../../testing/manual-clock.ts';
import { type AlarmNews } from '../alert-course.ts';
import { AlertDesk } from '../alert-desk.ts';
import { type AlertStore, createAlertStore, type DuePush } from '../alert-store.ts';
import { type PushAnswer, PushOutbox } from '../push-outbox.ts';

export const doctorOf = (number: number): StaffMember => ({
  practitionerId: `doctor-${number}`,
  name: `医師 ${number}`,
  nameLatin: `Doctor ${number}`,
  role: 'doctor',
});

/** What a kiosk says of an alarm. */
export function newsOf(
  alertId: string,
  change: Partial<AlarmNews['alarm']> = {},
  more: Partial<Omit<AlarmNews, 'alarm'>> = {},
): AlarmNews {
  return {
    alarm: {
      alarmId: alertId,
      parameter: 'SpO2',
      limit: { kind: 'below', value: 88 },
      unit: '%',
      value: 84,
      priority: 'high',
      state: 'active',
      raisedAtMs: 0,
      endedAtMs: null,
      signalLostAtMs: null,
      acknowledged: null,
      ...change,
    },
    patientId: 'patient-1',
    encounterId: null,
    exact: true,
    told: 'now',
    kioskNowMs: null,
    ...more,
  };
}

export const KIOSK = { deviceId: 'kiosk-1', clinicId: 'kamishima' };

/**
 * A desk and its outbox on one database, with a clock that the test moves. `restart` is a hub that was
 * killed: what was only in its memory is gone, and what it was sending is never answered.
 */
export class AlertWorld {
  readonly clock: ManualClock;
  readonly store: AlertStore;
  readonly roster: StaffMember[];
  readonly here = new Set<string>();
  readonly changes: Alert[] = [];
  readonly unexpected: unknown[] = [];
  readonly outcomes: string[] = [];
  answer: (push: DuePush, ttlSeconds: number) => Promise<PushAnswer> = async () => ({ kind: 'sent' });
  desk: AlertDesk;
  #outbox: PushOutbox;
  #endLook: () => void;
  isUp = true;
  #life = 0;
  #ids = 0;

  constructor(db: HubDatabase, options: { readonly doctors?: number; readonly clock?: ManualClock } = {}) {
    this.clock = options.clock ?? new ManualClock();
    this.store = createAlertStore(db);
    this.roster = Array.from({ length: options.doctors ?? 2 }, (_, index) => doctorOf(index + 1));
    [this.desk, this.#outbox, this.#endLook] = this.#start();
  }

  /** Gives a doctor of the roster a browser. */
  subscribe(number: number, endpoint = `https://push.example/${number}`): void {
    this.store.saveSubscription(
      doctorOf(number).practitionerId,
      { endpoint, p256dh: 'k', auth: 'a' },
      { nowMs: this.clock.nowMs(), most: 8 },
    );
  }

  kill(): void {
    this.#life += 1;
    this.isUp = false;
    this.#endLook();
  }

  start(): void {
    this.isUp = true;
    [this.desk, this.#outbox, this.#endLook] = this.#start();
    this.#look();
  }

  /** Lets time pass in steps, and what was begun in each come to its end. */
  async pass(ms: number, stepMs = 500): Promise<void> {
    await settled();
    for (let passed = 0; passed < ms; passed += stepMs) {
      this.clock.advance(Math.min(stepMs, ms - passed));
      // oxlint-disable-next-line no-await-in-loop -- one moment after the other
      await settled();
    }
  }

  by(number: number) {
    return { staff: doctorOf(number), clinicIds: [KIOSK.clinicId] };
  }

  #start(): [AlertDesk, PushOutbox, () => void] {
    const life = this.#life;
    const desk = new AlertDesk({
      store: this.store,
      clock: this.clock,
      newId: () => `00000000-0000-4000-8000-${String((this.#ids += 1)).padStart(12, '0')}`,
      roster: () => this.roster,
      isHere: practitionerId => this.here.has(practitionerId),
      kioskName: () => 'kiosk 1',
      lineLostSinceMs: () => null,
      onChange: alert => void this.changes.push(alert),
      onWork: () => outbox.look(),
      reportUnexpected: error => void this.unexpected.push(error),
    });
    const outbox = new PushOutbox({
      store: this.store,
      clock: this.clock,
      send: async (push, ttlSeconds) => {
        const answer = await this.answer(push, ttlSeconds);
        // A process that was killed never learns what it was answered.
        return this.#life === life ? answer : await new Promise<PushAnswer>(() => {});
      },
      onUnreachable: (alertId, practitionerId) => desk.cannotReach(alertId, practitionerId),
      onOutcome: outcome => void this.outcomes.push(outcome),
      reportUnexpected: error => void this.unexpected.push(error),
    });
    const endLook = this.clock.every(500, () => this.#look());
    return [desk, outbox, endLook];
  }

  #look(): void {
    this.desk.look();
    this.#outbox.look();
  }
}

/** Lets promises that are already decided run. */
async function settled(): Promise<void> {
  await new Promise(resolve => setImmediate(resolve));
}

export const STEP_MS = ALERT_STEP_MS;
