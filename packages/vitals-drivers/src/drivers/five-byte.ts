import {
  BCI_DIALECT,
  CONTEC_DIALECT,
  FIVE_BYTE,
  FiveByteDecoder,
  type FiveByteDialect,
  isFiveByteFrame,
} from '../decoders/five-byte.ts';
import { SteadyDecoder } from '../decoders/steady-decoder.ts';
import { type Driver, type SerialSettings } from '../driver.ts';
import { FixedLengthFramer } from '../framing/fixed-length-framer.ts';

/** Unchanged numbers are told about this often, in Hz. */
const NUMBERS_PER_SECOND = 3;

function fiveByteDriver(how: {
  protocol: string;
  title: string;
  evidence: string;
  serial: SerialSettings;
  framesPerSecond: number;
  dialect: FiveByteDialect;
}): Driver {
  const { protocol, title, evidence, serial, framesPerSecond, dialect } = how;
  const createFrameDecoder = () => new FiveByteDecoder(dialect);
  return {
    protocol,
    title,
    evidence,
    carries: 'stream',
    // A hundred frames and more: as mdpnp does for Nonin, whose frames come as often.
    maxQuietMs: 3_000,
    serial,
    waveforms: { pleth: framesPerSecond },
    fullScales: { pleth: FIVE_BYTE.plethFullScale },
    createFramer: () => new FixedLengthFramer(FIVE_BYTE.frameBytes, isFiveByteFrame),
    createDecoder: () =>
      new SteadyDecoder(createFrameDecoder(), Math.round(framesPerSecond / NUMBERS_PER_SECOND)),
    createFrameDecoder,
  };
}

/** Contec CMS50D+ and its kin with five-byte frames. Notes: `docs/devices/contec-5byte.md`. */
export const contec5Byte = fiveByteDriver({
  protocol: 'contec-5byte',
  title: 'Contec CMS50D+ pulse oximeter, five-byte frames (SpO2, pulse rate, pleth)',
  evidence: 'frames written by hand in another project (atbrask); no device yet',
  serial: { baudRate: 19_200, dataBits: 8, parity: 'odd', stopBits: 1 },
  framesPerSecond: 60,
  dialect: CONTEC_DIALECT,
});

/** Berry pulse oximeters with the BCI protocol. Notes: `docs/devices/bci-5byte.md`. */
export const bci5Byte = fiveByteDriver({
  protocol: 'bci-5byte',
  title: 'Berry pulse oximeter, BCI protocol 1.2 (SpO2, pulse rate, pleth)',
  evidence: 'frames written by hand in another project (berry-oximeter); no device yet',
  serial: { baudRate: 115_200, dataBits: 8, parity: 'none', stopBits: 1 },
  framesPerSecond: 100,
  dialect: BCI_DIALECT,
});
