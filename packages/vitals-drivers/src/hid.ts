/** How the bytes of a protocol travel in the reports of a USB HID device. */
export interface HidPacking {
  /** Bytes of an input report, without a report number. */
  readonly reportBytes: number;
  /** Feature reports that are sent when it was opened, each with its number first. */
  readonly featureReports: readonly Uint8Array[];
  /** Output reports that are sent next, each with its number first. */
  readonly openingReports: readonly Uint8Array[];
  /** The output reports that carry these bytes, each with its number first (0 where there is none). */
  wrap(bytes: Uint8Array): Uint8Array[];
  /** What an input report carries; nothing for one that is not of the conversation. */
  unwrap(report: Uint8Array): Uint8Array;
}

/** Which HID devices speak a protocol, and how. */
export interface HidSettings {
  readonly vendorId: number;
  readonly productIds: readonly number[];
  readonly packing: HidPacking;
}

const NO_NUMBER = 0;

/** Reports that are given and taken as they are (Omron). */
export function rawPacking(of: {
  reportBytes: number;
  featureReports: readonly Uint8Array[];
  openingReports: readonly Uint8Array[];
}): HidPacking {
  return {
    ...of,
    wrap: bytes =>
      pieces(bytes, of.reportBytes).map(piece => padded([NO_NUMBER, ...piece], of.reportBytes + 1)),
    unwrap: report => report,
  };
}

const CONTOUR_MARK = [0x41, 0x42, 0x43] as const;

/** "ABC", a length, and so many bytes (Ascensia Contour). Source: tidepool uploader, `bayerContourNext.js`. */
export const CONTOUR_PACKING: HidPacking = {
  reportBytes: 64,
  featureReports: [],
  openingReports: [],
  wrap: bytes =>
    pieces(bytes, 60).map(piece => padded([NO_NUMBER, ...CONTOUR_MARK, piece.length, ...piece], 65)),
  unwrap: report =>
    CONTOUR_MARK.every((byte, at) => report[at] === byte)
      ? report.subarray(4, 4 + Math.min(report[3] ?? 0, 60))
      : new Uint8Array(),
};

const FREESTYLE_TEXT = 0x60;
/** Messages before the first text: two of unknown meaning, serial number and version. */
const FREESTYLE_OPENING = [0x04, 0x05, 0x15, 0x01] as const;

/** Type, length, and so many bytes (Abbott FreeStyle). Source: glucometer-protocols, `shared-hid-protocol.md`. */
export const FREESTYLE_PACKING: HidPacking = {
  reportBytes: 64,
  featureReports: [],
  openingReports: FREESTYLE_OPENING.map(type => padded([NO_NUMBER, type, 0], 65)),
  wrap: bytes =>
    pieces(bytes, 62).map(piece => padded([NO_NUMBER, FREESTYLE_TEXT, piece.length, ...piece], 65)),
  unwrap: report =>
    report[0] === FREESTYLE_TEXT ? report.subarray(2, 2 + Math.min(report[1] ?? 0, 62)) : new Uint8Array(),
};

/**
 * The number of a report is how many bytes it carries (Silicon Labs CP2110, a serial line behind HID).
 *
 * Source: Silicon Labs AN434; pyserial, `protocol_cp2110.py`: 41 switches the line on, 50 sets it (rate
 * big-endian, parity, flow control, data bits, stop bits), 43 empties both its buffers.
 */
export function cp2110Packing(baudRate: number): HidPacking {
  const rate = [24, 16, 8, 0].map(shift => (baudRate >>> shift) & 0xff);
  return {
    reportBytes: 64,
    featureReports: [
      Uint8Array.of(0x41, 0x01),
      Uint8Array.of(0x50, ...rate, 0x00, 0x00, 0x03, 0x00),
      Uint8Array.of(0x43, 0x03),
    ],
    openingReports: [],
    wrap: bytes => pieces(bytes, 63).map(piece => Uint8Array.of(piece.length, ...piece)),
    unwrap: report => report.subarray(1, 1 + Math.min(report[0] ?? 0, 63)),
  };
}

function pieces(bytes: Uint8Array, size: number): Uint8Array[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
    bytes.subarray(index * size, (index + 1) * size),
  );
}

function padded(bytes: readonly number[], length: number): Uint8Array {
  const report = new Uint8Array(length);
  report.set(bytes);
  return report;
}
