import { DF2, NoninDf2Decoder } from '../decoders/nonin-df2.ts';
import { DF7, df7FieldsOf, isDf7Frame } from '../decoders/nonin-df7.ts';
import { DF8, isDf8Frame, NoninDf8Decoder } from '../decoders/nonin-df8.ts';
import { DF13_SHAPE, NoninDf13Decoder } from '../decoders/nonin-df13.ts';
import { type Driver, type SerialSettings } from '../driver.ts';
import { FixedLengthFramer } from '../framing/fixed-length-framer.ts';
import { VariableLengthFramer } from '../framing/variable-length-framer.ts';

const SERIAL: SerialSettings = { baudRate: 9_600, dataBits: 8, parity: 'none', stopBits: 1 };

/** Nonin's format 2 with a pleth of 16 bits. Notes: `docs/devices/nonin-df7.md`. */
export const noninDf7: Driver = {
  protocol: 'nonin-df7',
  title: 'Nonin pulse oximeter, serial data format 7 (SpO2, pulse rate, pleth of 16 bits)',
  evidence: 'simulator only',
  carries: 'stream',
  maxQuietMs: 3_000,
  serial: SERIAL,
  waveforms: { pleth: DF2.framesPerSecond },
  fullScales: { pleth: DF7.plethFullScale },
  createFramer: () => new FixedLengthFramer(DF7.frameBytes, isDf7Frame),
  createDecoder: () => new NoninDf2Decoder(df7FieldsOf),
};

/** Nonin's format with one frame a second. Notes: `docs/devices/nonin-df8.md`. */
export const noninDf8: Driver = {
  protocol: 'nonin-df8',
  title: 'Nonin pulse oximeter, data format 8 (SpO2, pulse rate, once a second)',
  evidence: 'simulator only',
  carries: 'stream',
  // Three missed frames: a single one that was lost must not withdraw every value.
  maxQuietMs: 3_500,
  serial: SERIAL,
  waveforms: {},
  createFramer: () => new FixedLengthFramer(DF8.frameBytes, isDf8Frame),
  createDecoder: () => new NoninDf8Decoder(),
};

/** Nonin's spot check: one packet for one measurement. Notes: `docs/devices/nonin-df13.md`. */
export const noninDf13: Driver = {
  protocol: 'nonin-df13',
  title: 'Nonin pulse oximeter, data format 13 (spot check: SpO2, pulse rate, device time)',
  evidence: 'simulator only',
  carries: 'stream',
  gives: 'spot',
  // The device speaks when a measurement is done; until then silence is what it should do.
  maxQuietMs: 120_000,
  serial: SERIAL,
  waveforms: {},
  createFramer: () => new VariableLengthFramer(DF13_SHAPE),
  createDecoder: () => new NoninDf13Decoder(),
};
