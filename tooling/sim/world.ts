import { type Operation } from '@shimabashi/contracts';
import { VirtualTime } from '@shimabashi/sync/testing';
import { Chance } from '../demo/chance.ts';
import { joining, patientEdit, photo, poison, vitalSign } from './authors.ts';
import { BAD_DAY, NO_FAULTS } from './faults.ts';
import { CLINICS, SimHub } from './hub.ts';
import { binaryOf, SimKiosk } from './kiosk.ts';
import { type Sabotage } from './sabotage.ts';
import { Trace } from './trace.ts';

const STEPS = 100;
/** One of the kiosks has not been brought up to date for years. */
const OLD_KIOSK = 3;
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const PHOTO_BYTES_MAX = 200_000;

/** Everything that one seed makes happen: kiosks, consoles, hub, and what goes wrong between them. */
export class World {
  readonly time = new VirtualTime();
  readonly chance: Chance;
  readonly trace: Trace;
  readonly hub: SimHub;
  readonly kiosks: readonly SimKiosk[];
  /** What a doctor at a console was told is saved. */
  readonly writtenAtConsoles: Operation[] = [];

  constructor(seed: string, trace: Trace, sabotage: Sabotage = {}) {
    this.chance = new Chance(seed);
    this.trace = trace;
    const { time, chance } = this;
    this.hub = new SimHub({
      time,
      chance,
      trace,
      onAccepted: clinicId => this.#poke(clinicId),
      ...(sabotage.hubLog === undefined ? {} : { sabotage: sabotage.hubLog }),
    });
    this.kiosks = [CLINICS[0], CLINICS[0], CLINICS[1], CLINICS[1]].map((clinicId, index) => {
      const identity = { deviceId: `kiosk-${index + 1}`, clinicId, isOld: index === OLD_KIOSK };
      const port = this.hub.portFor(identity);
      return new SimKiosk({
        ...identity,
        time,
        chance,
        trace,
        hub: sabotage.hubPort?.(port) ?? port,
        ...(sabotage.kioskLog === undefined ? {} : { sabotage: sabotage.kioskLog }),
      });
    });
  }

  /** Days of work and trouble, and then the quiet in which everything must come together. */
  async run(): Promise<void> {
    for (const kiosk of this.kiosks) kiosk.setLink(true);
    this.hub.rates = BAD_DAY;
    for (let step = 0; step < STEPS; step += 1) {
      this.#happen();
      const pauseMs = this.#pauseMs();
      // Whoever finds a disk full tries again every few seconds, for days: nothing new comes of it.
      if (pauseMs > HOUR_MS) this.#freeDisks();
      await this.time.pass(pauseMs);
    }
    await this.#quiet();
  }

  close(): void {
    for (const kiosk of this.kiosks) kiosk.stop();
    this.hub.log.close();
  }

  #pauseMs(): number {
    const kind = this.chance.whole(20);
    if (kind === 0) return this.chance.whole(2 * DAY_MS);
    return kind < 6 ? this.chance.whole(60_000) : this.chance.whole(3_000);
  }

  #happen(): void {
    const { chance } = this;
    const kiosk = this.kiosks[chance.whole(this.kiosks.length)]!;
    const deed = DEEDS[chance.whole(DEEDS.length)]!;
    this.trace.note(this.time.nowMs(), deed, kiosk.deviceId);
    switch (deed) {
      case 'vital':
        return kiosk.save(vitalSign(kiosk, chance));
      case 'edit':
        return kiosk.save(patientEdit(kiosk, chance));
      case 'poison':
        return kiosk.save(poison(kiosk, chance));
      case 'photo': {
        const binary = binaryOf(chance, 1 + chance.whole(PHOTO_BYTES_MAX));
        return kiosk.save(photo(kiosk, chance, binary.binaryId, binary.bytes.length), [binary]);
      }
      case 'console-edit':
        return this.#writeAtConsole(kiosk.clinicId, patientEdit);
      case 'join': {
        const home = CLINICS.find(clinicId => clinicId !== kiosk.clinicId)!;
        return this.#writeAtConsole(kiosk.clinicId, desk => joining(desk, chance, home));
      }
      case 'cut':
        return kiosk.setLink(false);
      case 'link':
        return kiosk.setLink(true);
      case 'crash-kiosk':
        return kiosk.crash();
      case 'crash-hub':
        return this.hub.crash();
      case 'backup':
        return this.hub.takeBackup();
      case 'restore':
        return this.hub.restore();
      case 'clock-jump':
        kiosk.clockErrorMs = Math.round((chance.unit() - 0.5) * 2 * 365 * DAY_MS);
        return;
      case 'kiosk-disk-full':
        kiosk.disk.isFull = !kiosk.disk.isFull;
        return;
      case 'hub-disk-full':
        this.hub.disk.isFull = !this.hub.disk.isFull;
    }
  }

  #writeAtConsole(clinicId: string, write: typeof patientEdit): void {
    const desk = {
      deviceId: `console-${1 + this.chance.whole(2)}`,
      clinicId,
      log: this.hub.log,
      nowMs: this.time.nowMs,
    };
    const operation = write(desk, this.chance);
    if (this.hub.writeAtConsole(operation)) this.writtenAtConsoles.push(operation);
  }

  /** Good lines, free disks, and time. Two kiosks may bring each other news, so it goes round. */
  async #quiet(): Promise<void> {
    this.hub.rates = NO_FAULTS;
    this.#freeDisks();
    for (let round = 0; round < 4; round += 1) {
      for (const kiosk of this.kiosks) {
        kiosk.setLink(false);
        kiosk.setLink(true);
      }
      await this.time.pass(120_000);
    }
  }

  #freeDisks(): void {
    for (const { disk } of [this.hub, ...this.kiosks]) disk.isFull = false;
  }

  #poke(clinicId: string): void {
    for (const kiosk of this.kiosks) {
      if (kiosk.clinicId === clinicId) this.time.after(50, () => kiosk.poke());
    }
  }
}

/** Each as often as it stands here. */
const DEEDS = [
  ...Array<'vital'>(16).fill('vital'),
  ...Array<'edit'>(14).fill('edit'),
  ...Array<'console-edit'>(8).fill('console-edit'),
  ...Array<'photo'>(4).fill('photo'),
  ...Array<'poison'>(3).fill('poison'),
  ...Array<'cut'>(5).fill('cut'),
  ...Array<'link'>(7).fill('link'),
  ...Array<'crash-kiosk'>(5).fill('crash-kiosk'),
  ...Array<'crash-hub'>(3).fill('crash-hub'),
  'join',
  'backup',
  'backup',
  'restore',
  'clock-jump',
  'clock-jump',
  'kiosk-disk-full',
  'kiosk-disk-full',
  'hub-disk-full',
] as const;

export function newTrace(print?: (line: string) => void): Trace {
  return new Trace(print);
}
