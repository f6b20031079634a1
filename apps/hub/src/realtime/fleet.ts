import { type ClinicStatus } from '@shimabashi/contracts';
import { type Backlog, type EnrolledDevice, type IdentityStore } from '../db/identity-store.ts';

/** How old the saved "last heard" may grow while a kiosk is heard all the time, in milliseconds. */
const SAVE_EVERY_MS = 30_000;

type KioskStatus = ClinicStatus['kiosks'][number];

interface Kiosk {
  readonly clinicId: string;
  readonly status: KioskStatus;
  readonly savedAtMs: number;
}

/**
 * Every enrolled kiosk: whether its link is up, when it was last heard, what it said was waiting.
 * Kept across restarts, so that a hub that was down still says how old its picture is.
 */
export class Fleet {
  readonly #store: IdentityStore;
  readonly #nowMs: () => number;
  readonly #onChange: (clinicId: string) => void;
  readonly #onNotSaved: (error: unknown) => void;
  readonly #kiosks = new Map<string, Kiosk>();

  constructor(deps: {
    store: IdentityStore;
    nowMs: () => number;
    onChange: (clinicId: string) => void;
    /** What was heard could not be written down (a full disk). Links and live numbers go on. */
    onNotSaved: (error: unknown) => void;
  }) {
    this.#store = deps.store;
    this.#nowMs = deps.nowMs;
    this.#onChange = deps.onChange;
    this.#onNotSaved = deps.onNotSaved;
    for (const device of deps.store.devices()) this.#keep(device);
  }

  kiosksOf(clinicId: string): KioskStatus[] {
    return [...this.#kiosks.values()].filter(kiosk => kiosk.clinicId === clinicId).map(kiosk => kiosk.status);
  }

  /** Since when this kiosk's link is lost; null while it is up, or while there was none yet. */
  lineLostSinceMs(deviceId: string): number | null {
    const status = this.#kiosks.get(deviceId)?.status;
    return status?.link === 'down' ? status.sinceMs : null;
  }

  enrolled(deviceId: string): void {
    const device = this.#store.device(deviceId);
    if (device === undefined || this.#kiosks.has(deviceId)) return;
    this.#keep(device);
    this.#onChange(device.clinicId);
  }

  linkUp(deviceId: string): void {
    this.#update(deviceId, { link: 'up', sinceMs: this.#nowMs(), lastHeardAtMs: this.#nowMs() }, 'save');
  }

  linkDown(deviceId: string): void {
    this.#update(deviceId, { link: 'down', sinceMs: this.#nowMs() }, 'save');
  }

  heard(deviceId: string): void {
    this.#update(deviceId, { lastHeardAtMs: this.#nowMs() }, 'save-later');
  }

  backlog(deviceId: string, backlog: Backlog): void {
    this.#update(deviceId, { ...backlog, lastHeardAtMs: this.#nowMs() }, 'save-later');
  }

  /** Saves what has not been saved yet: before the hub ends. */
  saveAll(): void {
    for (const [deviceId, kiosk] of this.#kiosks) this.#save(deviceId, kiosk.status);
  }

  #keep(device: EnrolledDevice): void {
    const { deviceId, clinicId, name, lastHeardAtMs, backlog } = device;
    this.#kiosks.set(deviceId, {
      clinicId,
      status: {
        deviceId,
        name,
        link: lastHeardAtMs === null ? 'never' : 'down',
        sinceMs: lastHeardAtMs,
        lastHeardAtMs,
        waiting: backlog?.waiting ?? null,
        parked: backlog?.parked ?? null,
      },
      savedAtMs: this.#nowMs(),
    });
  }

  #update(deviceId: string, change: Partial<KioskStatus>, save: 'save' | 'save-later'): void {
    const kiosk = this.#kiosks.get(deviceId);
    if (kiosk === undefined) return;
    const status = { ...kiosk.status, ...change };
    const due = save === 'save' || this.#nowMs() - kiosk.savedAtMs >= SAVE_EVERY_MS;
    if (due) this.#save(deviceId, status);
    this.#kiosks.set(deviceId, { ...kiosk, status, savedAtMs: due ? this.#nowMs() : kiosk.savedAtMs });
    this.#onChange(kiosk.clinicId);
  }

  #save(deviceId: string, { lastHeardAtMs, waiting, parked }: KioskStatus): void {
    const backlog = waiting === null || parked === null ? null : { waiting, parked };
    try {
      this.#store.saveHeard(deviceId, { lastHeardAtMs, backlog });
    } catch (error) {
      this.#onNotSaved(error);
    }
  }
}
