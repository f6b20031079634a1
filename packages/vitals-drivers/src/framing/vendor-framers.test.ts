import * as fc from 'fast-check';
import { freestyleAnswer, FREESTYLE_SHAPE } from '../decoders/vendor/freestyle.ts';
import { contecBtFrame, CONTEC_BT_SHAPE } from '../decoders/vendor/contec-bt.ts';
import { microlifeFrame, MICROLIFE_SHAPE } from '../decoders/vendor/microlife.ts';
import { describeFramerContract } from '../testing/framer-contract.ts';
import { astmFrame, ASTM_SHAPE } from './astm-framer.ts';
import { DelimitedFramer } from './delimited-framer.ts';
import { geDriFrame, GE_DRI_SHAPE } from './ge-dri-shape.ts';
import { intellivueFrame, INTELLIVUE_SHAPE } from './intellivue-shape.ts';
import { VariableLengthFramer } from './variable-length-framer.ts';

const texts = fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 40 });

describeFramerContract(
  'FreeStyle',
  () => new DelimitedFramer(FREESTYLE_SHAPE),
  texts.map(text => Uint8Array.from(freestyleAnswer(`${text}\r\n`))),
);

describeFramerContract(
  'ASTM',
  () => new VariableLengthFramer(ASTM_SHAPE),
  texts.map(text => Uint8Array.from(astmFrame(1, text))),
);

describeFramerContract(
  'IntelliVue',
  () => new VariableLengthFramer(INTELLIVUE_SHAPE),
  fc.uint8Array({ minLength: 1, maxLength: 40 }).map(data => intellivueFrame(data)),
);

describeFramerContract(
  'GE DRI',
  () => new VariableLengthFramer(GE_DRI_SHAPE),
  fc.uint8Array({ minLength: 38, maxLength: 60 }).map(rest => {
    const record = Uint8Array.of(rest.length + 2, 0, ...rest);
    return geDriFrame(record);
  }),
);

describeFramerContract(
  'Contec over Bluetooth',
  () => new VariableLengthFramer(CONTEC_BT_SHAPE),
  // Bytes without the one that frames begin with, so that none begins within another.
  fc
    .array(fc.integer({ min: 2, max: 0xea }), { minLength: 5, maxLength: 5 })
    .map(rest => contecBtFrame([0xeb, 0x01, ...rest])),
);

describeFramerContract(
  'Microlife',
  () => new VariableLengthFramer(MICROLIFE_SHAPE),
  fc
    .array(fc.integer({ min: 0x80, max: 0xff }), { minLength: 2, maxLength: 20 })
    .map(payload => microlifeFrame(payload)),
);
