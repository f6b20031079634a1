import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '@shimabashi/contracts';
import { createResourceValidator } from '@shimabashi/clinical/validation';
import { type ChartLog, createReceipts } from '@shimabashi/sync';
import { openChartLog } from '@shimabashi/sync/sqlite';
import { type FastifyInstance } from 'fastify';
import { type Logger } from 'pino';
import { createAlertStore } from './alerts/alert-store.ts';
import { Alerts, type AlertsDeps } from './alerts/alerts.ts';
import { readLastBackup } from './backup/last-backup.ts';
import { CallDesk } from './calls/call-desk.ts';
import { Conflicts } from './chart/conflicts.ts';
import { HubWriter } from './chart/hub-writer.ts';
import { type ChartNews } from './chart/push.ts';
import { createChartReader } from './chart/read.ts';
import { type Clock } from './clock.ts';
import { type HubConfig } from './config.ts';
import { Consults } from './consult/consults.ts';
import { createCallStore } from './db/call-store.ts';
import { readOrCreateKey } from './db/encryption-key.ts';
import { createIdentityStore } from './db/identity-store.ts';
import { lockDataFolder, openHubDatabase } from './db/open-database.ts';
import { createHandlers } from './handlers.ts';
import { failureOf } from './http/rows.ts';
import { createServer, portOf } from './http/server.ts';
import { createDoctorSessions } from './identity/doctor-sessions.ts';
import { createKioskIdentities } from './identity/kiosk-identity.ts';
import { type ScryptParameters } from './identity/secrets.ts';
import { createMetrics, type HubMetrics } from './metrics.ts';
import { ClinicBoard } from './realtime/clinic-board.ts';
import { Consoles, type ConsolesDeps } from './realtime/consoles.ts';
import { Fleet } from './realtime/fleet.ts';
import { Links, type LinksDeps } from './realtime/links.ts';
import { createMediaParts } from './realtime/media-parts.ts';
import { applySeed, readSeedFile } from './seed.ts';

export interface Hub {
  readonly port: number;
  /** Closes listener, sockets and databases, in this order. */
  readonly stop: () => Promise<void>;
}

export interface HubDeps {
  readonly logger: Logger;
  readonly clock: Clock;
  readonly scrypt?: ScryptParameters;
}

/**
 * Opens the databases, applies the seed and listens.
 *
 * @throws AppError `CONFIG_INVALID` and what the databases throw; nothing is left open then.
 */
export async function startHub(config: HubConfig, deps: HubDeps): Promise<Hub> {
  const stores = openStores(config);
  try {
    if (config.seedFile !== undefined) {
      const seed = readSeedFile(config.seedFile);
      await applySeed({ ...deps, store: stores.store, seed, nowMs: deps.clock.nowMs });
    }
    return await listen(config, deps, stores);
  } catch (error) {
    stores.close();
    throw error;
  }
}

type Stores = ReturnType<typeof openStores>;

/** The two databases of a hub, open. Only one process at a time can have them. */
export function openStores(config: HubConfig) {
  const chartPath = join(config.dataDir, 'chart.db');
  const identityPath = join(config.dataDir, 'hub.db');
  try {
    mkdirSync(config.dataDir, { recursive: true, mode: 0o700 });
  } catch {
    throw new AppError('CONFIG_INVALID', 'HUB_DATA_DIR: cannot be created');
  }
  const key = readOrCreateKey(config.keyFile, [chartPath, identityPath].some(existsSync));
  const unlock = lockDataFolder(join(config.dataDir, 'hub.lock'));
  const closers = [unlock];
  const close = (): void => closers.toReversed().forEach(each => each());
  try {
    const db = openHubDatabase(identityPath, key);
    const store = createIdentityStore(db);
    closers.push(store.close);
    const log = openChartLog({ path: chartPath, key, newId: randomUUID });
    closers.push(() => log.close());
    const receipts = createReceipts(key);
    const own = { callStore: createCallStore(db), alertStore: createAlertStore(db) };
    return { store, ...own, log, receipts, close };
  } catch (error) {
    close();
    throw error;
  }
}

/** Wires the parts together. Who tells whom what changed is all in here. */
function wire(config: HubConfig, deps: HubDeps, stores: Stores) {
  const { store, callStore, log, receipts } = stores;
  const { logger, clock } = deps;
  const { nowMs } = clock;
  const reader = createChartReader({
    log,
    nowMs,
    onNotNoted: ({ actorId, action }) => logger.error({ actorId, action }, 'a reading is not in the audit'),
  });
  const badMessage: BadMessage = (door, from) => {
    metrics.badMessages.inc({ door });
    logger.error({ door, code: 'BAD_REQUEST', ...from }, 'message refused');
  };
  const realtime = createRealtime(
    deps,
    { store, log },
    {
      maySee: reader.maySee,
      badMessage,
      metrics: () => metrics,
      firstForDoctor: session => [...desk.firstForDoctor(session), ...alerts.firstForDoctor(session)],
      firstForKiosk: kiosk => [...desk.firstForKiosk(kiosk), ...alerts.firstForKiosk(kiosk)],
      presenceChanged: session => desk.presenceChanged(session),
      alerts: () => alerts,
    },
  );
  const { clinics, links, consoles } = realtime;
  const writing = {
    log,
    store,
    receipts,
    nowMs,
    validateResource: createResourceValidator().validate,
    reportUnexpected: (error: unknown) =>
      logger.error({ failure: failureOf(error) }, 'operation failed unexpectedly'),
    onAccepted: tellOfChart(realtime, log),
  };
  const shared = { ...writing, writer: new HubWriter(writing), clock };
  const parts = { callStore, links, consoles, waker: () => alerts };
  const desk: CallDesk = new CallDesk({ ...shared, ...parts });
  const alerts: Alerts = createAlerts(config, stores, { ...shared, realtime, metrics: () => metrics });
  const consults = new Consults({
    ...shared,
    onClosed: (encounterId, doctor) => desk.calls.visitClosed(encounterId, doctor),
  });
  const media = createMediaParts({
    settings: config.media,
    clock,
    logger,
    admission: desk.rooms,
    onBadMessage: why => badMessage('room', { why }),
    onRefused: () => metrics.signInsRefused.inc({ row: 'room.join', code: 'FORBIDDEN' }),
  });
  const metrics = createMetrics({
    sockets: () => ({ link: links.count, live: consoles.count }),
    media,
  });
  const { sessions, kiosks } = createIdentities(deps, store, realtime);
  const handlers = createHandlers({
    ...writing,
    writer: shared.writer,
    lastBackup: () => readLastBackup(config.dataDir),
    calls: desk.calls,
    callRooms: desk.rooms,
    consults,
    conflicts: new Conflicts(shared),
    sessions,
    kiosks,
    reader,
    clinics,
    metrics,
    alerts,
    onPushed: (kiosk, operations) =>
      alerts.takeOperations(kiosk, operations, kioskMs => links.toOurs(kiosk.deviceId, kioskMs)),
  });
  return { ...realtime, alerts, desk, metrics, media, sessions, kiosks, handlers };
}

function createIdentities(
  { clock, scrypt }: HubDeps,
  store: Stores['store'],
  { consoles, fleet }: { readonly consoles: Consoles; readonly fleet: Fleet },
) {
  const { nowMs } = clock;
  return {
    sessions: createDoctorSessions({
      store,
      nowMs,
      onEnded: tokenHash => consoles.sessionEnded(tokenHash),
      ...(scrypt === undefined ? {} : { scrypt }),
    }),
    kiosks: createKioskIdentities({
      store,
      nowMs,
      onEnrolled: ({ deviceId }) => fleet.enrolled(deviceId),
    }),
  };
}

type BadMessage = (door: 'link' | 'live' | 'room', from: Record<string, string>) => void;

/** The open sockets, and what is known of who is behind them. `late` is made after them. */
function createRealtime(
  { clock, logger }: HubDeps,
  { store, log }: Pick<Stores, 'store' | 'log'>,
  late: {
    readonly maySee: ConsolesDeps['maySee'];
    readonly badMessage: BadMessage;
    readonly metrics: () => HubMetrics;
    readonly firstForDoctor: ConsolesDeps['firstMessages'];
    readonly firstForKiosk: LinksDeps['firstMessages'];
    readonly presenceChanged: ConsolesDeps['onPresence'];
    readonly alerts: () => Alerts;
  },
) {
  const consoles: Consoles = new Consoles({
    clock,
    maySee: late.maySee,
    statuses: clinicIds => clinics.statuses(clinicIds),
    onSamplesRelayed: count => late.metrics().samplesRelayed.inc(count),
    onBadMessage: ({ staff }) => late.badMessage('live', { practitionerId: staff.practitionerId }),
    onDropped: () => late.metrics().consolesDropped.inc(),
    firstMessages: late.firstForDoctor,
    onPresence: late.presenceChanged,
  });
  const fleet = new Fleet({
    store,
    nowMs: clock.nowMs,
    onChange: clinicId => consoles.clinicChanged(clinicId),
    onNotSaved: error =>
      logger.error({ failure: failureOf(error) }, 'what was heard of a kiosk is not saved'),
  });
  const clinics = new ClinicBoard({ store, log, fleet });
  const links = new Links({
    clock,
    fleet,
    clinicsOf: patientId => log.clinicsOf(patientId),
    onSamples: message => {
      consoles.samples(message);
      late.alerts().holdSamples(message.patientId, message.samples);
    },
    onAlarm: (kiosk, bound, toOurs) => late.alerts().takeAlarm(kiosk, bound, toOurs),
    onLine: deviceId => late.alerts().lineChanged(deviceId),
    onLiveEnded: patientId => consoles.liveEnded(patientId),
    onBadMessage: ({ deviceId }) => late.badMessage('link', { deviceId }),
    firstMessages: late.firstForKiosk,
  });
  return { consoles, fleet, clinics, links };
}

function createAlerts(
  config: HubConfig,
  { store, alertStore }: Stores,
  deps: Pick<AlertsDeps, 'writer' | 'clock' | 'reportUnexpected'> & {
    readonly realtime: ReturnType<typeof createRealtime>;
    readonly metrics: () => HubMetrics;
  },
): Alerts {
  const { realtime, metrics, ...own } = deps;
  const { fleet, consoles, links } = realtime;
  return new Alerts({
    ...own,
    config,
    store: alertStore,
    identities: store,
    isHere: practitionerId => consoles.isHere(practitionerId),
    lineLostSinceMs: deviceId => fleet.lineLostSinceMs(deviceId),
    onChange: alert => {
      consoles.tellClinic(alert.clinicId, { type: 'alert', alert });
      links.tell(alert.kioskDeviceId, { type: 'alert', alert, hubTimeMs: own.clock.nowMs() });
    },
    onPushOutcome: outcome => metrics().pushes.inc({ outcome }),
  });
}

function tellOfChart(
  parts: {
    readonly clinics: ClinicBoard;
    readonly links: Links;
    readonly consoles: Consoles;
  },
  log: ChartLog,
): (news: ChartNews) => void {
  return news => {
    // A patient of two clinics is news to both.
    const patientIds = [...news.patientIds].filter(patientId => patientId !== null);
    const clinicIds = new Set([news.clinicId, ...patientIds.flatMap(id => log.clinicsOf(id))]);
    for (const clinicId of clinicIds) {
      parts.clinics.chartChanged(clinicId);
      parts.links.poke(clinicId, news.deviceId);
      parts.consoles.clinicChanged(clinicId);
    }
    parts.consoles.chartChanged(news);
  };
}

async function listen(config: HubConfig, deps: HubDeps, stores: Stores): Promise<Hub> {
  const { logger } = deps;
  const parts = wire(config, deps, stores);
  const checkStores = (): void => {
    stores.log.cursor();
    stores.store.practice();
  };
  let app: FastifyInstance | undefined;
  try {
    app = await createServer({ ...parts, config, logger, checkStores });
    await app.listen({ host: config.host, port: config.port });
  } catch (error) {
    parts.desk.stop();
    parts.consoles.stop();
    await app?.close();
    throw listenError(error);
  }
  const server = app;
  parts.media.workers.start();
  const port = portOf(server);
  parts.alerts.start(
    config.publicOrigins[0] ?? `${config.tls === undefined ? 'http' : 'https'}://localhost:${port}`,
  );
  logger.info({ host: config.host, port, practice: stores.store.practice()?.nameLatin }, 'hub is ready');
  return {
    port,
    stop: async () => {
      parts.desk.stop();
      parts.links.stop();
      parts.media.stop();
      parts.consoles.stop();
      await server.close();
      await parts.alerts.stop();
      parts.fleet.saveAll();
      stores.close();
      logger.info('hub has stopped');
    },
  };
}

function listenError(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') return new AppError('CONFIG_INVALID', 'HUB_PORT: is in use');
  if (code === 'EACCES') return new AppError('CONFIG_INVALID', 'HUB_PORT: may not be used by this account');
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    return new AppError('CONFIG_INVALID', 'HUB_HOST: is no address of this machine');
  }
  return error;
}
