import { describe, expect, it } from 'vitest';
import { freestyleAnswer, freestyleRecords } from '../decoders/vendor/freestyle.ts';
import { taidocPacket } from '../decoders/vendor/taidoc.ts';
import { type Driver } from '../driver.ts';
import { type Framed } from '../framing/framer.ts';
import { astmFrame } from '../framing/astm-framer.ts';
import { hexOf } from '../hex.ts';
import { joined } from '../testing/chunks.ts';
import { describeDriverContract } from '../testing/driver-contract.ts';
import { hexVector } from '../testing/hex-vector.ts';
import { manualClock } from '../testing/manual-clock.ts';
import { contourAstm } from './contour-astm.ts';
import { freestyleText } from './freestyle-text.ts';
import { omronHid, omronReports } from './omron-hid.ts';
import { taidoc } from './taidoc.ts';

const GLUCOSE = { glucose: [1, 2_000] } as const;
const ANSWER = 0xa5;
const READING = '074f4b0007010300 07063300 00704b47 0300004c 00000000';

describeDriverContract(taidoc, {
  goodStream: joined([
    taidocPacket(0x25, [0x21, 0x24, 0x0e, 0x15], ANSWER),
    taidocPacket(0x26, [104, 0, 0, 0], ANSWER),
    taidocPacket(0x25, [0x04, 0x27, 0x25, 0x0d], ANSWER),
    taidocPacket(0x26, [0x2c, 0x01, 0, 0x80], ANSWER),
  ]),
  numbers: [
    ['glucose', 104],
    ['glucose', 300],
  ],
  badBytes: Uint8Array.of(0x51, 0x26, 1, 2, 3, 4, ANSWER, 0, 9),
  possible: GLUCOSE,
});

const result = (number: number, text: string) => astmFrame(number, `R|${number}|^^^Glucose|${text}`);
describeDriverContract(contourAstm, {
  goodStream: joined([
    result(1, '133|mg/dL^P||B/X||201202052034'),
    result(2, '5.5|mmol/L^P||||20261122070512'),
    result(3, '600|mg/dL^B||>||201202052035'),
    result(4, '105|mg/dL^P||C||201202052036'),
  ]),
  numbers: [
    ['glucose', 133],
    ['glucose', 99.0858],
  ],
  badBytes: Uint8Array.of(0x02, 0x31, 0x52, 0x03, 0x30, 0x30, 0x0d, 0x0a),
  possible: GLUCOSE,
});

describeDriverContract(freestyleText, {
  goodStream: freestyleAnswer(freestyleRecords(['7,2,11,22,26,7,5,0,104,0', '7,1,11,22,26,7,0,0,HI,0'])),
  numbers: [['glucose', 104]],
  badBytes: Buffer.from('7,1,1,1,26,1,1,0,90\r\nCKSM:00000001\r\nCMD OK\r\n', 'latin1'),
  possible: GLUCOSE,
});

describeDriverContract(omronHid, {
  goodStream: hexVector(READING),
  numbers: [
    ['systolic-pressure', 112],
    ['diastolic-pressure', 75],
    ['pulse-rate', 71],
  ],
  badBytes: hexVector('074f4b0007010300 07063300 00704b47 0300004d 00000000'),
  possible: {
    'systolic-pressure': [10, 350],
    'diastolic-pressure': [10, 350],
    'pulse-rate': [10, 350],
  },
});

/** A conversation with a device that answers by `answers`. Gives what the host said, in hex. */
async function talk(
  driver: Driver,
  answers: (asked: Uint8Array) => Uint8Array,
  rounds: number,
): Promise<string[]> {
  const asked: Uint8Array[] = [];
  const clock = manualClock(0);
  const conversation = driver.converse?.(bytes => void asked.push(bytes), clock);
  const framer = driver.createFramer();
  for (let round = 0; round < rounds; round += 1) {
    const framed: Framed[] = framer.push(answers(asked[round] ?? new Uint8Array()));
    for (const one of framed) conversation?.hear(one, true);
    await clock.pass(2_000);
  }
  conversation?.end();
  return asked.map(hexOf);
}

describe('conversations', () => {
  it('read a TaiDoc from the oldest record on, and ask for the count again', async () => {
    const said = await talk(
      taidoc,
      asked => taidocPacket(asked[1] ?? 0, asked[1] === 0x2b ? [2, 0] : [104, 0, 0, 0], ANSWER),
      7,
    );
    expect(said.map(hex => hex.slice(2, 8))).toEqual([
      '220000',
      '230000',
      '2b0000',
      '250100',
      '260100',
      '250000',
      '260000',
      '2b0000',
    ]);
  });

  it('read a TaiDoc that does not tell its clock', async () => {
    const said = await talk(
      taidoc,
      asked => (asked[1] === 0x23 ? new Uint8Array() : taidocPacket(asked[1] ?? 0, [0, 0], ANSWER)),
      3,
    );
    expect(said.map(hex => hex.slice(2, 4))).toEqual(['22', '23', '2b', '2b']);
  });

  it('acknowledge what a Contour sends, and have what was damaged sent again', () => {
    const frame = result(1, '133|mg/dL^P||B/X||201202052034');
    const said: string[] = [];
    const conversation = contourAstm.converse?.(bytes => void said.push(hexOf(bytes)), manualClock(0));
    const framer = contourAstm.createFramer();
    const damaged = frame.with(8, 0x41);
    for (const one of framer.push(joined([Uint8Array.of(0x05), frame, damaged, frame]))) {
      conversation?.hear(one, false);
    }
    conversation?.end();
    expect(said).toEqual(['04', '06', '06', '15', '06']);
  });

  it('read both banks of an Omron, and say goodbye', async () => {
    const count = (of: number) => omronReports([0x4f, 0x4b, 0, 0, 0x0a, 0, of, 0x0a ^ of]);
    const no = omronReports([0x4e, 0x4f]);
    const said = await talk(
      omronHid,
      asked => {
        const command = Buffer.from(asked.subarray(1, 4)).toString('latin1');
        if (command === 'GME') return hexVector(READING);
        return asked[5] === 0 ? count(2) : no;
      },
      5,
    );
    expect(said).toEqual([
      '0747444300000000' + '0100000000000000',
      '07474d4500000000' + '0100000000000000',
      '07474d4500000001' + '0101000000000000',
      '0747444300010000' + '0101000000000000',
      '05454e44ffff0000',
    ]);
  });
});
