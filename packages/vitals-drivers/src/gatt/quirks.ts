import { type GattDialect } from './envelope.ts';

/** What a device says of itself; null where it does not. */
export interface BluetoothFacts {
  /** As it advertises itself. */
  readonly name: string | null;
  /** Manufacturer Name (0x2A29). */
  readonly manufacturer: string | null;
  /** Model Number (0x2A24). */
  readonly model: string | null;
}

/**
 * When the device's clock may be set.
 *
 * `when-wrong`: after it was read and found more than `toleranceMs` off. `always`: before the measurements
 * are subscribed to, whatever it says. `on-its-word`: at the first time that it tells by itself after the
 * subscriptions, if that is off. `never`: read and told, no more.
 */
export interface ClockPolicy {
  readonly set: 'when-wrong' | 'always' | 'on-its-word' | 'never';
  readonly toleranceMs: number;
}

/** What a family of devices wants otherwise than the profiles say. */
export interface GattQuirk {
  readonly id: string;
  /** Where it was read. */
  readonly source: string;
  readonly clock: ClockPolicy;
  readonly dialect: GattDialect;
  /** The pause that it needs before its clock is set and before it is subscribed to, in milliseconds. */
  readonly settleMs: number;
  /** It must be bonded before it is asked for anything. */
  readonly bondFirst: boolean;
}

const MINUTE_MS = 60_000;

/** A device of which we know nothing: the profiles as they stand. */
export const PLAIN: GattQuirk = {
  id: 'plain',
  source: 'Bluetooth SIG: Date Time and Current Time are writable where a device wants to be set',
  clock: { set: 'when-wrong', toleranceMs: MINUTE_MS },
  dialect: 'sig',
  settleMs: 0,
  bondFirst: false,
};

/** The first that fits counts. `of` is looked for in all that a device says of itself. */
const TABLE: readonly (GattQuirk & { readonly of: RegExp })[] = [
  {
    ...PLAIN,
    id: 'aand',
    of: /^A&D/i,
    source:
      'andengineering/AndroidSampleCode (A&D, MIT), BleReceivedService.java: Date Time is written after 40 or ' +
      '100 ms, as the firmware is, and the indication enabled as long after that; issue 1: no bond, no services',
    clock: { set: 'always', toleranceMs: 0 },
    settleMs: 100,
    bondFirst: true,
  },
  {
    ...PLAIN,
    id: 'omron',
    of: /^(BLEsmart_|OMRON)/i,
    source:
      'weliem/blessed-android, BluetoothHandler.java: written only at the first notification of the time and only ' +
      'when it is more than ten minutes off',
    clock: { set: 'on-its-word', toleranceMs: 10 * MINUTE_MS },
  },
  {
    ...PLAIN,
    id: 'beurer-swapped',
    of: /BM\s?(48|85)|ELITE\s?900/i,
    source:
      'derdilla/blood-pressure-monitor-fl, pull request 735 and isKnownBigEndianDevice; records of a BM85',
    dialect: 'beurer',
  },
  {
    ...PLAIN,
    id: 'beurer',
    of: /^Beurer|^BM\s?\d\d/i,
    source: 'derdilla/blood-pressure-monitor-fl, docs/bluetooth.md: plain SIG records (BM59)',
    // Their clocks are set at the device; that one of them takes Date Time was read nowhere.
    clock: { set: 'never', toleranceMs: MINUTE_MS },
  },
  {
    ...PLAIN,
    id: 'i-sens',
    of: /i-?SENS|CareSens/i,
    source: 'tidepool-org/ble-glucose: month 13. Such a date is no date, and stays in the details',
    // How they are set was read nowhere.
    clock: { set: 'never', toleranceMs: MINUTE_MS },
  },
];

/** What is known of a device by what it says of itself. */
export function quirkOf({ name, manufacturer, model }: BluetoothFacts): GattQuirk {
  const said = [name, manufacturer, model].filter(text => text !== null);
  return TABLE.find(({ of }) => said.some(text => of.test(text))) ?? PLAIN;
}

/**
 * Whether a device that calls itself so must be bonded before it is asked for its services. A&D's cuffs
 * answer only then, and switch off with an error otherwise (the sources of its row); a device that has its
 * bond is not asked again.
 */
export function bondsFirst(name: string | null): boolean {
  return quirkOf({ name, manufacturer: null, model: null }).bondFirst;
}
