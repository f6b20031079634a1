import { FREESTYLE_SHAPE, FreestyleDecoder } from '../decoders/vendor/freestyle.ts';
import { type Driver } from '../driver.ts';
import { DelimitedFramer } from '../framing/delimited-framer.ts';
import { FREESTYLE_PACKING } from '../hid.ts';

/** Meters of Abbott. Notes: `docs/devices/freestyle-text.md`. */
export const freestyleText: Driver = {
  protocol: 'freestyle-text',
  title: 'Abbott FreeStyle Precision Neo and Optium Neo glucose meters, memory (glucose)',
  evidence: 'simulator only: the grammar of glucometer-protocols, no answer of a device',
  carries: 'stream',
  gives: 'spot',
  // The meter says nothing unasked; it is asked again after so long.
  maxQuietMs: 60_000,
  serial: { baudRate: 19_200, dataBits: 8, parity: 'none', stopBits: 1 },
  hid: { vendorId: 0x1a61, productIds: [0x3850], packing: FREESTYLE_PACKING },
  waveforms: {},
  createFramer: () => new DelimitedFramer(FREESTYLE_SHAPE),
  createDecoder: () => new FreestyleDecoder(),
  begin: send => {
    send(Buffer.from('$result?', 'latin1'));
    return () => {};
  },
};
