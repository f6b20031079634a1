import { type Alert, AppError, type StaffMember } from '@shimabashi/contracts';
import { type Clock } from '../clock.ts';
import {
  acceptAlert,
  type AlarmNews,
  type AlertRecord,
  type Course,
  goOn,
  noteDelivered,
  noteSeen,
  passOver,
  raiseAlert,
  takeNews,
} from './alert-course.ts';
import { type AlertNote, type AlertStore } from './alert-store.ts';

/** How often the desk looks what is due: no timer of an alert is later than this and the work of a look. */
export const LOOK_EVERY_MS = 500;

/** How long a push may wait to be shown, in milliseconds: two people's turns. Later it says nothing new. */
export const PUSH_LIVES_MS = 120_000;

/** What `list` gives of alerts that are over. */
const LISTED_MS = 24 * 3_600_000;
/** Newest first: a screen shows no more, and a flood must not fill a message. */
const LISTED_MAX = 200;

/** A person who may answer alerts: what a session says of them. */
export interface Answerer {
  readonly staff: StaffMember;
  readonly clinicIds: readonly string[];
}

export interface AlertDeskDeps {
  readonly store: AlertStore;
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly newId: () => string;
  /** Whom to call for this clinic, in order. */
  readonly roster: (clinicId: string) => readonly StaffMember[];
  /** Whether a console of this person is open. */
  readonly isHere: (practitionerId: string) => boolean;
  readonly kioskName: (deviceId: string) => string;
  /** Since when this kiosk's link is lost; null while it is up. */
  readonly lineLostSinceMs: (deviceId: string) => number | null;
  /** A new or changed alert, on the disk already. */
  readonly onChange: (alert: Alert) => void;
  /** There is something to send, or to write. */
  readonly onWork: () => void;
  readonly reportUnexpected: (error: unknown) => void;
}

/**
 * The practice's alerts: who is called when, who knows, who has it. Everything is in the database
 * before anybody hears of it, and everything that happens by itself has its time in there, so that a
 * hub that was killed goes on where it was.
 */
export class AlertDesk {
  readonly #deps: AlertDeskDeps;

  constructor(deps: AlertDeskDeps) {
    this.#deps = deps;
  }

  /**
   * Takes what a kiosk says of an alarm: the first word raises the alert, later ones change it.
   *
   * @throws AppError `FORBIDDEN` when the alert is another kiosk's.
   */
  take(news: AlarmNews, kiosk: { readonly deviceId: string; readonly clinicId: string }): void {
    const { store, clock } = this.#deps;
    const nowMs = clock.nowMs();
    this.#change(() => {
      const known = store.find(news.alarm.alarmId);
      if (known === undefined) {
        const { deviceId: kioskDeviceId, clinicId } = kiosk;
        const place = { clinicId, kioskDeviceId, kioskName: this.#deps.kioskName(kioskDeviceId) };
        const roster = this.#deps.roster(clinicId);
        return raiseAlert({ news, place, roster, isReachable: this.#isReachable, nowMs });
      }
      if (known.alert.kioskDeviceId !== kiosk.deviceId) {
        throw new AppError('FORBIDDEN', 'The alarm is of another kiosk.');
      }
      const record = takeNews(known, news, nowMs);
      return isSame(known, record) ? undefined : { record, call: [] };
    });
  }

  /** Lets everything go on whose time has come. One that fails does not hold up the others. */
  look(): void {
    const { store, clock, reportUnexpected } = this.#deps;
    for (const { alert } of store.due(clock.nowMs())) {
      try {
        this.#change(() => {
          const record = store.find(alert.alertId);
          return record === undefined
            ? undefined
            : goOn(record, { nowMs: clock.nowMs(), isReachable: this.#isReachable });
        });
      } catch (error) {
        reportUnexpected(error);
      }
    }
  }

  /** Nothing can be sent to this person any more: if it is their turn, the next one has it. */
  cannotReach(alertId: string, practitionerId: string): void {
    if (this.#isReachable(practitionerId)) return;
    const { store, clock } = this.#deps;
    this.#change(() => {
      const record = store.find(alertId);
      const deps = { nowMs: clock.nowMs(), isReachable: this.#isReachable };
      return record === undefined ? undefined : passOver(record, practitionerId, deps);
    });
  }

  delivered(alertId: string, by: Answerer): Alert {
    return this.#answer(alertId, by, record => noteDelivered(record, by.staff, this.#deps.clock.nowMs()));
  }

  seen(alertId: string, by: Answerer): Alert {
    return this.#answer(
      alertId,
      by,
      record => noteSeen(record, by.staff, this.#deps.clock.nowMs()),
      record => (hasSeen(record, by.staff) ? undefined : 'seen'),
    );
  }

  /**
   * The alert is this person's: nobody else is called. Once more by the same person changes nothing.
   *
   * @throws AppError `CONFLICT` when somebody else has it, or it is over; `NOT_FOUND`.
   */
  accept(alertId: string, by: Answerer): Alert {
    return this.#answer(
      alertId,
      by,
      record => {
        const { accepted, state } = record.alert;
        if (accepted?.by.practitionerId === by.staff.practitionerId) return record;
        if (accepted !== null) throw new AppError('CONFLICT', 'Somebody else has it.');
        if (state === 'resolved') throw new AppError('CONFLICT', 'The alarm is over.');
        return acceptAlert(record, by.staff, this.#deps.clock.nowMs());
      },
      record => (record.alert.accepted === null ? 'accepted' : undefined),
    );
  }

  /** @throws AppError `NOT_FOUND`, also where it is of a clinic that is not theirs. */
  get(alertId: string, by: Pick<Answerer, 'clinicIds'>): Alert {
    return this.#shown(this.#find(alertId, by).alert);
  }

  /** Those that are not resolved and those of the last 24 hours, newest first. */
  list({ clinicIds }: Pick<Answerer, 'clinicIds'>): Alert[] {
    const { store, clock } = this.#deps;
    return store
      .list(clinicIds, clock.nowMs() - LISTED_MS, LISTED_MAX)
      .map(record => this.#shown(record.alert));
  }

  /** What a kiosk is told of its own alerts as soon as it is back. */
  openOfKiosk(kioskDeviceId: string): Alert[] {
    return this.#deps.store.openOfKiosk(kioskDeviceId).map(record => this.#shown(record.alert));
  }

  /** The kiosk's line was lost, or is back: everybody who looks at its alerts is told. */
  lineChanged(kioskDeviceId: string): void {
    for (const alert of this.openOfKiosk(kioskDeviceId)) this.#deps.onChange(alert);
  }

  #answer(
    alertId: string,
    by: Answerer,
    change: (record: AlertRecord) => AlertRecord,
    noteOf: (before: AlertRecord) => AlertNote['kind'] | undefined = () => undefined,
  ): Alert {
    const { store, clock, newId } = this.#deps;
    this.#change(() => {
      const before = this.#find(alertId, by);
      const record = change(before);
      if (isSame(before, record)) return undefined;
      const kind = noteOf(before);
      if (kind !== undefined) {
        store.addNote({ noteId: newId(), alertId, kind, staff: by.staff, atMs: clock.nowMs() });
      }
      return { record, call: [] };
    });
    return this.get(alertId, by);
  }

  #find(alertId: string, by: Pick<Answerer, 'clinicIds'>): AlertRecord {
    const record = this.#deps.store.find(alertId);
    if (record === undefined || !by.clinicIds.includes(record.alert.clinicId)) {
      throw new AppError('NOT_FOUND', 'No such alert.');
    }
    return record;
  }

  /** One change with its calls, all of it or nothing; then everybody hears of it. */
  #change(make: () => Course | undefined): void {
    const { store, onChange, onWork } = this.#deps;
    const course = store.atomically(() => {
      const made = make();
      if (made !== undefined) this.#keep(made);
      return made;
    });
    if (course === undefined) return;
    onChange(this.#shown(course.record.alert));
    onWork();
  }

  #keep({ record, call }: Course): void {
    const { store, clock } = this.#deps;
    const { alertId, state } = record.alert;
    store.save(record);
    if (state === 'accepted' || state === 'resolved') store.endPushesOf(alertId);
    const nowMs = clock.nowMs();
    for (const { practitionerId } of call) {
      for (const endpoint of store.endpointsOf(practitionerId)) {
        store.addPush({
          alertId,
          endpoint,
          round: record.round,
          practitionerId,
          nextAtMs: nowMs,
          expiresAtMs: nowMs + PUSH_LIVES_MS,
        });
      }
    }
  }

  #shown(alert: AlertRecord['alert']): Alert {
    return { ...alert, lineLostSinceMs: this.#deps.lineLostSinceMs(alert.kioskDeviceId) };
  }

  readonly #isReachable = (practitionerId: string): boolean =>
    this.#deps.isHere(practitionerId) || this.#deps.store.endpointsOf(practitionerId).length > 0;
}

function hasSeen(record: AlertRecord, { practitionerId }: StaffMember): boolean {
  return record.alert.steps.some(
    step => step.staff.practitionerId === practitionerId && step.seenAtMs !== null,
  );
}

/** Nothing that anybody would notice has changed. */
function isSame(one: AlertRecord, other: AlertRecord): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
