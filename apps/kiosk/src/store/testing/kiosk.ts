import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import {
  assert,
  FromService,
  type KioskContract,
  type KioskEvent,
  type KioskRow,
  type RowRequest,
  type RowResponse,
  type RowResult,
  type Sample,
  type ToService,
} from '@shimabashi/contracts';
import { type ChartLog } from '@shimabashi/sync';
import { openChartLog } from '@shimabashi/sync/sqlite';
import { loadChartKey } from '../chart-key.ts';
import { readStoreConfig } from '../config.ts';
import { runStore } from '../run-store.ts';
import { StoreSettings } from '../settings.ts';
import { CHART, CLINIC, DOCTOR, MORNING_MS, NURSE, operationOf, OTHER_NURSE } from './people.ts';

/** A data folder of one kiosk, and its stores that come and go. */
export class TestKiosk {
  readonly dataDir = mkdtempSync(join(tmpdir(), 'shimabashi-store-'));
  /** Everything the store wrote to its log. */
  readonly logged: string[] = [];
  nowMs = MORNING_MS;
  readonly #damaged = Promise.withResolvers<void>();
  /** Resolves when a store has found its file damaged, and is gone. */
  readonly damaged = this.#damaged.promise;
  #running: { readonly store: RunningTestStore; readonly stop: () => void } | undefined;

  /** Starts the store; the one before, if any, has to have ended. */
  start(environment: Record<string, string> = {}): RunningTestStore {
    const read = readStoreConfig({ KIOSK_DATA_DIR: this.dataDir, KIOSK_BOOT_ID: BOOT_ID, ...environment });
    assert(read.ok, 'the settings of a test are right');
    const store = new RunningTestStore();
    const { stop } = runStore(store.port, read.config, {
      log: pino({ level: 'debug' }, { write: line => void this.logged.push(line) }),
      nowMs: () => this.nowMs,
      timers: {
        after(delayMs, callback) {
          const timer = setTimeout(callback, delayMs);
          return () => clearTimeout(timer);
        },
      },
      random: () => 0,
      onDamaged: () => {
        this.crash();
        this.#damaged.resolve();
      },
    });
    this.#running = { store, stop };
    return store;
  }

  /** Ends the store as a crash does: nothing is said, and what is not on the disk is gone. */
  crash(): void {
    this.#running?.stop();
    this.#running = undefined;
  }

  end(): void {
    this.crash();
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  /** Opens the chart beside no store: to prepare it, and to look at what is on the disk. */
  withChart<Result>(work: (chart: ChartLog, settings: StoreSettings) => Result): Result {
    const files = { keyFile: join(this.dataDir, 'chart.key'), databaseFile: this.databaseFile };
    const chart = openChartLog({ path: this.databaseFile, key: loadChartKey(files), newId: randomUUID });
    try {
      return work(chart, new StoreSettings(chart));
    } finally {
      chart.close();
    }
  }

  get databaseFile(): string {
    return join(this.dataDir, 'chart.db');
  }

  /** Enrolled long ago, with staff and a chart from the hub. */
  seed(): this {
    this.withChart((chart, settings) => {
      settings.set('enrolment', { deviceId: DEVICE_ID, clinicId: CLINIC.clinicId });
      settings.set('clinic', CLINIC);
      settings.set('staff', [NURSE, OTHER_NURSE, DOCTOR]);
      chart.applyPulled({
        epoch: HUB_EPOCH,
        versions: CHART.map((resource, index) => ({
          sequence: index + 1,
          operation: operationOf(resource, randomUUID()),
        })),
        nextSequence: CHART.length,
        more: false,
      });
    });
    return this;
  }
}

const DEVICE_ID = 'kiosk-1';
const BOOT_ID = 'b0075000-0000-4000-8000-000000000001';
export const NEXT_BOOT_ID = 'b0075000-0000-4000-8000-000000000002';
const HUB_EPOCH = 'e90c4000-0000-4000-8000-000000000001';

/** The shell's end of a store that runs in this process. */
export class RunningTestStore {
  readonly events: KioskEvent[] = [];
  /** Everything that it said to its shell. */
  readonly sent: FromService[] = [];
  readonly #listeners = new Set<() => void>();
  readonly #replies = new Map<number, (result: RowResult) => void>();
  #deliver: (message: unknown) => void = () => {};
  #lastId = 0;

  readonly port = {
    send: (message: FromService): void => this.#take(FromService.parse(structuredClone(message))),
    onMessage: (listener: (message: unknown) => void): void => void (this.#deliver = listener),
  };

  /** Sends anything at all, as a shell that has lost its mind would. */
  sendRaw(message: unknown): void {
    this.#deliver(message);
  }

  send(message: ToService): void {
    this.#deliver(structuredClone(message));
  }

  async ask(row: string, body: unknown): Promise<RowResult> {
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise(resolve => {
      this.#replies.set(id, resolve);
      this.send({ type: 'request', id, row, body });
    });
  }

  /** Asks a row that must succeed. */
  async get<Row extends KioskRow>(
    row: Row,
    body: RowRequest<KioskContract, Row>,
  ): Promise<RowResponse<KioskContract, Row>> {
    const result = await this.ask(row, body);
    if (!result.ok) throw new Error(`${row}: ${result.error.code} ${JSON.stringify(result.error.details)}`);
    return result.body as RowResponse<KioskContract, Row>;
  }

  /** The error code of a row that must fail. */
  async refusal(row: string, body: unknown): Promise<string> {
    const result = await this.ask(row, body);
    return result.ok ? 'answered' : result.error.code;
  }

  async signIn(practitionerId = 'nurse-1', pin = '2468'): Promise<void> {
    await this.get('session.sign-in', { practitionerId, pin });
  }

  /** Resolves at the first event, past or to come, that satisfies. */
  async until(wanted: (event: KioskEvent) => boolean): Promise<void> {
    if (this.events.some(wanted)) return;
    await new Promise<void>(resolve => {
      const look = (): void => {
        if (!this.events.some(wanted)) return;
        this.#listeners.delete(look);
        resolve();
      };
      this.#listeners.add(look);
    });
  }

  #take(message: FromService): void {
    this.sent.push(message);
    if (message.type === 'event') {
      this.events.push(message.event);
      for (const look of this.#listeners) look();
    }
    if (message.type === 'reply') {
      this.#replies.get(message.id)?.(message.result);
      this.#replies.delete(message.id);
    }
  }
}

/** A sample as the devices service sends it. */
export function sampleAt(receivedAtMs: number, change: Partial<Sample> = {}): Sample {
  return {
    sampleId: `oximeter:${receivedAtMs}`,
    deviceId: 'oximeter',
    parameter: 'SpO2',
    measured: { status: 'measured', value: 97 },
    unit: '%',
    quality: [],
    origin: 'live',
    deviceTime: null,
    receivedAtMs,
    sequence: 0,
    rawHex: '0161',
    ...change,
  };
}
