import { ECDH, randomUUID } from 'node:crypto';
import { readAlarm } from '@shimabashi/clinical';
import {
  type Alert,
  AppError,
  type BoundAlarm,
  type Call,
  type Clinic,
  type HubContract,
  type LinkDown,
  type LiveDown,
  type Operation,
  type RowHandlers,
  type StaffMember,
} from '@shimabashi/contracts';
import webPush from 'web-push';
import { type HubWriter } from '../chart/hub-writer.ts';
import { type Clock } from '../clock.ts';
import { type HubConfig } from '../config.ts';
import { type IdentityStore, type Session } from '../db/identity-store.ts';
import { doctorOf, type HubContext } from '../identity/caller.ts';
import { dutyDoctors } from '../identity/duty.ts';
import { AlertChart } from './alert-chart.ts';
import { type AlarmNews } from './alert-course.ts';
import { AlertDesk, LOOK_EVERY_MS } from './alert-desk.ts';
import { type AlertStore, type DuePush, type PushOutcome, type VapidKeys } from './alert-store.ts';
import { createPushHosts, type PushHosts } from './push-hosts.ts';
import { callMessage, pushMessage, pushTopic } from './push-message.ts';
import { type PushAnswer, PushOutbox } from './push-outbox.ts';
import { type PushContent, sendPush } from './push-sender.ts';
import { TrendMemory } from './trend-memory.ts';

/** Browsers of one person that are called: an iPad, a telephone, two desks and some to spare. */
const SUBSCRIPTIONS_MAX = 8;

const PRUNE_EVERY_MS = 60_000;

/** Alarms that wait for room on the disk. A flood must not fill the memory. */
const UNKEPT_MAX = 200;

export interface AlertsDeps {
  readonly config: Pick<HubConfig, 'alerts'>;
  readonly store: AlertStore;
  readonly identities: IdentityStore;
  readonly writer: Pick<HubWriter, 'write'>;
  readonly clock: Clock;
  readonly isHere: (practitionerId: string) => boolean;
  readonly lineLostSinceMs: (deviceId: string) => number | null;
  readonly onChange: (alert: Alert) => void;
  readonly onPushOutcome: (outcome: PushOutcome | 'retried') => void;
  readonly reportUnexpected: (error: unknown) => void;
}

interface Kiosk {
  readonly deviceId: string;
  readonly clinicId: string;
}
/** A time of the kiosk's clock in ours, or undefined while its clock is not known. */
type ToOurs = (kioskMs: number) => number | undefined;

/** Everything about alerts: the desk, its outbox, its notes for the chart, and the doctors' rows. */
export class Alerts {
  readonly rows: Pick<RowHandlers<HubContract, HubContext>, AlertRow>;
  readonly #deps: AlertsDeps;
  readonly #desk: AlertDesk;
  readonly #outbox: PushOutbox;
  readonly #chart: AlertChart;
  readonly #trends: TrendMemory;
  readonly #hosts: PushHosts;
  readonly #keys: VapidKeys;
  /** What could not be written down (a full disk): tried again at every look, by the alarm's id. */
  readonly #unkept = new Map<string, () => void>();
  #ends: (() => void)[] = [];
  #consoleOrigin = '';

  constructor(deps: AlertsDeps) {
    this.#deps = deps;
    const { store, clock, config } = deps;
    this.#hosts = createPushHosts(config.alerts.pushHosts);
    this.#keys = vapidKeys(store);
    this.#trends = new TrendMemory(clock.nowMs);
    this.#chart = new AlertChart(deps);
    this.#outbox = new PushOutbox({
      store,
      clock,
      send: (push, ttlSeconds) => this.#send(push, ttlSeconds),
      onUnreachable: (alertId, practitionerId) => this.#desk.cannotReach(alertId, practitionerId),
      onOutcome: deps.onPushOutcome,
      reportUnexpected: deps.reportUnexpected,
    });
    this.#desk = new AlertDesk({
      ...deps,
      newId: randomUUID,
      roster: clinicId => rosterOf(deps.identities, clinicId),
      kioskName: deviceId => deps.identities.device(deviceId)?.name ?? '',
      onWork: () => {
        this.#outbox.look();
        this.#chart.look();
      },
    });
    this.rows = this.#rows();
  }

  /** Begins to look what is due. `consoleOrigin`: where browsers find the console. */
  start(consoleOrigin: string): void {
    this.#consoleOrigin = consoleOrigin;
    if (!this.#deps.config.alerts.on) return;
    const { clock } = this.#deps;
    this.#ends = [
      clock.every(LOOK_EVERY_MS, () => this.#look()),
      clock.every(PRUNE_EVERY_MS, () => this.#trends.prune()),
    ];
    this.#look();
  }

  async stop(): Promise<void> {
    for (const end of this.#ends) end();
    this.#ends = [];
    await this.#outbox.stop();
  }

  /**
   * What a kiosk says over its link. `toOurs` is of its clock.
   *
   * @throws AppError `FORBIDDEN` when the alarm is another kiosk's.
   */
  takeAlarm(kiosk: Kiosk, bound: BoundAlarm, toOurs: ToOurs): void {
    if (!this.#deps.config.alerts.on) return;
    const offsetMs = toOurs(0);
    const kioskNowMs = offsetMs === undefined ? null : this.#deps.clock.nowMs() - offsetMs;
    const news = newsOf({ bound, told: 'now', kioskNowMs, toOurs });
    this.#take(news.alarm.alarmId, () => this.#desk.take(news, kiosk));
  }

  /** The newest word of an alarm takes the place of one that could not be written down. */
  #take(alarmId: string, take: () => void): void {
    try {
      take();
      this.#unkept.delete(alarmId);
    } catch (error) {
      if (error instanceof AppError && error.code === 'FORBIDDEN') {
        this.#unkept.delete(alarmId);
        throw error;
      }
      if (!this.#unkept.has(alarmId)) this.#deps.reportUnexpected(error);
      if (this.#unkept.size < UNKEPT_MAX || this.#unkept.has(alarmId)) this.#unkept.set(alarmId, take);
    }
  }

  /** What a kiosk has pushed into the chart: an alarm of which nothing came over the link is one too. */
  takeOperations(kiosk: Kiosk, operations: readonly Operation[], toOurs: ToOurs): void {
    if (!this.#deps.config.alerts.on) return;
    for (const operation of operations) {
      if (operation.resource.resourceType !== 'DetectedIssue') continue;
      try {
        this.#takeWritten(kiosk, operation, toOurs);
      } catch (error) {
        // It is in the chart already: what cannot be read as an alarm does not undo that.
        this.#deps.reportUnexpected(error);
      }
    }
  }

  #takeWritten(kiosk: Kiosk, operation: Operation, toOurs: ToOurs): void {
    const facts = readAlarm(operation.resource);
    if (facts === undefined) return;
    const { acknowledged, patientId, encounterId, ...alarm } = facts;
    const bound = {
      alarm: {
        ...alarm,
        acknowledged:
          acknowledged === null
            ? null
            : {
                by: staffOf(this.#deps.identities, acknowledged.practitionerId, acknowledged.name),
                atMs: acknowledged.atMs,
              },
      },
      patientId,
      encounterId,
    };
    const told = { atMs: operation.authoredAtMs };
    this.#desk.take(newsOf({ bound, told, kioskNowMs: null, toOurs }), kiosk);
  }

  /** Whether a browser of this person can be woken. */
  canPush(practitionerId: string): boolean {
    const { config, store } = this.#deps;
    const isSetUp = config.alerts.on && config.alerts.pushSubject !== undefined;
    return isSetUp && store.endpointsOf(practitionerId).length > 0;
  }

  /** Tells every browser of this person that a kiosk calls. True: it need not be tried again. */
  async pushCall(call: Call, practitionerId: string, ttlSeconds: number): Promise<boolean> {
    const { store } = this.#deps;
    const clinic = this.#clinic(call.clinicId);
    if (clinic === undefined || !this.canPush(practitionerId)) return true;
    const payload = callMessage({ call, clinic, origin: this.#consoleOrigin });
    const answers = await Promise.all(
      store.subscriptionsOf(practitionerId).map(async subscription => {
        const push = { endpoint: subscription.endpoint, subscription };
        const answer = await this.#post(push, { payload, topic: pushTopic(call.callId), ttlSeconds });
        if (answer.kind === 'gone') store.removeSubscription(subscription.endpoint);
        return answer;
      }),
    );
    return answers.every(({ kind }) => kind !== 'later');
  }

  /** Live numbers, for the hour before an alarm. */
  readonly holdSamples: TrendMemory['hold'] = (patientId, samples) => this.#trends.hold(patientId, samples);

  lineChanged(deviceId: string): void {
    if (this.#deps.config.alerts.on) this.#desk.lineChanged(deviceId);
  }

  /** What a kiosk is told as soon as it is back: every alert of its own that is not resolved. */
  firstForKiosk({ deviceId }: Pick<Kiosk, 'deviceId'>): readonly LinkDown[] {
    if (!this.#deps.config.alerts.on) return [];
    const hubTimeMs = this.#deps.clock.nowMs();
    return this.#desk.openOfKiosk(deviceId).map(alert => ({ type: 'alert', alert, hubTimeMs }));
  }

  /** What a console is told as soon as it is open. */
  firstForDoctor(doctor: Pick<Session, 'clinicIds'>): readonly LiveDown[] {
    if (!this.#deps.config.alerts.on) return [];
    const open = this.#desk.list(doctor).filter(({ state }) => state !== 'resolved');
    return open.map(alert => ({ type: 'alert', alert }));
  }

  #look(): void {
    try {
      for (const [alarmId, take] of this.#unkept) this.#take(alarmId, take);
      this.#desk.look();
      this.#outbox.look();
      this.#chart.look();
    } catch (error) {
      this.#deps.reportUnexpected(error);
    }
  }

  async #send(push: DuePush, ttlSeconds: number): Promise<PushAnswer> {
    const alert = this.#deps.store.find(push.alertId)?.alert;
    const clinic = alert && this.#clinic(alert.clinicId);
    if (alert === undefined || clinic === undefined) return { kind: 'refused' };
    const payload = pushMessage({ alert, clinic, round: push.round, origin: this.#consoleOrigin });
    return this.#post(push, { payload, topic: pushTopic(push.alertId), ttlSeconds });
  }

  async #post(push: Pick<DuePush, 'endpoint' | 'subscription'>, content: PushContent): Promise<PushAnswer> {
    const { clock, config } = this.#deps;
    const { pushSubject: subject } = config.alerts;
    if (subject === undefined) return { kind: 'refused' };
    const sender = { hosts: this.#hosts, keys: this.#keys, subject, nowMs: clock.nowMs };
    return sendPush(sender, push, content);
  }

  #clinic(clinicId: string): Clinic | undefined {
    return this.#deps.identities.clinics().find(({ clinic }) => clinic.clinicId === clinicId)?.clinic;
  }

  #rows(): Alerts['rows'] {
    const desk = this.#desk;
    const { on, pushSubject } = this.#deps.config.alerts;
    const mine = (context: HubContext): Session => {
      if (!on) throw new AppError('NOT_FOUND', 'This practice does not use alerts.');
      return doctorOf(context);
    };
    return {
      'alerts.list': (_request, context) => ({ isOn: on, alerts: on ? desk.list(doctorOf(context)) : [] }),
      'alerts.get': ({ alertId }, context) => ({ alert: desk.get(alertId, mine(context)) }),
      'alerts.delivered': ({ alertId }, context) => ({ alert: desk.delivered(alertId, mine(context)) }),
      'alerts.seen': ({ alertId }, context) => ({ alert: desk.seen(alertId, mine(context)) }),
      'alerts.accept': ({ alertId }, context) => ({ alert: desk.accept(alertId, mine(context)) }),
      'alerts.trend': ({ alertId }, context) =>
        this.#trends.trend(desk.get(alertId, mine(context)).patientId),
      'push.key': (_request, context) => {
        mine(context);
        if (pushSubject === undefined) throw new AppError('NOT_FOUND', 'Push is not set up here.');
        return { publicKey: this.#keys.publicKey };
      },
      'push.subscribe': ({ subscription }, context) => {
        const { staff } = mine(context);
        if (!this.#hosts.allows(subscription.endpoint)) {
          throw new AppError('BAD_REQUEST', 'Not a push service of ours.');
        }
        if (!isPointOfCurve(subscription.p256dh)) {
          throw new AppError('BAD_REQUEST', 'Nothing can be encrypted for this key.');
        }
        this.#deps.store.saveSubscription(staff.practitionerId, subscription, {
          nowMs: this.#deps.clock.nowMs(),
          most: SUBSCRIPTIONS_MAX,
        });
        return {};
      },
      'push.unsubscribe': ({ endpoint }, context) => {
        this.#deps.store.removeOwnSubscription(endpoint, doctorOf(context).staff.practitionerId);
        return {};
      },
    };
  }
}

type AlertRow = Extract<keyof HubContract, `alerts.${string}` | `push.${string}`>;

/** The keys with which browsers know us: made once, since every subscription is tied to them. */
function vapidKeys(store: AlertStore): VapidKeys {
  const known = store.vapidKeys();
  if (known !== undefined) return known;
  const keys = webPush.generateVAPIDKeys();
  store.saveVapidKeys(keys);
  return keys;
}

/** Whether a public key is one of P-256 (RFC 8291, 3.1). */
function isPointOfCurve(p256dh: string): boolean {
  try {
    ECDH.convertKey(p256dh, 'prime256v1', 'base64url');
    return true;
  } catch {
    return false;
  }
}

/** The doctors on duty; where the roster has nobody, every doctor of the clinic: better than nobody. */
function rosterOf(identities: IdentityStore, clinicId: string): readonly StaffMember[] {
  const onDuty = dutyDoctors(identities, clinicId);
  if (onDuty.length > 0) return onDuty;
  return identities
    .staffOfClinic(clinicId)
    .filter(({ role }) => role === 'doctor')
    .map(({ practitionerId, name, nameLatin, role }) => ({ practitionerId, name, nameLatin, role }));
}

function staffOf(identities: IdentityStore, practitionerId: string, name: string): StaffMember {
  const known = identities.staff(practitionerId);
  return known === undefined
    ? { practitionerId, name: name || practitionerId, nameLatin: '', role: 'nurse' }
    : { practitionerId, name: known.name, nameLatin: known.nameLatin, role: known.role };
}

/** An alarm with its times in our clock, where the kiosk's is known. */
function newsOf(options: {
  readonly bound: Pick<AlarmNews, 'alarm' | 'patientId' | 'encounterId'>;
  readonly told: AlarmNews['told'];
  readonly kioskNowMs: number | null;
  readonly toOurs: ToOurs;
}): AlarmNews {
  const { bound, told, kioskNowMs, toOurs } = options;
  const { alarm, patientId, encounterId } = bound;
  const at = (kioskMs: number): number => Math.max(0, Math.round(toOurs(kioskMs) ?? kioskMs));
  return {
    alarm: {
      ...alarm,
      raisedAtMs: at(alarm.raisedAtMs),
      endedAtMs: alarm.endedAtMs === null ? null : at(alarm.endedAtMs),
      signalLostAtMs: alarm.signalLostAtMs === null ? null : at(alarm.signalLostAtMs),
      acknowledged: alarm.acknowledged && { ...alarm.acknowledged, atMs: at(alarm.acknowledged.atMs) },
    },
    patientId,
    encounterId,
    exact: toOurs(0) !== undefined,
    told,
    kioskNowMs,
  };
}
