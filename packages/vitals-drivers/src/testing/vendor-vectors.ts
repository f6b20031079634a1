import { freestyleAnswer, freestyleRecords } from '../decoders/vendor/freestyle.ts';
import { taidocPacket } from '../decoders/vendor/taidoc.ts';
import { geDriFrame } from '../framing/ge-dri-shape.ts';
import { hexOf } from '../hex.ts';
import { GE_DRI_BASIC, GE_DRI_WAVES } from './ge-dri-vectors.ts';
import { hexVector } from './hex-vector.ts';

/** Bytes of one protocol, and what they mean. */
export interface VendorVector {
  readonly protocol: string;
  readonly source: string;
  readonly hex: string;
  /** Parameter or statement, with its number, word, or the reason for its absence. Waves are left out. */
  readonly says: readonly (readonly [what: string, value: number | string | null])[];
  /** Some of the first reading. */
  readonly first?: Readonly<Record<string, unknown>>;
  /** Whether others made it. */
  readonly isOurs?: boolean;
}

const HASS_OMRON = 'eigger/hass-omron, tests';
const LIBOMRON = 'openyou/libomron, doc/omron_protocol_notes.asciidoc';

const cuff = (systolic: number, diastolic: number, pulse: number) =>
  [
    ['systolic-pressure', systolic],
    ['diastolic-pressure', diastolic],
    ['pulse-rate', pulse],
  ] as const;

const OMRON: readonly VendorVector[] = [
  {
    protocol: 'omron-record-classic',
    source: `${HASS_OMRON}, test_record_parsers.py: HEM-7142T2`,
    hex: '6558541a331ade1800004c00ba00',
    says: cuff(126, 88, 84),
    first: { deviceTime: '2026-06-17T19:35:30', recordNumber: 76, origin: 'stored', quality: [] },
  },
  {
    protocol: 'omron-record-classic',
    source: `${HASS_OMRON}, test_record_parsers.py: HEM-7142T2, an older one`,
    hex: '6457431a7316161c000046001900',
    says: cuff(125, 87, 67),
    first: { deviceTime: '2026-05-19T19:48:22', recordNumber: 70 },
  },
  {
    protocol: 'omron-record-classic',
    source: `${HASS_OMRON}, test_record_parsers.py: an empty slot`,
    hex: 'ff'.repeat(14),
    says: [['observation', 'not-available']],
    first: { details: { emptySlot: true } },
  },
  {
    protocol: 'omron-record-bits',
    source: `${HASS_OMRON}: memory of a HEM-7600T`,
    hex: '5b781a4819d71b42000014006996',
    says: cuff(145, 91, 72),
  },
  {
    protocol: 'omron-frame',
    source: 'userx14/omblepy, omblepy.py; opened',
    hex: '0880000000100098',
    says: [['message', 'opened']],
  },
  {
    protocol: 'omron-frame',
    source: 'userx14/omblepy, omblepy.py; requests of the host: open, read, close',
    hex: '0800000000100018 0801000098100081 080f000000000007',
    says: [
      ['message', 'open-request'],
      ['message', 'read-request'],
      ['message', 'close-request'],
    ],
  },
  {
    protocol: 'omron-hid',
    source: `${LIBOMRON}: answer to GDC`,
    hex: '074f4b00000a0008 0102000000000000',
    says: [['message', 'ok']],
    first: { details: { records: 8 } },
  },
  {
    protocol: 'omron-hid',
    source: `${LIBOMRON}: answer to GME`,
    hex: '074f4b0007010300 07063300 00704b47 0300004c 00000000',
    says: cuff(112, 75, 71),
    first: { deviceTime: '2007-01-03T00:06:51', origin: 'stored', quality: [] },
  },
];

const ascii = (text: string) => hexOf(Buffer.from(text, 'latin1'));
const CONTOUR_HEADER =
  '\x021H|\\^&||7w3LBL|Bayer7390^01.24\\01.04\\09.02.20^7390-2336773^7403-|' +
  'A=1^C=63^G=1^I=0200^R=0^S=1^U=0^V=10600^X=070070070070180130150250^Y=360126090050099050300089^Z=1' +
  '|1714||||||1|201909221304\r\x17D7\r\n';

const METERS: readonly VendorVector[] = [
  {
    protocol: 'contour-astm',
    source: 'glucometers-tech/glucometerutils, tests for contourusb: the header, between EOT and ENQ',
    hex: ascii(`\x04${CONTOUR_HEADER}\x05`),
    says: [['device', 'Bayer7390']],
    first: { deviceTime: '2019-09-22T13:04:00', details: { serialNumber: '7390-2336773', records: 1714 } },
  },
  {
    protocol: 'contour-astm',
    source: 'tidepool-org/uploader, bayerContourNext.js: a result',
    hex: ascii('\x025R|3|^^^Glucose|93|mg/dL^P||A/M0/T1||201505261150\r\x1774\r\n'),
    says: [['glucose', 93]],
    first: { deviceTime: '2015-05-26T11:50:00', recordNumber: 3, details: { reference: 'plasma' } },
  },
  {
    protocol: 'freestyle-text',
    source: 'ours, by the grammar of glucometer-protocols',
    isOurs: true,
    hex: hexOf(
      freestyleAnswer(
        freestyleRecords([
          '7,31,11,22,26,7,5,0,104,0,0',
          '7,30,11,21,26,22,40,0,HI,0,0',
          '9,29,1,2,26,3,4,0,9,0',
        ]),
      ),
    ),
    says: [
      ['glucose', 104],
      ['glucose', 'above-range'],
      ['observation', null],
    ],
    first: { deviceTime: '2026-11-22T07:05:00', recordNumber: 31 },
  },
  {
    protocol: 'taidoc',
    // 21240e15 as in glucometerutils' tests; the packets around it and the number are ours.
    source: 'glucometers-tech/glucometerutils, tests for td42xx: the moment',
    isOurs: true,
    hex: hexOf(
      Buffer.concat([
        taidocPacket(0x25, [0x21, 0x24, 0x0e, 0x15], 0xa5),
        taidocPacket(0x26, [0x68, 0x00, 0x00, 0x40], 0xa5),
      ]),
    ),
    says: [['glucose', 104]],
    first: { deviceTime: '2018-01-01T21:14:00', details: { meal: 'before', unknown: 0 } },
  },
  {
    protocol: 'taidoc',
    source: 'glucometers-tech/glucometerutils, tests for td42xx: connect',
    hex: '51220000 0000a316',
    says: [['message', 'request']],
  },
];

const MICROLIFE_HEADER = `4d3a014900 0000 1d01 ${'00'.repeat(33)}`;
const MICROLIFE_RECORDS = [
  '144 68 51 17 0 0 0 0 128 0; 147 67 50 17 0 0 0 0 128 0; 127 65 50 17 0 0 0 0 128 0',
  '143 70 58 17 0 0 0 0 128 0; 147 63 50 17 0 0 0 0 128 0; 144 61 48 17 0 0 0 0 128 0',
  '144 61 52 17 0 0 0 0 128 0; 130 55 51 17 0 0 0 0 128 0; 131 61 42 17 0 0 0 0 128 0',
  '137 60 48 17 0 0 0 0 128 0; 134 70 68 22 7 17 17 2 128 0; 147 59 48 22 7 17 17 56 192 0',
  '131 59 49 22 7 17 17 57 128 0; 155 74 46 22 7 17 22 5 128 0; 148 72 45 22 7 17 22 7 128 0',
  '141 69 44 22 7 17 22 9 128 0; 145 74 46 22 7 17 22 23 128 0; 143 71 47 22 7 17 22 38 128 0',
  '153 63 45 22 7 17 23 49 128 0; 157 72 55 22 7 18 12 3 128 0; 158 70 55 22 7 18 12 4 128 0',
  '148 70 60 22 7 18 12 7 0 0; 153 83 56 22 7 18 12 51 128 0; 119 61 54 22 7 18 12 56 128 0',
  '140 72 65 22 7 18 13 24 0 0; 143 71 52 22 7 18 6 9 128 0; 138 59 45 22 7 18 10 0 128 0',
  '137 62 49 22 7 18 11 32 128 0; 121 68 47 22 7 18 21 30 128 0',
]
  .flatMap(line => line.split('; '))
  .map(record => record.split(' ').map(Number));

const BLUETOOTH: readonly VendorVector[] = [
  {
    protocol: 'contec-bt',
    source: 'reference of EMAY SleepO2 in a public repository',
    hex: 'eb01053e627f0010',
    says: [
      ['SpO2', 98],
      ['pulse-rate', 62],
    ],
  },
  {
    protocol: 'yonker',
    source: 'derdilla/blood-pressure-monitor-fl, issue 615',
    hex: '81 83 67 51 00 00 19 0b 18 13 12 00 00 00 00',
    says: cuff(131, 103, 81),
    first: { deviceTime: '2024-11-25T19:18:00' },
  },
  {
    protocol: 'yonker',
    source: 'derdilla/blood-pressure-monitor-fl, issue 615, another',
    hex: '81 46 24 32 00 00 19 03 15 0a 11 00 00 00 00',
    says: cuff(70, 36, 50),
    first: { deviceTime: '2021-03-25T10:17:00' },
  },
  {
    protocol: 'microlife',
    source: 'vytautas-valaitis/microlife_bp, notes: the memory of a cuff',
    hex: `${MICROLIFE_HEADER} ${hexOf(Uint8Array.from(MICROLIFE_RECORDS.flat()))} 23`,
    says: MICROLIFE_RECORDS.flatMap(([systolic = 0, diastolic = 0, pulse = 0]) =>
      cuff(systolic, diastolic, pulse),
    ),
    // Until its clock was set, the cuff wrote month and day zero.
    first: { deviceTime: null, quality: ['clock-wrong'], recordNumber: 0 },
  },
  {
    protocol: 'microlife',
    source: 'derdilla/blood-pressure-monitor-fl, tests: an answer',
    hex: '4d3a0002810a',
    says: [['message', 'answer']],
  },
];

const lone = hexVector(GE_DRI_BASIC);
const header = new Uint8Array(40);
header.set([(40 + lone.length) & 0xff, (40 + lone.length) >> 8]);
header.set([0, 0, 1, 0, 0, 0xff], 16);

const MONITORS: readonly VendorVector[] = [
  {
    protocol: 'ge-dri',
    source: 'part-cw/LNhealth, s5parser-tests.scm: numbers of a test bench; frame and header are ours',
    hex: hexOf(geDriFrame(Buffer.concat([header, lone]))),
    // The heart rate names no source, and its zero is nobody's; the cuff has no data.
    says: [
      ['SpO2', 'not-available'],
      ['pulse-rate', 'not-available'],
      ['respiratory-rate', 0],
      ['body-temperature', 18],
      ['systolic-pressure', 'not-available'],
      ['diastolic-pressure', 'not-available'],
      ['mean-arterial-pressure', 'not-available'],
    ],
    first: { deviceTime: '2009-09-03T10:30:27' },
  },
  {
    protocol: 'ge-dri',
    source: 'part-cw/LNhealth, s5parser-tests.scm: waves; the frame is ours',
    hex: hexOf(geDriFrame(hexVector(GE_DRI_WAVES))),
    says: [],
  },
  {
    protocol: 'intellivue-frame',
    source: 'mdpnp/mdpnp, TestFCSOutputStream',
    hex: 'c03a719b26c1',
    says: [['message', 'frame']],
  },
  {
    protocol: 'intellivue-frame',
    source: 'mdpnp/mdpnp, TestFCSOutputStream, with an escaped check',
    hex: 'c03a91957de1c1',
    says: [['message', 'frame']],
  },
];

/** Of Atmel's sample, with the standard configuration of an oximeter in place of its own (4000). */
const PHD_ASSOCIATION =
  'e2000032 80000000 0001002a 5079 0026 80000000 8000 80000000 00000000 00800000 0008 4c4e494147454e54';
const PHD_SCALE_REPORT =
  'e700005a 0058 1236 0101 0052 0000 00000000 0d1d 0048 f000 0000 0004 0040 ' +
  '0001 000c ff0002fa 2007120612100000 0003 000c ff0000f3 2009061212100000 ' +
  '0001 000c ff0002f8 2009061220050000 0003 000c ff0000f2 2009061220050000';
const PHD_OXIMETER_REPORT =
  'e7000036 0034 8888 0101 002e 0000 ffffffff 0d1d 0024 f000 0000 0002 001c ' +
  '0001 000a 0062 2007120612100000 000a 000a 0048 2007120612100000';

/** A measurement of a cuff's first slot: handles and places as two programs for Omron's cuffs have them. */
const PHD_CUFF_REPORT =
  'e7000044004200020101003c0000000000000d1f0032f00000000001002a00010002002400010012' +
  '0003000600780050005d20261122070512000002000a00482026112207051200';

const PERSONAL: readonly VendorVector[] = [
  {
    protocol: 'ieee11073-20601',
    source: 'ours, by the offsets of two programs for cuffs of Omron',
    isOurs: true,
    hex: `${PHD_ASSOCIATION} 02bc 00010100 00000000 ${PHD_CUFF_REPORT}`,
    says: [
      ['message', 'association-request'],
      ['systolic-pressure', 120],
      ['diastolic-pressure', 80],
      ['mean-arterial-pressure', 93],
      ['pulse-rate', 72],
    ],
  },
  {
    protocol: 'ieee11073-20601',
    source: 'universAAL lddi, ExtendedMeasure10404APDUtest, after an association as in a sample of Atmel',
    hex: `${PHD_ASSOCIATION} 0190 00010100 00000000 ${PHD_OXIMETER_REPORT}`,
    says: [
      ['message', 'association-request'],
      ['SpO2', 98],
      ['pulse-rate', 72],
    ],
  },
  {
    protocol: 'ieee11073-20601',
    source: 'Atmel, sample of a scale: a configuration of its own, whose numbers are nobody’s',
    hex: `${PHD_ASSOCIATION} 4000 00010100 00000000 ${PHD_SCALE_REPORT}`,
    says: [
      ['message', 'association-request'],
      ['message', 'observation'],
      ['message', 'observation'],
      ['message', 'observation'],
      ['message', 'observation'],
    ],
  },
];

export const VENDOR_VECTORS: readonly VendorVector[] = [
  ...OMRON,
  ...METERS,
  ...BLUETOOTH,
  ...MONITORS,
  ...PERSONAL,
];
