import { type Driver } from '../driver.ts';
import { VariableLengthFramer } from '../framing/variable-length-framer.ts';
import { GATT_ENVELOPE } from './envelope.ts';
import { GattDecoder } from './gatt-decoder.ts';
import { type GattPlace } from './gatt-link.ts';
import { CHARACTERISTIC } from './names.ts';

/** What a driver does with a device of its profile, once it is connected. */
export interface GattProfile {
  /** Its measurements, in the order in which they are subscribed to. A device need not have all. */
  readonly measurements: readonly GattPlace[];
  /** Where it keeps its records, if it does. Asked after everything is subscribed to. */
  readonly recordAccess?: GattPlace & {
    /** Of which characteristic the records are. */
    readonly records: GattPlace['characteristic'];
    /** Whether records have a number, so that only those are asked for that came after the last one. */
    readonly numbered: boolean;
  };
  /**
   * `stream`: values now and again now, of which only the newest counts. `spot`: single measurements that
   * stand for themselves, come from a memory or may do, and must not be lost.
   */
  readonly gives: 'stream' | 'spot';
}

/** A driver for a profile of Bluetooth. It needs a `gattTransport`; raw logs are replayed without. */
export interface GattDriver extends Driver {
  readonly gatt: GattProfile;
}

export function gattDriver(how: {
  protocol: string;
  title: string;
  evidence: string;
  maxQuietMs: number;
  profile: GattProfile;
}): GattDriver {
  const { protocol, title, evidence, maxQuietMs, profile } = how;
  const known = [
    ...profile.measurements.map(place => place.characteristic),
    CHARACTERISTIC.dateTime,
    CHARACTERISTIC.currentTime,
  ];
  return {
    protocol,
    title,
    evidence,
    carries: 'stream',
    maxQuietMs,
    // A radio has no such settings; these are for a raw log that is replayed over a cable.
    serial: { baudRate: 115_200, dataBits: 8, parity: 'none', stopBits: 1 },
    waveforms: {},
    gives: profile.gives,
    createFramer: () => new VariableLengthFramer(GATT_ENVELOPE),
    createDecoder: () => new GattDecoder(known),
    gatt: profile,
  };
}
