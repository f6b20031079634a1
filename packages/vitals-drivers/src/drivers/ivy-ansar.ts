import { IVY, IVY_SHAPE, IvyAnsarDecoder } from '../decoders/vendor/ivy-ansar.ts';
import { type Driver } from '../driver.ts';
import { VariableLengthFramer } from '../framing/variable-length-framer.ts';

/** Monitors of Ivy Biomedical. Notes: `docs/devices/ivy-ansar.md`. */
export const ivyAnsar: Driver = {
  protocol: 'ivy-ansar',
  title: 'Ivy 450C monitors, "ANSAR-B" once a second (numbers, pleth 50 Hz, ECG 200 Hz)',
  evidence: 'simulator only: the parser of another project (mdpnp), no bytes that could be read',
  carries: 'stream',
  maxQuietMs: 2_200,
  serial: { baudRate: 9_600, dataBits: 8, parity: 'none', stopBits: 1 },
  waveforms: { pleth: IVY.pleth.sampleRateHz, ecg: IVY.ecg.sampleRateHz },
  createFramer: () => new VariableLengthFramer(IVY_SHAPE),
  createDecoder: () => new IvyAnsarDecoder(),
};
