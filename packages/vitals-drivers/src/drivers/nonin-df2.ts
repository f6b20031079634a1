import { DF2, isDf2Frame, NoninDf2Decoder } from '../decoders/nonin-df2.ts';
import { type Driver } from '../driver.ts';
import { FixedLengthFramer } from '../framing/fixed-length-framer.ts';

/** Pulse oximeters that send Nonin's serial data format 2. Notes: `docs/devices/nonin-df2.md`. */
export const noninDf2: Driver = {
  protocol: 'nonin-df2',
  title: 'Nonin pulse oximeter, serial data format 2 (SpO2, pulse rate, pleth)',
  evidence: 'one packet of another project (Pufferfish); no device yet',
  carries: 'stream',
  // mdpnp's Nonin driver uses the same (`getMaximumQuietTime`): nine missed packets.
  maxQuietMs: 3_000,
  serial: { baudRate: 9_600, dataBits: 8, parity: 'none', stopBits: 1 },
  waveforms: { pleth: DF2.framesPerSecond },
  createFramer: () => new FixedLengthFramer(DF2.frameBytes, isDf2Frame),
  createDecoder: () => new NoninDf2Decoder(),
};
