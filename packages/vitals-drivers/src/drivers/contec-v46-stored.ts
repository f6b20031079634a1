import { ContecV46StoredDecoder, isV46Triplet, V46_STORED } from '../decoders/contec-v46-stored.ts';
import { type Driver } from '../driver.ts';
import { FixedLengthFramer } from '../framing/fixed-length-framer.ts';

/** The recording of Contec's five-byte oximeters. Notes: `docs/devices/contec-v46-stored.md`. */
export const contecV46Stored: Driver = {
  protocol: 'contec-v46-stored',
  title: 'Contec CMS50D+ with five-byte frames, download of the recording (SpO2, pulse rate)',
  evidence: 'triplets written by hand in another project (atbrask); no device yet',
  carries: 'stream',
  maxQuietMs: 5_000,
  serial: { baudRate: 19_200, dataBits: 8, parity: 'odd', stopBits: 1 },
  waveforms: {},
  createFramer: () => new FixedLengthFramer(V46_STORED.tripletBytes, isV46Triplet),
  createDecoder: () => new ContecV46StoredDecoder(),
  begin: send => {
    send(Uint8Array.of(0xf5, 0xf5));
    return () => send(Uint8Array.of(0xf6, 0xf6, 0xf6));
  },
};
