import {
  type Alarm,
  type AlarmWatch,
  type Alert,
  type Call,
  type Clinic,
  type DeviceStatus,
  type DutyDoctor,
  isOfVisit,
  type KioskApi,
  type KioskEvent,
  type Parameter,
  type RowResult,
  type Sample,
  type ServiceName,
  type ServiceStatus,
  type SoundStatus,
  type StaffMember,
  type SyncStatus,
  type Visit,
  WAVEFORMS,
  type WaveformName,
} from '@shimabashi/contracts';
import { type PastValue, WaveformBuffer } from '@shimabashi/ui';
import { askPatiently, type Wait } from './ask.ts';

/** What is known of one parameter of the patient in front of the kiosk. */
export interface ParameterVitals {
  /** The newest sample; undefined when it was withdrawn. */
  readonly sample: Sample | undefined;
  /** Of a clock that is never set, so that a wall clock that jumps cannot make an old number new. */
  readonly arrivedAtMonotonicMs: number;
  /** The last number there was, for the small line. */
  readonly last: PastValue | undefined;
  /** A single measurement (a cuff's pulse rate) that a stream of another device does not take the place of. */
  readonly beside?: Pick<ParameterVitals, 'sample' | 'arrivedAtMonotonicMs'> | undefined;
}

/** Everything that the screens know without asking. Replaced as a whole on every change. */
export interface KioskSnapshot {
  /** `closed`: the right of this screen to ask is gone, it must be opened again. */
  readonly door: 'opening' | 'open' | 'lost' | 'closed';
  readonly doorSinceMs: number;
  /** Undefined until the store has answered. */
  readonly nurse: StaffMember | null | undefined;
  readonly clinic: Clinic | null;
  readonly visit: Visit | null | undefined;
  readonly sync: SyncStatus | undefined;
  readonly services: Readonly<Partial<Record<ServiceName, ServiceStatus>>>;
  readonly devices: ReadonlyMap<string, DeviceStatus>;
  readonly vitals: ReadonlyMap<Parameter, ParameterVitals>;
  /** Every alarm that is not resolved. */
  readonly alarms: readonly Alarm[];
  /** Whether values are judged at all; undefined until the kiosk has said so. */
  readonly alarmWatch: AlarmWatch | undefined;
  /** The hub's side of the alarms, by alarm id. */
  readonly alerts: ReadonlyMap<string, Alert>;
  readonly sound: SoundStatus | undefined;
  /** The call that rings or runs, or the one that ended last. */
  readonly call: Call | null;
  readonly doctors: readonly DutyDoctor[];
  /** Grows when what was read of the chart must be read again. */
  readonly chartRevision: number;
}

export interface KioskClock {
  readonly nowMs: () => number;
  readonly monotonicMs: () => number;
}

/** Ten seconds and more of a pleth at 75 Hz, or an ECG at 500: a sweep of the widest screen at 25 mm/s. */
const WAVEFORM_SAMPLES = { pleth: 4_096, ecg: 8_192 } as const;

/**
 * The state of the kiosk as its screens see it: events in, one immutable snapshot out.
 *
 * Laws: nothing of one patient is left when another one is opened; what a device that is not
 * connected said is withdrawn at once; while the events door is lost nothing is live.
 */
export class KioskModel {
  readonly waveforms: Readonly<Record<WaveformName, WaveformBuffer>> = {
    pleth: new WaveformBuffer(WAVEFORM_SAMPLES.pleth),
    ecg: new WaveformBuffer(WAVEFORM_SAMPLES.ecg),
  };
  readonly #api: KioskApi;
  readonly #clock: KioskClock;
  readonly #wait: Wait | undefined;
  readonly #listeners = new Set<() => void>();
  #snapshot: KioskSnapshot;
  readonly #eventListeners = new Set<(event: KioskEvent) => void>();
  #eventsSeen = { session: 0, visit: 0, sync: 0, call: 0, duty: 0 };
  #stopReading = new AbortController();

  constructor(api: KioskApi, clock: KioskClock, wait?: Wait) {
    this.#api = api;
    this.#clock = clock;
    this.#wait = wait;
    this.#snapshot = {
      door: 'opening',
      doorSinceMs: clock.nowMs(),
      nurse: undefined,
      clinic: null,
      visit: undefined,
      sync: undefined,
      services: {},
      devices: new Map(),
      vitals: new Map(),
      alarms: [],
      alarmWatch: undefined,
      alerts: new Map(),
      sound: undefined,
      call: null,
      doctors: [],
      chartRevision: 0,
    };
  }

  /** Begins to listen and to read. Returns the function that ends both. */
  start(): () => void {
    const unsubscribe = this.#api.subscribe({
      onEvent: event => this.take(event),
      onDoor: state => this.#doorChanged(state),
    });
    this.#readAll();
    return () => {
      unsubscribe();
      this.#stopReading.abort();
    };
  }

  readonly snapshot = (): KioskSnapshot => this.#snapshot;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Marks what was read of the chart as old, so that the screens read again. */
  readonly chartChanged = (): void => {
    this.#change({ chartRevision: this.#snapshot.chartRevision + 1 });
  };

  /** Told by every row that was refused because this screen must be opened again. */
  readonly doorClosed = (): void => {
    this.#stopReading.abort();
    this.#change({ door: 'closed', doorSinceMs: this.#clock.nowMs() });
  };

  /** Passes every event on as well, to whoever sends the live numbers on, until the returned function is called. */
  readonly listen = (listener: (event: KioskEvent) => void): (() => void) => {
    this.#eventListeners.add(listener);
    return () => this.#eventListeners.delete(listener);
  };

  /** Takes one event of the kiosk. */
  take(event: KioskEvent): void {
    const passedOn = this.#passedOn(event);
    if (passedOn !== undefined) for (const listener of this.#eventListeners) listener(passedOn);
    switch (event.event) {
      case 'samples':
        return this.#takeSamples(event.samples);
      case 'device-removed':
        return this.#forgetDevice(event.deviceId);
      case 'waveform':
        // Straight to the buffer that is drawn from: no screen renders for it.
        return this.waveforms[event.block.waveform].append(event.block);
      case 'device':
        return this.#takeDevice(event.device);
      case 'service':
        return this.#takeService(event.status);
      case 'sync':
        this.#eventsSeen.sync += 1;
        return this.#change({ sync: event.status });
      case 'visit':
        this.#eventsSeen.visit += 1;
        return this.#takeVisit(event.visit);
      case 'session':
        this.#eventsSeen.session += 1;
        this.#change({ nurse: event.nurse });
        return this.#read('visit');
      case 'chart-changed':
        return this.chartChanged();
      case 'alarms':
        return this.#change({
          alarms: event.alarms.filter(alarm => alarm.state !== 'resolved'),
          alarmWatch: event.watch,
        });
      case 'alert':
        return this.#change({
          alerts: new Map(this.#snapshot.alerts).set(event.alert.alertId, event.alert),
        });
      case 'sound':
        return this.#change({ sound: event.sound });
      case 'call':
        this.#eventsSeen.call += 1;
        return this.#change({ call: event.call });
      case 'duty':
        this.#eventsSeen.duty += 1;
        return this.#change({ doctors: event.doctors });
    }
  }

  /** What may leave this screen: of single measurements only those of this patient. */
  #passedOn(event: KioskEvent): KioskEvent | undefined {
    // A cuff that goes to sleep ends nothing of what others say.
    if (event.event === 'device') return event.device.gives === 'spot' ? undefined : event;
    if (event.event !== 'samples') return event;
    const { visit } = this.#snapshot;
    const samples = event.samples.filter(
      sample => sample.measuredAtMs === undefined || (visit && isOfVisit(sample, visit)),
    );
    return samples.length === 0 ? undefined : { event: 'samples', samples };
  }

  #takeSamples(samples: readonly Sample[]): void {
    const { visit, devices } = this.#snapshot;
    const vitals = new Map(this.#snapshot.vitals);
    for (const sample of samples) {
      const known = vitals.get(sample.parameter);
      // What came, or was measured, before this patient was opened is somebody else's.
      if (visit && !isOfVisit(sample, visit)) continue;
      const isSpot = sample.measuredAtMs !== undefined;
      const isGone = devices.get(sample.deviceId)?.state !== 'connected' && devices.has(sample.deviceId);
      // A single measurement outlives its connection, and needs somebody whose it is.
      if (isSpot ? !visit : isGone) continue;
      const arrived = { sample, arrivedAtMonotonicMs: this.#clock.monotonicMs() };
      const streams = known?.sample !== undefined && known.sample.measuredAtMs === undefined;
      if (isSpot && streams) {
        vitals.set(sample.parameter, { ...known, beside: arrived });
        continue;
      }
      const waits = !isSpot && known?.sample?.measuredAtMs !== undefined;
      vitals.set(sample.parameter, {
        ...arrived,
        last:
          sample.measured.status === 'measured'
            ? { value: sample.measured.value, atMs: sample.measuredAtMs ?? sample.receivedAtMs }
            : known?.last,
        beside: isSpot ? undefined : waits ? known : known?.beside,
      });
    }
    this.#change({ vitals });
  }

  #takeDevice(device: DeviceStatus): void {
    const devices = new Map(this.#snapshot.devices).set(device.deviceId, device);
    if (device.state === 'connected' || device.gives === 'spot') return this.#change({ devices });
    this.#clearWaveforms();
    this.#change({ devices, vitals: this.#withdrawn(sample => sample.deviceId === device.deviceId) });
  }

  /** Its numbers went when it was let go; single measurements of it are vouched for by nobody now. */
  #forgetDevice(deviceId: string): void {
    const devices = new Map(this.#snapshot.devices);
    devices.delete(deviceId);
    this.#change({ devices });
  }

  #takeService(status: ServiceStatus): void {
    const services = { ...this.#snapshot.services, [status.service]: status };
    if (status.service === 'store') {
      this.#change({ services });
      if (status.state === 'up') this.#readAll();
      return;
    }
    if (status.service === 'sound') return this.#change({ services });
    if (status.state === 'up') {
      this.#change({ services });
      return this.#read('devices');
    }
    this.#clearWaveforms();
    this.#change({ services, vitals: this.#withdrawn(() => true) });
  }

  #takeVisit(visit: Visit | null): void {
    const before = this.#snapshot.visit;
    if (before?.encounterId === visit?.encounterId && before?.openedAtMs === visit?.openedAtMs) {
      return this.#change({ visit });
    }
    // Another patient, or nobody: nothing of the one before may stand on the screen.
    this.#clearWaveforms();
    this.#change({ visit, vitals: new Map() });
    // What was measured before this screen was opened anew, and waits to be confirmed.
    if (visit !== null) this.#read('spots');
  }

  #doorChanged(state: 'open' | 'lost'): void {
    if (this.#snapshot.door === 'closed') return;
    if (state === 'open') {
      this.#change({ door: 'open', doorSinceMs: this.#clock.nowMs() });
      return this.#readAll();
    }
    if (this.#snapshot.door === 'lost') return;
    this.#clearWaveforms();
    this.#change({
      door: 'lost',
      doorSinceMs: this.#clock.nowMs(),
      vitals: this.#withdrawn(() => true),
    });
    // A door that is shut for good says so to a row, not to the socket.
    this.#read('services');
  }

  /** A single measurement stands for itself: it stays until it is too old to be vouched for. */
  #withdrawn(isGone: (sample: Sample) => boolean): ReadonlyMap<Parameter, ParameterVitals> {
    return new Map(
      [...this.#snapshot.vitals].map(([parameter, vitals]) => [
        parameter,
        vitals.sample !== undefined && vitals.sample.measuredAtMs === undefined && isGone(vitals.sample)
          ? { ...vitals, sample: undefined, ...vitals.beside, beside: undefined }
          : vitals,
      ]),
    );
  }

  #clearWaveforms(): void {
    for (const name of Object.keys(WAVEFORMS) as WaveformName[]) this.waveforms[name].clear();
  }

  /** Reads everything anew: at the start, and whenever events may have been missed. */
  #readAll(): void {
    this.#stopReading.abort();
    this.#stopReading = new AbortController();
    this.chartChanged();
    for (const what of READ_ROWS) this.#read(what);
  }

  #read(what: (typeof READ_ROWS)[number] | 'spots'): void {
    switch (what) {
      case 'alerts':
        return this.#ask('alerts.list', ({ alerts }) =>
          // What an event said in the meantime is newer.
          this.#change({
            alerts: new Map([
              ...alerts.map(alert => [alert.alertId, alert] as const),
              ...this.#snapshot.alerts,
            ]),
          }),
        );
      case 'session': {
        const seen = this.#eventsSeen.session;
        return this.#ask('session.current', ({ nurse, clinic }) =>
          this.#change(seen === this.#eventsSeen.session ? { nurse, clinic } : { clinic }),
        );
      }
      case 'visit': {
        const seen = this.#eventsSeen.visit;
        return this.#ask('visits.current', ({ visit }) => {
          if (seen === this.#eventsSeen.visit) this.#takeVisit(visit);
        });
      }
      case 'sync': {
        const seen = this.#eventsSeen.sync;
        return this.#ask('sync.status', sync => {
          if (seen === this.#eventsSeen.sync) this.#change({ sync });
        });
      }
      case 'call': {
        const seen = this.#eventsSeen.call;
        return this.#ask('calls.current', ({ call }) => {
          if (seen === this.#eventsSeen.call) this.#change({ call });
        });
      }
      case 'duty': {
        const seen = this.#eventsSeen.duty;
        return this.#ask('duty.list', ({ doctors }) => {
          if (seen === this.#eventsSeen.duty) this.#change({ doctors });
        });
      }
      case 'spots':
        return this.#ask('vitals.latest', ({ samples }) =>
          this.#takeSamples(samples.filter(({ measuredAtMs }) => measuredAtMs !== undefined)),
        );
      case 'services':
        return this.#ask('services.status', ({ services }) =>
          this.#change({
            services: Object.fromEntries(services.map(status => [status.service, status])),
          }),
        );
      case 'devices':
        return this.#ask('devices.list', ({ devices }) =>
          this.#change({ devices: new Map(devices.map(device => [device.deviceId, device])) }),
        );
    }
  }

  #ask<Row extends ReadRow>(row: Row, take: (body: RowBody<Row>) => void): void {
    const { signal } = this.#stopReading;
    const ask = () => this.#api[row]({}) as Promise<RowResult<RowBody<Row>>>;
    const options = this.#wait === undefined ? { signal } : { signal, wait: this.#wait };
    void askPatiently(ask, options).then(result => {
      if (signal.aborted) return;
      if (result.ok) take(result.body);
      else if (result.error.code === 'DOOR_CLOSED') this.doorClosed();
      else if (row === 'visits.current') this.#takeVisit(null);
    });
  }

  #change(change: Partial<KioskSnapshot>): void {
    this.#snapshot = { ...this.#snapshot, ...change };
    for (const listener of this.#listeners) listener();
  }
}

/** What is read anew when events may have been missed; alarms and sound come with every new door. */
const READ_ROWS = ['session', 'visit', 'sync', 'services', 'devices', 'alerts', 'call', 'duty'] as const;
type ReadRow =
  | 'session.current'
  | 'visits.current'
  | 'sync.status'
  | 'services.status'
  | 'devices.list'
  | 'vitals.latest'
  | 'alerts.list'
  | 'calls.current'
  | 'duty.list';
type RowBody<Row extends ReadRow> = Extract<Awaited<ReturnType<KioskApi[Row]>>, { ok: true }>['body'];
