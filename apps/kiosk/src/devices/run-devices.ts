import {
  answerRow,
  contractOf,
  type KioskEvent,
  type RowHandlers,
  type ServiceContract,
  type ServicePort,
  ToService,
} from '@shimabashi/contracts';
import {
  driverOf,
  type SupervisedDevice,
  Supervisor,
  type SupervisorClock,
  type SupervisorListener,
  systemClock,
} from '@shimabashi/vitals-drivers';
import { serialTransport, tcpTransport } from '@shimabashi/vitals-drivers/transports';
import { type Logger } from 'pino';
import { type DevicesConfig } from './config.ts';
import { LatestVitals } from './latest-vitals.ts';

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
  config: DevicesConfig,
  deps: { log: Logger; clock?: SupervisorClock; devices?: readonly SupervisedDevice[] },
): RunningDevices {
  const { log } = deps;
  const stopping = new AbortController();
  const latest = new LatestVitals();
  const devices = deps.devices ?? config.devices.map(supervisedDeviceOf);
  const supervisor = new Supervisor(devices, deps.clock ?? systemClock, listenerOf(port, latest, log));
  const contract = contractOf('devices');
  const handlers: RowHandlers<ServiceContract<'devices'>, null> = {
    'devices.list': () => ({ devices: supervisor.statuses() }),
    'vitals.latest': () => ({ samples: latest.all() }),
  };
  port.onMessage(raw => {
    const parsed = ToService.safeParse(raw);
    if (!parsed.success) {
      log.warn('a message of the shell does not fit and was left alone');
      return;
    }
    const message = parsed.data;
    if (message.type === 'stop') stopping.abort();
    if (message.type !== 'request') return; // Readings for the store come from here, and go there.
    void answerRow({
      contract,
      handlers,
      context: null,
      row: message.row,
      request: message.body,
      reportUnexpected: (error, row) => log.error({ kind: kindOf(error), row }, 'unexpected failure'),
    }).then(result => port.send({ type: 'reply', id: message.id, result }));
  });
  port.send({ type: 'ready' });
  log.info({ devices: devices.length }, 'devices service ready');
  const ended = supervisor.run(stopping.signal);
  return { ended, stop: () => stopping.abort() };
}

function listenerOf(port: ServicePort, latest: LatestVitals, log: Logger): SupervisorListener {
  const tell = (event: KioskEvent) => port.send({ type: 'event', event });
  return {
    onSamples: samples => {
      latest.take(samples);
      tell({ event: 'samples', samples });
    },
    onWaveform: block => tell({ event: 'waveform', block }),
    onStatus: device => {
      log.info({ deviceId: device.deviceId, state: device.state, badFrames: device.badFrames }, 'device');
      tell({ event: 'device', device });
    },
    onWithdrawn: deviceId => latest.withdraw(deviceId),
    onSessionFailed: (deviceId, error) => log.warn({ deviceId, code: error.code }, error.message),
  };
}

function supervisedDeviceOf(device: DevicesConfig['devices'][number]): SupervisedDevice {
  const { deviceId, name, protocol, transport } = device;
  const driver = driverOf(protocol);
  if (driver === undefined) throw new Error('Assertion failed: the configuration was checked');
  return {
    deviceId,
    name,
    driver,
    transport:
      transport.kind === 'tcp'
        ? tcpTransport(transport)
        : serialTransport({ path: transport.path, settings: driver.serial }),
  };
}

/** What kind of failure, without its text: that may quote a reading. */
function kindOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}
