import { parseOmronBits, parseOmronClassic } from '../decoders/vendor/omron-record.ts';
import { ContecBtDecoder, CONTEC_BT_SHAPE } from '../decoders/vendor/contec-bt.ts';
import { IntellivueDecoder } from '../decoders/vendor/intellivue.ts';
import { MicrolifeDecoder, MICROLIFE_SHAPE } from '../decoders/vendor/microlife.ts';
import { OmronFrameDecoder, OMRON_FRAME_SHAPE } from '../decoders/vendor/omron-frame.ts';
import { PhdDecoder, PHD_SHAPE } from '../decoders/vendor/phd.ts';
import { parseYonker } from '../decoders/vendor/yonker.ts';
import { type ParseValue, ValueDecoder } from '../decoders/value-decoder.ts';
import { type Codec } from '../driver.ts';
import { INTELLIVUE_SHAPE } from '../framing/intellivue-shape.ts';
import { ValueFramer } from '../framing/value-framer.ts';
import { VariableLengthFramer } from '../framing/variable-length-framer.ts';

/** Protocols of manufacturers whose link is not built: bytes that others recorded can be read. */
export const VENDOR_CODECS: readonly Codec[] = [
  value({
    protocol: 'omron-record-classic',
    title: 'Omron cuffs over Bluetooth, record of 14 or 16 bytes (HEM-714x, HEM-7155T, HEM-7361T)',
    evidence: 'records of a HEM-7142T2 in the tests of another project (hass-omron); no device of ours',
    parse: parseOmronClassic,
  }),
  value({
    protocol: 'omron-record-bits',
    title: 'Omron cuffs over Bluetooth, record of 14 bytes in one big-endian number (HEM-7322T, HEM-7600T)',
    evidence: 'record of a HEM-7600T in the tests of another project (hass-omron); no device of ours',
    parse: parseOmronBits,
  }),
  {
    protocol: 'omron-frame',
    title: 'Omron memory protocol over Bluetooth: frames around records',
    evidence: 'frames in the code of other projects (omblepy, hass-omron); no device of ours',
    carries: 'stream',
    createFramer: () => new VariableLengthFramer(OMRON_FRAME_SHAPE),
    createDecoder: () => new OmronFrameDecoder(),
  },
  {
    protocol: 'contec-bt',
    title: 'Contec oximeters over Bluetooth (CMS50D-BT, SleepO2: SpO2, pulse rate, pleth)',
    evidence: 'frame in the reference of another project (SleepO2); no device of ours',
    carries: 'stream',
    createFramer: () => new VariableLengthFramer(CONTEC_BT_SHAPE),
    createDecoder: () => new ContecBtDecoder(),
  },
  value({
    protocol: 'yonker',
    title: 'Yonker cuffs over Bluetooth (pressures, pulse rate)',
    evidence: 'values of a device in an issue of another project (derdilla); no device of ours',
    parse: parseYonker,
  }),
  {
    protocol: 'microlife',
    title: 'Microlife cuffs over Bluetooth, memory (pressures, pulse rate)',
    evidence: 'recorded memory of a device by another project (microlife_bp); no device of ours',
    carries: 'stream',
    createFramer: () => new VariableLengthFramer(MICROLIFE_SHAPE),
    createDecoder: () => new MicrolifeDecoder(),
  },
  {
    protocol: 'intellivue-frame',
    title: 'Philips IntelliVue, serial interface: frames, sessions, numbers of polls',
    evidence: 'checksums in the tests of another project (mdpnp); the numbers: simulator only',
    carries: 'stream',
    createFramer: () => new VariableLengthFramer(INTELLIVUE_SHAPE),
    createDecoder: () => new IntellivueDecoder(),
  },
  {
    protocol: 'ieee11073-20601',
    title: 'IEEE 11073-20601 personal health devices: fixed scan reports of oximeters, cuffs and scales',
    evidence:
      'APDUs in the tests of universAAL and in a sample of Atmel; the cuff: offsets only; no device of ours',
    carries: 'stream',
    createFramer: () => new VariableLengthFramer(PHD_SHAPE),
    createDecoder: () => new PhdDecoder(),
  },
];

function value(of: { protocol: string; title: string; evidence: string; parse: ParseValue }): Codec {
  const { protocol, title, evidence, parse } = of;
  return {
    protocol,
    title,
    evidence,
    carries: 'values',
    createFramer: () => new ValueFramer(),
    createDecoder: () => new ValueDecoder(parse),
  };
}
