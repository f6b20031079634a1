import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import {
  assert,
  type FromService,
  type KioskContract,
  type KioskEvent,
  type KioskRow,
  type RowRequest,
  type RowResponse,
  type Sample,
  type ServiceName,
  type ServicePort,
  type Visit,
} from '@shimabashi/contracts';
import { type Broker, createBroker } from '../broker/index.ts';
import { type ServiceProcess } from '../broker/supervised-service.ts';
import { readAlarmConfig } from '../devices/alarm-config.ts';
import { readDevicesConfig } from '../devices/config.ts';
import { runDevices } from '../devices/run-devices.ts';
import { loadChartKey } from '../store/chart-key.ts';
import { readStoreConfig } from '../store/config.ts';
import { DeviceRecords } from '../store/device-records.ts';
import { runStore } from '../store/run-store.ts';
import { TestKiosk } from '../store/testing/kiosk.ts';
import { PATIENT } from '../store/testing/people.ts';

type Edges = Pick<Parameters<typeof runDevices>[2], 'openRadio' | 'hid' | 'listPorts'>;

/** A kiosk as it runs, but for its screens and its processes: broker, devices service and store. */
export class WholeKiosk {
  /** Everything that screens were told. */
  readonly events: KioskEvent[] = [];
  /** Everything that the devices service wrote to its log. */
  readonly logged: string[] = [];
  readonly #chart = new TestKiosk().seed();
  readonly #folder = mkdtempSync(join(tmpdir(), 'shimabashi-whole-'));
  readonly #edges: Edges;
  readonly #devicesFile: string;
  readonly #broker: Broker;
  readonly #running = new Map<ServiceName, { kill: () => void }>();
  readonly #watchers = new Set<() => void>();
  #storeBehindMs = 0;

  constructor(devices: readonly object[], edges: Edges = {}) {
    this.#edges = edges;
    this.#devicesFile = join(this.#folder, 'devices.json');
    writeFileSync(this.#devicesFile, JSON.stringify({ devices }));
    this.#broker = createBroker({
      startService: name => this.#start(name),
      nowMs: Date.now,
      timers: {
        after(ms, callback) {
          const timer = setTimeout(callback, ms);
          return () => clearTimeout(timer);
        },
      },
      reportUnexpected: error => {
        throw error;
      },
    });
    this.#broker.subscribe(event => {
      this.events.push(event);
      for (const look of this.#watchers) look();
    });
  }

  async get<Row extends KioskRow>(
    row: Row,
    body: RowRequest<KioskContract, Row>,
  ): Promise<RowResponse<KioskContract, Row>> {
    const result = await this.#broker.answer(row, body);
    if (!result.ok) throw new Error(`${row}: ${result.error.code} ${JSON.stringify(result.error.details)}`);
    return result.body as RowResponse<KioskContract, Row>;
  }

  async signIn(): Promise<void> {
    await this.#broker.started();
    await this.get('session.sign-in', { practitionerId: 'nurse-1', pin: '2468' });
  }

  /** How often a service was started, and is up. */
  startsOf(name: ServiceName): number {
    const said = this.events.findLast(event => event.event === 'service' && event.status.service === name);
    return said?.event === 'service' && said.status.state === 'up' ? said.status.starts : 0;
  }

  /** A nurse signs in, and has had the patient in front of her for so long. */
  async openVisit(agoMs = 0): Promise<Visit> {
    await this.#broker.started();
    this.#storeBehindMs = agoMs;
    await this.signIn();
    const asked = { operationId: randomUUID(), patientId: PATIENT.id, encounterId: null };
    const { visit } = await this.get('visits.open', asked);
    this.#storeBehindMs = 0;
    return visit;
  }

  /** Every sample that screens were told of, oldest first. */
  samples(): Sample[] {
    return this.events.flatMap(event => (event.event === 'samples' ? event.samples : []));
  }

  /** Resolves as soon as that can be found, now or later. */
  async until<Found>(look: () => Found | undefined): Promise<Found> {
    const found = look();
    if (found !== undefined) return found;
    return new Promise(resolve => {
      const again = () => {
        const later = look();
        if (later === undefined) return;
        this.#watchers.delete(again);
        resolve(later);
      };
      this.#watchers.add(again);
    });
  }

  /** Resolves when the store has that record on its disk. */
  async keptRecord(sampleId: string): Promise<void> {
    const { databaseFile: chartFile, dataDir } = this.#chart;
    const key = loadChartKey({ keyFile: join(dataDir, 'chart.key'), databaseFile: chartFile });
    for (;;) {
      const records = new DeviceRecords({ path: join(dataDir, 'devices.db'), key, nowMs: Date.now });
      const isKept = records.knownIds().includes(sampleId);
      records.close();
      if (isKept) return;
      await new Promise(resolve => setImmediate(resolve));
    }
  }

  /** Ends a service as a crash does; the broker starts it again. */
  crash(name: ServiceName): void {
    this.#running.get(name)?.kill();
  }

  async end(): Promise<void> {
    await this.#broker.stop();
    this.#chart.end();
    rmSync(this.#folder, { recursive: true });
  }

  #start(name: ServiceName): ServiceProcess {
    const started = inProcess(port => {
      if (name === 'devices') return this.#runDevices(port);
      if (name === 'store') return this.#runStore(port);
      port.send({ type: 'ready' });
      const ended = Promise.withResolvers<void>();
      port.onMessage(message => {
        if ((message as { type: string }).type === 'stop') ended.resolve();
      });
      return { ended: ended.promise, stop: ended.resolve };
    });
    this.#running.set(name, started);
    return started;
  }

  #runDevices(port: ServicePort) {
    const environment = { KIOSK_DEVICES_FILE: this.#devicesFile };
    const config = { ...readDevicesConfig(environment), alarms: readAlarmConfig({}) };
    const log = pino({ level: 'trace' }, { write: line => void this.logged.push(line) });
    return runDevices(port, config, { log, ...this.#edges });
  }

  #runStore(port: ServicePort) {
    const read = readStoreConfig({ KIOSK_DATA_DIR: this.#chart.dataDir, KIOSK_BOOT_ID: BOOT_ID });
    assert(read.ok, 'the settings of a test are right');
    return runStore(port, read.config, {
      log: pino({ level: 'silent' }),
      nowMs: () => Date.now() - this.#storeBehindMs,
      timers: { after: () => () => {} },
      random: () => 0,
      onDamaged: () => {},
    });
  }
}

const BOOT_ID = 'b0075000-0000-4000-8000-000000000003';

/** A service in this process, on a line that carries only what a process could send. */
function inProcess(
  run: (port: ServicePort) => { readonly ended: Promise<void>; stop(): void },
): ServiceProcess {
  let toService: (message: unknown) => void = () => {};
  let toShell: (message: unknown) => void = () => {};
  let onExit = () => {};
  const early: FromService[] = [];
  let isHeard = false;
  const running = run({
    send: message => {
      const copy = structuredClone(message);
      if (isHeard) toShell(copy);
      else early.push(copy);
    },
    onMessage: listener => (toService = listener),
  });
  void running.ended.then(() => onExit());
  return {
    send: message => queueMicrotask(() => toService(structuredClone(message))),
    onMessage: listener => {
      toShell = listener;
      isHeard = true;
      for (const message of early.splice(0)) listener(message);
    },
    onExit: listener => (onExit = listener),
    kill: () => running.stop(),
  };
}
