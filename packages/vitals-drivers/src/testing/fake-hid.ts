import { type HidSettings } from '../hid.ts';
import { type HidLibrary } from '../transports/hid.ts';

export interface FakeHidDevice {
  readonly vendorId: number;
  readonly productId: number;
  readonly serialNumber: string;
  readonly path: string;
}

/** HID devices in memory. */
export interface FakeHid {
  readonly library: HidLibrary;
  /** Reports that the host wrote, oldest first. */
  readonly written: readonly Uint8Array[];
  readonly features: readonly Uint8Array[];
  readonly send: (report: Uint8Array) => void;
  readonly openLines: () => number;
  readonly unplug: () => void;
}

/** Those that `answers` gives an answer for are told what the host writes. */
export function fakeHid(
  devices: readonly FakeHidDevice[],
  answers: (report: Uint8Array) => readonly Uint8Array[] = () => [],
): FakeHid {
  const lines = new Set<{ report: (report: Uint8Array) => void; error: (error: unknown) => void }>();
  const written: Uint8Array[] = [];
  const features: Uint8Array[] = [];
  const send = (report: Uint8Array) => {
    for (const line of lines) line.report(report);
  };
  const library: HidLibrary = {
    devices: async () => devices,
    open: async (_, on) => {
      lines.add(on);
      return {
        write: async report => {
          if (!lines.has(on)) throw new Error('could not write');
          written.push(report);
          for (const answer of answers(report)) send(answer);
        },
        sendFeatureReport: async report => void features.push(report),
        close: async () => void lines.delete(on),
      };
    },
  };
  const unplug = () => {
    for (const line of lines) line.error(new Error('could not read'));
    lines.clear();
  };
  return { library, written, features, send, openLines: () => lines.size, unplug };
}

/** A device of that kind, as the machine lists it. */
export function pluggedHid({ vendorId, productIds }: HidSettings, serialNumber = 'A1'): FakeHidDevice {
  return { vendorId, productId: productIds[0] ?? 0, serialNumber, path: `/dev/hidraw-${serialNumber}` };
}

/** Bytes as one report of its full length. */
export function hidReport(bytes: readonly number[], length = 64): Uint8Array {
  const whole = new Uint8Array(length);
  whole.set(bytes);
  return whole;
}
