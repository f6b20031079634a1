import { ASTM, ContourAstmDecoder } from '../decoders/vendor/contour-astm.ts';
import { type Driver } from '../driver.ts';
import { ASTM_SHAPE } from '../framing/astm-framer.ts';
import { VariableLengthFramer } from '../framing/variable-length-framer.ts';
import { CONTOUR_PACKING } from '../hid.ts';

/** Meters of Ascensia (Bayer). Notes: `docs/devices/contour-astm.md`. */
export const contourAstm: Driver = {
  protocol: 'contour-astm',
  title: 'Ascensia (Bayer) Contour USB and Next glucose meters, memory over ASTM (glucose)',
  evidence:
    'records of two meters in the code of other projects (glucometerutils, tidepool); no device of ours',
  carries: 'stream',
  gives: 'spot',
  // The meter is silent after its last record; then it is opened and read anew.
  maxQuietMs: 60_000,
  serial: { baudRate: 9_600, dataBits: 8, parity: 'none', stopBits: 1 },
  hid: { vendorId: 0x1a79, productIds: [0x6002], packing: CONTOUR_PACKING },
  waveforms: {},
  createFramer: () => new VariableLengthFramer(ASTM_SHAPE),
  createDecoder: () => new ContourAstmDecoder(),
  converse: send => {
    send(Uint8Array.of(ASTM.eot));
    return {
      hear: ({ kind, bytes }) => {
        if (kind === 'rejected') send(Uint8Array.of(ASTM.nak));
        else if (bytes[0] === ASTM.stx || bytes[0] === ASTM.enq) send(Uint8Array.of(ASTM.ack));
      },
      end: () => {},
    };
  },
};
