import {
  answerRow,
  assert,
  contractOf,
  type KioskEvent,
  type RowHandlers,
  type ServiceContract,
  type ServicePort,
  ToService,
} from '@shimabashi/contracts';
import {
  type GattFacts,
  type SupervisedDevice,
  Supervisor,
  type SupervisorClock,
  type SupervisorListener,
  systemClock,
} from '@shimabashi/vitals-drivers';
import { type HidLibrary, nodeHid } from '@shimabashi/vitals-drivers/hid';
import { listSerialPorts, type ListPorts } from '@shimabashi/vitals-drivers/transports';
import { type Logger } from 'pino';
import { type AlarmConfig } from './alarm-config.ts';
import { AlarmWatch } from './alarm-watch.ts';
import { type DeviceConfig, type DevicesConfig } from './config.ts';
import { DeviceBoard } from './device-board.ts';
import { enrolledDevice } from './enrolled-device.ts';
import { Enrolment } from './enrolment.ts';
import { LatestVitals } from './latest-vitals.ts';
import { Lines } from './lines.ts';
import { type OpenRadio } from './radio.ts';
import { RawLogs } from './raw-logs.ts';
import { RecordKeeper } from './record-keeper.ts';
import { Search } from './search.ts';
import { StoreLine } from './store-line.ts';

export interface RunningDevices {
  /** Ends when the service was stopped; fails with the first bug. */
  readonly ended: Promise<void>;
  stop(): void;
}

/**
 * Runs the devices service on a line to its shell: reads every enrolled device, tells what it
 * measures as events, and answers the contract's rows of `devices`.
 */
export function runDevices(
  port: ServicePort,
  config: DevicesConfig & { readonly alarms: AlarmConfig },
  deps: {
    log: Logger;
    clock?: SupervisorClock;
    /** Of a clock that is never set; that of the process if none is given. */
    monotonicMs?: () => number;
    devices?: readonly SupervisedDevice[];
  } & Edges,
): RunningDevices {
  const { log, clock = systemClock, monotonicMs = () => performance.now() } = deps;
  const tell = (event: KioskEvent) => port.send({ type: 'event', event });
  const alarms = new AlarmWatch({ config: config.alarms, clock, monotonicMs, tell });
  const stopping = new AbortController();
  const latest = new LatestVitals(() => clock.nowMs());
  const lines = new Lines(config, {
    clock,
    openRadio: deps.openRadio,
    hid: deps.hid,
    onRefused: refusedAt => log.warn({ port: refusedAt }, 'a call from an address that is not enrolled'),
  });
  const store = new StoreLine(message => port.send(message), clock);
  const keeper = new RecordKeeper(store, clock, stopping.signal);
  const rawLogs = new RawLogs(store, clock, (deviceId, error) =>
    log.warn({ deviceId, kind: kindOf(error) }, 'what crossed a line was not kept'),
  );
  const { timeZone } = config;
  const board = new DeviceBoard({ has: deviceId => enrolment.has(deviceId) });
  const tellFacts = (deviceId: string) => {
    const status = supervisor.statuses().find(each => each.deviceId === deviceId);
    if (status !== undefined) tell({ event: 'device', device: board.told(status) });
  };
  const onFacts = (deviceId: string, facts: GattFacts) => {
    board.learn(deviceId, facts);
    tellFacts(deviceId);
  };
  const deviceOf = (device: DeviceConfig) =>
    enrolledDevice(device, { lines, keeper, rawLogs, onFacts, timeZone });
  const devices = deps.devices ?? config.devices.map(deviceOf);
  const supervisor = new Supervisor(
    devices,
    clock,
    listenerOf(tell, { latest, alarms, keeper, board, log, tellFacts }),
  );
  const enrolment: Enrolment = new Enrolment({
    store,
    lines,
    clock,
    configured: config.devices,
    search: searchOf(lines, deps, clock),
    deviceOf: (device, told) =>
      enrolledDevice(device, { lines, keeper, onFacts: (_, facts) => told(facts), timeZone }),
    onBug: error => log.error({ kind: kindOf(error) }, 'a trial of a device failed'),
    onUnknown: deviceId => log.warn({ deviceId }, 'an enrolled device cannot be read by this release'),
    onEnrolled: device => supervisor.add(deviceOf(device)),
    onRemoved: async deviceId => {
      await supervisor.remove(deviceId);
      latest.forget(deviceId);
      board.forget(deviceId);
      tell({ event: 'device-removed', deviceId });
    },
  });
  const handlers = rowsOf({ supervisor, board, latest, enrolment });
  port.onMessage(raw => takeMessage(raw, { port, handlers, alarms, store, stopping, log }));
  port.send({ type: 'ready' });
  log.info({ devices: devices.length }, 'devices service ready');
  void enrolment.load(stopping.signal);
  const run = async () => {
    try {
      await supervisor.run(stopping.signal);
    } finally {
      alarms.stop();
      await enrolment.stop();
      rawLogs.end();
      await lines.close();
    }
  };
  const ended = run();
  return { ended, stop: () => stopping.abort() };
}

/** A message of the shell; what is none is left alone. */
function takeMessage(
  raw: unknown,
  to: {
    readonly port: ServicePort;
    readonly handlers: RowHandlers<ServiceContract<'devices'>, null>;
    readonly alarms: AlarmWatch;
    readonly store: StoreLine;
    readonly stopping: AbortController;
    readonly log: Logger;
  },
): void {
  const { port, handlers, alarms, store, stopping, log } = to;
  const parsed = ToService.safeParse(raw);
  if (!parsed.success) {
    log.warn('a message of the shell does not fit and was left alone');
    return;
  }
  const message = parsed.data;
  if (message.type === 'stop') stopping.abort();
  if (message.type === 'alarms') alarms.restore(message.alarms);
  if (message.type === 'alarm-answer') alarms.answer(message.answer);
  if (message.type === 'answer') store.take(message);
  if (message.type !== 'request') return; // Readings for the store come from here, and go there.
  void answerRow({
    contract: contractOf('devices'),
    handlers,
    context: null,
    row: message.row,
    request: message.body,
    reportUnexpected: (error, row) => log.error({ kind: kindOf(error), row }, 'unexpected failure'),
  }).then(result => port.send({ type: 'reply', id: message.id, result }));
}

/** Bluetooth, USB HID and the list of serial adapters; those of this machine if none are given. */
interface Edges {
  readonly openRadio?: OpenRadio;
  readonly hid?: HidLibrary;
  readonly listPorts?: ListPorts;
}

function searchOf(
  lines: Lines,
  { hid = nodeHid, listPorts = listSerialPorts }: Edges,
  clock: SupervisorClock,
) {
  return new Search({ radio: () => lines.radio(), hid, listPorts }, clock);
}

function rowsOf(of: {
  readonly supervisor: Supervisor;
  readonly board: DeviceBoard;
  readonly latest: LatestVitals;
  readonly enrolment: Enrolment;
}): RowHandlers<ServiceContract<'devices'>, null> {
  const { supervisor, board, latest, enrolment } = of;
  const told = () => supervisor.statuses().map(status => board.told(status));
  return {
    'devices.list': () => ({ devices: told() }),
    'vitals.latest': () => ({ samples: latest.all() }),
    'devices.search': () => enrolment.search(),
    'devices.try': async request => {
      await enrolment.try(request);
      return {};
    },
    'devices.enrol': async request => {
      const { deviceId } = await enrolment.enrol(request);
      const device = told().find(each => each.deviceId === deviceId);
      assert(device !== undefined, 'what was enrolled is read');
      return { device };
    },
    'devices.remove': async request => {
      await enrolment.remove(request);
      return {};
    },
  };
}

interface Told {
  readonly latest: LatestVitals;
  readonly alarms: AlarmWatch;
  readonly keeper: RecordKeeper;
  readonly board: DeviceBoard;
  readonly log: Logger;
  /** What is known of a device has changed. */
  readonly tellFacts: (deviceId: string) => void;
}

function listenerOf(
  tell: (event: KioskEvent) => void,
  { latest, alarms, keeper, board, log, tellFacts }: Told,
): SupervisorListener {
  return {
    onSamples: all => {
      // What a memory holds and no time can be told of is nobody's: no screen has a place for it.
      const samples = all.filter(
        sample => (sample.origin === 'live' || sample.measuredAtMs !== undefined) && !keeper.isKnown(sample),
      );
      if (samples.length === 0) return;
      latest.take(samples);
      tell({ event: 'samples', samples });
      // A single measurement is not watched: silence after it means nothing.
      alarms.take(samples.filter(({ measuredAtMs }) => measuredAtMs === undefined));
    },
    onWaveform: block => tell({ event: 'waveform', block }),
    onStatus: device => {
      log.info({ deviceId: device.deviceId, state: device.state, badFrames: device.badFrames }, 'device');
      tell({ event: 'device', device: board.told(device) });
    },
    onClock: (deviceId, offsetMs) => {
      board.learnClock(deviceId, offsetMs);
      tellFacts(deviceId);
    },
    onWithdrawn: deviceId => {
      latest.withdraw(deviceId);
      alarms.withdraw(deviceId);
    },
    onSessionFailed: (deviceId, error) => log.warn({ deviceId, code: error.code }, error.message),
  };
}

/** What kind of failure, without its text: that may quote a reading. */
function kindOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}
