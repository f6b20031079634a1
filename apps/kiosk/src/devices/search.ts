import { createHash } from 'node:crypto';
import { type DeviceWay, type EnrolledPlace, type FoundDevice } from '@shimabashi/contracts';
import {
  type Advertisement,
  bondsFirst,
  type GattLink,
  gattDriversOf,
  hidDriversOf,
  type SupervisorClock,
} from '@shimabashi/vitals-drivers';
import { type HidLibrary } from '@shimabashi/vitals-drivers/hid';
import { type ListPorts } from '@shimabashi/vitals-drivers/transports';

/** A found device, and where it is found again. */
export interface Candidate {
  readonly found: FoundDevice;
  readonly place: EnrolledPlace;
  /** What is known of it before it is connected to, for devices on USB. */
  readonly manufacturer: string | null;
  readonly model: string | null;
  readonly serialNumber: string | null;
}

/** The outermost edges of looking: what is native or of this machine. */
export interface SearchEdges {
  readonly radio: () => GattLink;
  readonly hid: Pick<HidLibrary, 'devices'>;
  readonly listPorts: ListPorts;
}

/** It is looked for so long after the last asking, in milliseconds: a page that was closed asks no more. */
const LOOKED_AFTER_MS = 6_000;
/** How often plugged devices are listed, in milliseconds. */
const LIST_EVERY_MS = 2_000;
/** A Bluetooth device that was not heard for so long is out of reach, or sleeps, in milliseconds. */
const HEARD_WITHIN_MS = 30_000;
const FOUND_MAX = 64;

/**
 * What is in reach of this kiosk and speaks what we read: Bluetooth devices by what they advertise, USB
 * meters and serial adapters by what the machine lists. It connects to nothing.
 */
export class Search {
  readonly #edges: SearchEdges;
  readonly #clock: SupervisorClock;
  readonly #plugged = new Map<DeviceWay, readonly Candidate[]>();
  readonly #heard = new Map<string, { candidate: Candidate; atMs: number }>();
  readonly #unavailable = new Set<DeviceWay>();
  #looking: AbortController | undefined;
  #cancelEnd = () => {};

  constructor(edges: SearchEdges, clock: SupervisorClock) {
    this.#edges = edges;
    this.#clock = clock;
  }

  /** Looks on, and gives what was found so far. */
  look(): { candidates: readonly Candidate[]; unavailable: DeviceWay[] } {
    this.#cancelEnd();
    this.#cancelEnd = this.#clock.after(LOOKED_AFTER_MS, () => this.stop());
    if (this.#looking === undefined) this.#begin();
    return { candidates: this.#candidates(), unavailable: [...this.#unavailable] };
  }

  find(foundId: string): Candidate | undefined {
    return this.#candidates().find(({ found }) => found.foundId === foundId);
  }

  stop(): void {
    this.#cancelEnd();
    this.#looking?.abort();
    this.#looking = undefined;
  }

  #candidates(): Candidate[] {
    const sinceMs = this.#clock.nowMs() - HEARD_WITHIN_MS;
    for (const [foundId, { atMs }] of this.#heard) if (atMs < sinceMs) this.#heard.delete(foundId);
    const heard = [...this.#heard.values()].map(({ candidate }) => candidate);
    return [...heard, ...[...this.#plugged.values()].flat()].slice(0, FOUND_MAX);
  }

  #begin(): void {
    const looking = new AbortController();
    this.#looking = looking;
    this.#heard.clear();
    this.#unavailable.clear();
    void this.#listen(looking.signal);
    void this.#list(looking.signal);
  }

  async #listen(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.#edges.radio().scan({}, advertisement => this.#hear(advertisement), signal);
      } catch {
        // No radio, or it went: whoever looks is told so, and looks for the others. It may be plugged in yet.
        this.#unavailable.add('bluetooth');
        await this.#pause(signal);
      }
    }
  }

  #hear(advertisement: Advertisement): void {
    const candidate = ofBluetooth(advertisement);
    this.#unavailable.delete('bluetooth');
    if (candidate === undefined) return;
    this.#heard.set(candidate.found.foundId, { candidate, atMs: this.#clock.nowMs() });
  }

  async #list(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await Promise.all([
        this.#take('usb', async () => (await this.#edges.hid.devices()).flatMap(ofUsb)),
        this.#take('serial', async () => (await this.#edges.listPorts()).map(ofPort)),
      ]);
      await this.#pause(signal);
    }
  }

  async #take(way: DeviceWay, list: () => Promise<Candidate[]>): Promise<void> {
    try {
      this.#plugged.set(way, await list());
      this.#unavailable.delete(way);
    } catch {
      this.#plugged.delete(way);
      this.#unavailable.add(way);
    }
  }

  #pause(signal: AbortSignal): Promise<void> {
    return new Promise(resolve => {
      const end = () => {
        cancel();
        signal.removeEventListener('abort', end);
        resolve();
      };
      const cancel = this.#clock.after(LIST_EVERY_MS, end);
      signal.addEventListener('abort', end, { once: true });
    });
  }
}

/** Devices that say what they are; who does not may be anybody's headphones. */
function ofBluetooth({ identity, name, services, rssi }: Advertisement): Candidate | undefined {
  const protocols = gattDriversOf(services).map(({ protocol }) => protocol);
  if (protocols.length === 0) return undefined;
  const { address } = identity;
  const place = { kind: 'gatt', address, bondFirst: bondsFirst(name) } as const;
  const found = { name: shown(name), identity: address, protocols, rssi };
  return candidateOf('bluetooth', place, found, {});
}

function ofUsb(device: Awaited<ReturnType<HidLibrary['devices']>>[number]): Candidate[] {
  const drivers = hidDriversOf(device);
  const [driver] = drivers;
  if (driver === undefined) return [];
  const serialNumber = shown(device.serialNumber);
  const place = { kind: 'hid', ...(serialNumber === null ? {} : { serialNumber }) } as const;
  const model = shown(device.product);
  const found = {
    name: model,
    identity: serialNumber ?? driver.protocol,
    protocols: drivers.map(({ protocol }) => protocol),
    rssi: null,
  };
  return [
    candidateOf('usb', place, found, { manufacturer: shown(device.manufacturer), model, serialNumber }),
  ];
}

function ofPort({ path, manufacturer }: Awaited<ReturnType<ListPorts>>[number]): Candidate {
  const found = { name: shown(manufacturer), identity: path, protocols: [], rssi: null };
  // The number is the adapter's: what hangs on it says who it is by what it measures.
  return candidateOf('serial', { kind: 'serial', path }, found, {});
}

function candidateOf(
  way: DeviceWay,
  place: EnrolledPlace,
  found: Omit<FoundDevice, 'foundId' | 'way'>,
  facts: Partial<Pick<Candidate, 'manufacturer' | 'model' | 'serialNumber'>>,
): Candidate {
  const key = `${way} ${found.identity}`;
  const foundId = `${way}-${createHash('sha256').update(key).digest('hex').slice(0, 16)}`;
  return {
    found: { foundId, way, ...found },
    place,
    manufacturer: facts.manufacturer ?? null,
    model: facts.model ?? null,
    serialNumber: facts.serialNumber ?? null,
  };
}

/** A device may say anything: only what people write is shown. */
function shown(said: string | null | undefined): string | null {
  const text = (said ?? '').replaceAll(/\p{C}/gu, '').trim().slice(0, 80);
  return text === '' ? null : text;
}
