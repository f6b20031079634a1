import { randomUUID } from 'node:crypto';
import { type Logger } from 'pino';
import {
  AppError,
  type AppErrorCode,
  answerRow,
  contractOf,
  type DeviceStoreContract,
  deviceStoreContract,
  type KioskEvent,
  type RowHandlers,
  type ServiceContract,
  type ServicePort,
  type SyncStatus,
  ToService,
} from '@shimabashi/contracts';
import { createResourceValidator } from '@shimabashi/clinical/validation';
import { type ChartLog, type Timers } from '@shimabashi/sync';
import { Alarms } from './alarms.ts';
import { Calls } from './calls.ts';
import { loadChartKey } from './chart-key.ts';
import { ChartReads } from './chart-reads.ts';
import { ChartWriter } from './chart-writer.ts';
import { type StoreConfig } from './config.ts';
import { openKioskChart } from './damaged-chart.ts';
import { type DeviceRecords, openDeviceRecords } from './device-records.ts';
import { devicesHandlers } from './enrolled-devices.ts';
import { HeldSamples } from './held-samples.ts';
import { HubClient } from './hub-client.ts';
import { HubNews } from './hub-news.ts';
import { HubSession } from './hub-session.ts';
import { settingsWithCopy } from './identity-copy.ts';
import { askOf, Link } from './link.ts';
import { Observations } from './observations.ts';
import { parkedHandlers, ParkedItems } from './parked-items.ts';
import { Photos } from './photos.ts';
import { recordHandlers } from './records.ts';
import { type Actor, Session } from './session.ts';
import { type StoreSettings } from './settings.ts';
import { Visits } from './visits.ts';

export interface StoreDeps {
  readonly log: Logger;
  readonly nowMs: () => number;
  readonly timers: Timers;
  readonly random: () => number;
  /** The chart's file is damaged: this process has to end, and the next one looks after it. */
  readonly onDamaged: () => void;
}

export interface RunningStore {
  /** Ends when the service was stopped. */
  readonly ended: Promise<void>;
  readonly stop: () => void;
}

/**
 * Runs the store service on a line to its shell: the kiosk's encrypted chart, who is signed in, the
 * visit, and the link to the hub.
 *
 * @throws AppError when the chart cannot be opened: `STORE_KEY_WRONG`, `STORE_CORRUPT`,
 * `CONFIG_INVALID` (a newer release wrote it), `DISK_FULL`.
 */
export function runStore(port: ServicePort, config: StoreConfig, deps: StoreDeps): RunningStore {
  const key = loadChartKey(config);
  const identity = { path: config.identityFile, key };
  const chart = openKioskChart({
    databaseFile: config.databaseFile,
    key,
    identity,
    nowMs: deps.nowMs,
    newId: randomUUID,
    onRepairing: () => port.send({ type: 'repairing' }),
    onDamaged: deps.onDamaged,
  });
  const deviceRecords = openDeviceRecords({ path: config.deviceRecordsFile, key, nowMs: deps.nowMs });
  if (deviceRecords instanceof AppError) {
    deps.log.error({ code: deviceRecords.code }, 'records of devices cannot be kept');
  }
  const settings = settingsWithCopy(identity, chart, error =>
    deps.log.error({ name: error.name }, 'who this kiosk is cannot be kept beside the chart'),
  );
  const store = new Store(port, { chart, deviceRecords, settings }, config, deps);
  port.onMessage(message => store.take(message));
  store.begin();
  return { ended: store.ended, stop: () => store.stop() };
}

interface StoreFiles {
  readonly chart: ChartLog;
  readonly deviceRecords: DeviceRecords | AppError;
  readonly settings: StoreSettings;
}

class Store {
  readonly ended: Promise<void>;
  readonly #end = Promise.withResolvers<void>();
  readonly #port: ServicePort;
  readonly #chart: ChartLog;
  readonly #deviceRecords: DeviceRecords | AppError;
  readonly #ofDevices: RowHandlers<DeviceStoreContract, null>;
  readonly #deps: StoreDeps;
  readonly #settings: StoreSettings;
  readonly #session: Session;
  readonly #visits: Visits;
  readonly #samples: HeldSamples;
  readonly #news: HubNews;
  readonly #calls: Calls;
  readonly #callDevices: StoreConfig['callDevices'];
  readonly #alarms: Alarms;
  readonly #link: Link | undefined;
  readonly #handlers: RowHandlers<ServiceContract<'store'>, null>;
  readonly #startedAtMs: number;
  #shownConfirmedAtMs: number | null = null;
  #shownBacklog = '';
  #sentStatus = '';
  #stopped = false;

  constructor(
    port: ServicePort,
    { chart, deviceRecords, settings }: StoreFiles,
    config: StoreConfig,
    deps: StoreDeps,
  ) {
    const { nowMs } = deps;
    this.#settings = settings;
    const emit = (event: KioskEvent): void => port.send({ type: 'event', event });
    const common = { log: chart, settings, bootId: config.bootId, nowMs, emit };
    this.ended = this.#end.promise;
    this.#port = port;
    this.#chart = chart;
    this.#deviceRecords = deviceRecords;
    this.#deps = deps;
    this.#startedAtMs = nowMs();
    this.#session = new Session(common);
    this.#samples = new HeldSamples(nowMs);
    this.#news = new HubNews({
      nowMs,
      emit: event => {
        emit(event);
        if (event.event === 'call') this.#calls.changed();
      },
    });
    this.#link = config.hubUrl === null ? undefined : this.#createLink(config.hubUrl, config, settings);
    const reads = new ChartReads(chart, nowMs, ({ actorId, action }) =>
      deps.log.error({ actorId, action }, 'a reading is not in the audit'),
    );
    const writer = new ChartWriter({
      log: chart,
      validator: createResourceValidator(),
      nowMs,
      emit,
      onWritten: () => {
        this.#link?.poke();
        this.#tellStatus();
      },
    });
    this.#visits = new Visits({
      ...common,
      reads,
      writer,
      onLeft: patientId => this.#link?.sendLiveEnded(patientId),
    });
    this.#alarms = new Alarms({
      ...common,
      writer,
      visits: this.#visits,
      send: message => port.send(message),
      sendToHub: bound => this.#link?.sendAlarm(bound),
      onNotKept: error => this.#reportUnexpected(error, 'alarm'),
    });
    this.#callDevices = config.callDevices;
    this.#calls = new Calls({
      ...common,
      news: this.#news,
      hubUrl: config.hubUrl,
      askHub: askOf(() => this.#link),
      nurse: () => this.#session.current(),
      visit: () => this.#visits.current(),
      onNotTold: error => this.#reportNotTold(error),
    });
    const observations = new Observations({
      log: chart,
      writer,
      visits: this.#visits,
      samples: this.#samples,
      nowMs,
    });
    const photos = new Photos({ log: chart, reads, writer, visits: this.#visits, nowMs });
    const actor = () => this.#session.actor();
    this.#ofDevices = devicesHandlers(deviceRecords, { settings, nowMs, actor });
    const editing = recordHandlers({ log: chart, reads, writer, nowMs, actor });
    this.#handlers = this.#createHandlers(reads, observations, photos, editing);
  }

  begin(): void {
    this.#port.send({ type: 'ready' });
    // A screen that outlived us learns at once where things stand.
    this.#emit({ event: 'session', nurse: this.#session.current() });
    this.#emit({ event: 'visit', visit: this.#visits.current() });
    this.#alarms.begin();
    this.#tellStatus();
    this.#link?.run().catch((error: unknown) => this.#reportUnexpected(error, 'link'));
    this.#deps.log.info('store service ready');
  }

  take(raw: unknown): void {
    const parsed = ToService.safeParse(raw);
    if (!parsed.success) {
      this.#deps.log.warn('a message of the shell does not fit and was left alone');
      return;
    }
    const message = parsed.data;
    if (this.#stopped) return;
    switch (message.type) {
      case 'request':
        void this.#answer(message.id, message.row, message.body);
        return;
      case 'samples': {
        const visit = this.#visits.current();
        const bound = this.#samples.take(message.samples, visit);
        if (visit !== null && bound.length > 0) this.#link?.sendSamples(visit, bound);
        return;
      }
      case 'alarms':
        this.#alarms.take(message.alarms);
        this.#alarms.takeAlerts(this.#news.alerts());
        return;
      case 'alarm-answer':
      case 'answer':
      case 'ring':
        return; // Of other services.
      case 'live-ended': {
        const visit = this.#visits.current();
        if (visit !== null) this.#link?.sendLiveEnded(visit.patientId);
        return;
      }
      case 'stop':
        this.stop();
    }
  }

  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#link?.stop();
    this.#chart.close();
    if (!(this.#deviceRecords instanceof AppError)) this.#deviceRecords.close();
    this.#end.resolve();
  }

  async #answer(id: number, row: string, request: unknown): Promise<void> {
    const result = await answerRow({
      contract: { ...contractOf('store'), ...deviceStoreContract },
      handlers: { ...this.#handlers, ...this.#ofDevices },
      context: null,
      row,
      request,
      reportUnexpected: (error, where) => this.#reportUnexpected(error, where),
    });
    this.#port.send({ type: 'reply', id, result });
  }

  #createHandlers(
    reads: ChartReads,
    observations: Observations,
    photos: Photos,
    editing: ReturnType<typeof recordHandlers>,
  ): RowHandlers<ServiceContract<'store'>, null> {
    const session = this.#session;
    const parked = new ParkedItems({
      log: this.#chart,
      settings: this.#settings,
      reads,
      nowMs: this.#deps.nowMs,
      emit: event => this.#emit(event),
      onChanged: () => {
        this.#link?.poke();
        this.#tellStatus();
      },
    });
    const visits = this.#visits;
    const calls = this.#calls;
    /** Deny by default: a row without this wrapper is one that anybody at the kiosk may ask. */
    const forNurse =
      <Request, Response>(handler: (request: Request, actor: Actor) => Response) =>
      (request: Request): Response =>
        handler(request, session.actor());

    return {
      'session.staff': () => ({ clinic: session.clinic(), staff: session.nurses() }),
      'session.sign-in': async ({ practitionerId, pin }) => ({
        nurse: await session.signIn(practitionerId, pin),
      }),
      'session.current': () => ({
        nurse: session.current(),
        clinic: session.clinic(),
        deviceId: session.deviceId(),
      }),
      'session.sign-out': () => {
        // Whoever comes next finds nobody's page, and nothing is bound to who was here.
        if (visits.current() !== null) visits.pause();
        session.signOut();
        return {};
      },
      'sync.status': () => this.#status(),
      // A call that comes may be answered by whoever stands there; only a nurse begins one.
      'calls.current': () => ({ call: calls.current() }),
      'calls.start': forNurse(async ({ callId }) => ({ call: await calls.start(callId) })),
      'calls.accept': async ({ callId }) => ({ call: await calls.accept(callId) }),
      'calls.decline': async ({ callId, because }) => ({ call: await calls.decline(callId, because) }),
      'calls.end': async ({ callId }) => ({ call: await calls.end(callId) }),
      'calls.join': async ({ callId }) => calls.join(callId),
      'calls.devices': () => this.#callDevices,
      'duty.list': () => ({ doctors: calls.doctors() }),
      // On every screen, also before somebody has signed in: an alarm does not wait for that.
      'alerts.list': () => ({ alerts: this.#news.alerts() }),
      'alarms.acknowledge': forNurse(({ alarmId }, actor) => {
        this.#alarms.acknowledge(alarmId, actor);
        return {};
      }),
      'alarms.pause-sound': forNurse(({ alarmId }, actor) => ({
        untilMs: this.#alarms.pauseSound(alarmId, actor),
      })),
      'today.list': forNurse((_, actor) => ({ entries: reads.today(actor) })),
      'patients.find': forNurse(({ text, limit }, actor) => ({ patients: reads.find(text, limit, actor) })),
      'patients.get': forNurse(({ patientId }, actor) => reads.patient(patientId, actor)),
      'observations.list': forNurse(({ patientId, limit }, actor) => ({
        entries: reads.observations(patientId, limit, actor),
      })),
      'visits.open': forNurse((request, actor) => {
        calls.requireNoneAboutAnother(request.patientId);
        const visit = visits.open(request, actor);
        calls.changed();
        return { visit };
      }),
      'visits.current': forNurse(() => ({ visit: visits.current() })),
      'visits.pause': forNurse(() => {
        visits.pause();
        return {};
      }),
      'observations.save': forNurse((request, actor) => ({ entries: observations.save(request, actor) })),
      'photos.save': forNurse((request, actor) => ({ entry: photos.save(request, actor) })),
      'photos.get': forNurse((request, actor) => photos.get(request, actor)),
      ...parkedHandlers(parked, session),
      ...editing,
    };
  }

  #createLink(hubUrl: URL, config: StoreConfig, settings: StoreSettings): Link {
    const { nowMs, timers, random } = this.#deps;
    const session = new HubSession({
      client: new HubClient(hubUrl, nowMs),
      settings,
      log: this.#chart,
      enrolmentCode: config.enrolmentCode,
      name: config.name,
      nowMs,
    });
    return new Link({
      hubUrl,
      session,
      log: this.#chart,
      settings,
      nowMs,
      timers,
      random,
      onChange: () => this.#tellStatus(),
      onPulled: patientIds => {
        for (const patientId of patientIds) this.#emit({ event: 'chart-changed', patientId });
      },
      onNews: message => {
        this.#news.take(message);
        if (message.type === 'alert') this.#alarms.takeAlerts(this.#news.alerts());
      },
      onUp: () => {
        this.#alarms.resend();
        void this.#calls.reconnected();
      },
      onStaff: () => this.#emit({ event: 'session', nurse: this.#session.current() }),
      report: (what: string, code: AppErrorCode) => this.#deps.log.info({ what, code }, 'not done yet'),
    });
  }

  #status(): SyncStatus {
    const never = { lastConfirmedAtMs: null, lastPulledAtMs: null };
    const link = this.#link?.status() ?? { link: 'down', sinceMs: this.#startedAtMs, ...never };
    const isRescued = this.#settings.get('rescue') !== undefined;
    return { ...link, ...this.#chart.waiting(), ...(isRescued ? { isRescued } : {}) };
  }

  /** Tells the screens and the hub what is here and what is at the hospital, when it has changed. */
  #tellStatus(): void {
    if (this.#stopped) return;
    const status = this.#status();
    const text = JSON.stringify(status);
    if (text === this.#sentStatus) return;
    this.#sentStatus = text;
    this.#emit({ event: 'sync', status });
    const { lastConfirmedAtMs, waiting, parked } = status;
    const backlog = JSON.stringify({ waiting, parked });
    if (lastConfirmedAtMs !== this.#shownConfirmedAtMs && backlog !== this.#shownBacklog) {
      // What the hub has taken is now at the hospital, and the entries on the screen must say so. One
      // more chunk of a photograph changes no entry.
      this.#shownConfirmedAtMs = lastConfirmedAtMs;
      this.#emit({ event: 'chart-changed', patientId: null });
    }
    this.#shownBacklog = backlog;
    this.#link?.sendBacklog({ waiting, parked });
  }

  /** The hub did not answer about a call: the log says which code, and it is tried again. */
  #reportNotTold(error: unknown): void {
    if (!(error instanceof AppError)) this.#reportUnexpected(error, 'call');
    else this.#deps.log.info({ what: 'call', code: error.code }, 'not done yet');
  }

  #emit(event: KioskEvent): void {
    this.#port.send({ type: 'event', event });
  }

  /** Where it happened, without the message: that may quote a patient. */
  #reportUnexpected(error: unknown, where: string): void {
    const name = error instanceof Error ? error.name : typeof error;
    const frames =
      error instanceof Error ? error.stack?.split('\n').filter(line => /^\s+at /.test(line)) : [];
    this.#deps.log.error({ where, name, frames: frames?.slice(0, 6) }, 'unexpected failure');
  }
}
