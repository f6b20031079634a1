import { hl7Acknowledgement } from '../decoders/hl7/acknowledgement.ts';
import { Hl7OruDecoder } from '../decoders/hl7/oru.ts';
import { type Driver } from '../driver.ts';
import { MllpFramer } from '../framing/mllp-framer.ts';

const EVIDENCE =
  'messages of Nihon Kohden, Mindray, GE and Comen monitors in public projects; no device of ours yet';

/** Shared by both: only what may stand around a message differs. */
function hl7Driver(how: { protocol: string; title: string; bare: boolean }): Driver {
  const { protocol, title, bare } = how;
  return {
    protocol,
    title,
    evidence: EVIDENCE,
    carries: 'stream',
    // Monitors are set to a message a second up to one a minute; a central station to one in ten seconds.
    maxQuietMs: 90_000,
    serial: { baudRate: 115_200, dataBits: 8, parity: 'none', stopBits: 1 },
    // Where a monitor does not tell; most do, with the samples.
    waveforms: { pleth: 60, ecg: 500 },
    fullScales: { pleth: 4_095 },
    createFramer: () => new MllpFramer({ bare }),
    createDecoder: () => new Hl7OruDecoder(),
    acknowledge: hl7Acknowledgement,
  };
}

/** Bedside monitors that send HL7 version 2. Notes: `docs/devices/hl7-oru.md`. */
export const hl7Oru = hl7Driver({
  protocol: 'hl7-oru',
  title: 'HL7 v2 ORU^R01 and ORU^R40 of bedside monitors (IHE PCD-01, PCD-04), in MLLP blocks or without',
  bare: true,
});

/** The same in MLLP blocks only: what stands outside of a block is rejected. */
export const mllp = hl7Driver({
  protocol: 'mllp',
  title: 'HL7 v2 messages in MLLP blocks',
  bare: false,
});
