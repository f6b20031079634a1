import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CONTEC_V7_SHAPE, v7Command, v7Packet, v7Payload } from '../framing/contec-v7-shape.ts';
import { VariableLengthFramer } from '../framing/variable-length-framer.ts';
import { readingsOf } from '../driver.ts';
import { hexOf } from '../hex.ts';
import { damage, damaged, joined } from '../testing/chunks.ts';
import { CONTEC_V7_CAPTURES } from '../testing/contec-v7-vectors.ts';
import {
  decodeAll,
  decodeFrames,
  describeDriverContract,
  numbersOf,
  numericsOf,
} from '../testing/driver-contract.ts';
import { describeFramerContract } from '../testing/framer-contract.ts';
import { manualClock } from '../testing/manual-clock.ts';
import { replayTransport } from '../transports/replay.ts';
import { contecV7, contecV7Stored } from './contec-v7.ts';

const byte = fc.integer({ min: 0, max: 255 });
const packetOf = (kind: number, length: number) =>
  fc.array(byte, { minLength: length, maxLength: length }).map(payload => v7Packet(kind, payload));
describeFramerContract(
  'Contec version 7',
  () => new VariableLengthFramer(CONTEC_V7_SHAPE),
  fc.oneof(packetOf(0x01, 7), packetOf(0x0f, 6), packetOf(0x09, 4), packetOf(0x0d, 1)),
);

const realtime = (payload: readonly number[]) => v7Packet(0x01, payload);
const possible = { 'pulse-rate': [18, 254], SpO2: [1, 100], 'perfusion-index': [0.01, 20] } as const;
const badBytes = Uint8Array.of(0x80, 0xff, 0x7e, 0x00, 0x91, 0x81);

describeDriverContract(contecV7, {
  goodStream: joined([
    CONTEC_V7_CAPTURES.cms50e,
    ...Array.from({ length: 3 }, () => realtime([0x05, 60, 7, 180, 93, 0x40, 0x01])),
  ]),
  numbers: [
    ['pulse-rate', 60],
    ['SpO2', 99],
    ['pulse-rate', 180],
    ['SpO2', 93],
    ['perfusion-index', 3.2],
  ],
  badBytes,
  possible,
});

const RECORDED = [
  [94, 62],
  [94, 62],
  [95, 61],
  [95, 60],
  [95, 57],
  [97, 55],
  ...Array.from({ length: 4 }, () => [98, 59] as const),
  [98, 63],
  ...Array.from({ length: 7 }, () => [98, 62] as const),
].flatMap(([spO2 = 0, pulseRate = 0]): [string, number][] => [
  ['pulse-rate', pulseRate],
  ['SpO2', spO2],
]);
describeDriverContract(contecV7Stored, {
  goodStream: CONTEC_V7_CAPTURES.recording,
  numbers: RECORDED,
  badBytes,
  possible,
});

describe('live packets', () => {
  it('are read as devices were captured', () => {
    expect(numbersOf(decodeAll(contecV7, [CONTEC_V7_CAPTURES.cms50dPlus]))).toEqual([
      ['pulse-rate', 65],
      ['SpO2', 97],
    ]);
    const waves = decodeFrames(contecV7, [CONTEC_V7_CAPTURES.cms50e]).flatMap(reading =>
      reading.kind === 'waveform' ? [reading.value] : [],
    );
    expect(waves).toEqual([19, 19, 18, 68, 64]);
    const beeps = numericsOf(decodeFrames(contecV7, [CONTEC_V7_CAPTURES.cms50e])).map(
      one => one.details.beep,
    );
    expect(beeps.filter(beep => beep)).toHaveLength(4);
  });

  it.each([
    ['a finger out', CONTEC_V7_CAPTURES.noFinger, 'sensor-off'],
    ['an idle device', CONTEC_V7_CAPTURES.idle, 'sensor-off'],
    ['searching', realtime([0x05, 0x80 | 40, 3, 72, 97, 0xff, 0xff]), 'searching'],
    ['searching for too long', realtime([0x15, 40, 3, 72, 97, 0xff, 0xff]), 'searching'],
    ['missing marks', realtime([0x05, 40, 3, 255, 127, 0xff, 0xff]), 'not-available'],
    ['zeros', realtime([0x05, 40, 3, 0, 0, 0xff, 0xff]), 'not-available'],
    ['impossible numbers', realtime([0x05, 40, 3, 17, 101, 0xff, 0xff]), 'invalid'],
  ])('have a reason and no number: %s', (_, packet, reason) => {
    const numbers = numericsOf(decodeFrames(contecV7, [packet]));
    expect(numbers.map(({ parameter, measured }) => [parameter, measured])).toEqual([
      ['pulse-rate', { status: 'absent', reason }],
      ['SpO2', { status: 'absent', reason }],
    ]);
  });

  it('never give a number that a single damage made', () => {
    const stream = joined(Array.from({ length: 20 }, () => realtime([0x05, 60, 7, 180, 93, 0xff, 0xff])));
    fc.assert(
      fc.property(damage, one => {
        const numbers = numbersOf(decodeAll(contecV7, [damaged(stream, [one])]));
        expect(new Set(numbers.map(String))).toEqual(new Set(['pulse-rate,180', 'SpO2,93']));
      }),
    );
  });
});

describe('a recording', () => {
  it('counts the seconds, and is stored, not live', () => {
    const readings = numericsOf(decodeAll(contecV7Stored, [CONTEC_V7_CAPTURES.recording]));
    expect(readings).toHaveLength(11 * 3 * 2);
    expect(readings.every(({ origin }) => origin === 'stored')).toBe(true);
    expect(readings.map(({ details }) => details.second)).toEqual(
      Array.from({ length: 66 }, (_, at) => Math.floor(at / 2)),
    );
    expect(readings[0]?.measured).toEqual({ status: 'absent', reason: 'not-available' });
  });

  it('may have a perfusion index', () => {
    const readings = decodeAll(contecV7Stored, [v7Packet(0x09, [98, 72, 0x5e, 0x01])]);
    expect(numbersOf(readings)).toEqual([
      ['pulse-rate', 72],
      ['SpO2', 98],
      ['perfusion-index', 3.5],
    ]);
  });
});

describe('packets', () => {
  it('carry all eight bits of their payload', () => {
    fc.assert(
      fc.property(fc.array(byte, { minLength: 7, maxLength: 7 }), payload => {
        expect([...v7Payload(v7Packet(0x01, payload))]).toEqual(payload);
      }),
    );
  });

  it('are commands as other projects send them', () => {
    expect(hexOf(v7Command(0xa1))).toBe('7d81a1808080808080');
    // timegrid/CMS50Dplus7, tests.py: test_send_command_data.
    expect(hexOf(v7Command(0x80, 255, 255, 255, 255, 255, 255))).toBe('7dff80ffffffffffff');
  });
});

describe("the host's side", () => {
  const talk = async (driver: typeof contecV7) => {
    const clock = manualClock(0);
    const { transport, device } = replayTransport();
    const session = new AbortController();
    const connection = await transport.open(session.signal);
    const ended = (async () => {
      for await (const _ of readingsOf({ driver, connection, signal: session.signal, clock }));
    })();
    return {
      clock,
      device,
      session,
      ended,
      sent: () => device.received.map(bytes => hexOf(bytes.slice(2, 3))),
    };
  };

  it('starts the stream, keeps it alive every five seconds, and stops it', async () => {
    const { clock, session, ended, sent } = await talk(contecV7);
    await clock.pass(4_999);
    expect(sent()).toEqual(['a1']);
    await clock.pass(10_001);
    expect(sent()).toEqual(['a1', 'af', 'af', 'af']);
    session.abort();
    await ended;
    expect(sent()).toEqual(['a1', 'af', 'af', 'af', 'a2']);
    await clock.pass(60_000);
    expect(sent()).toHaveLength(5);
  });

  it('asks for the recording, and ends with the line when it cannot be written to', async () => {
    const { clock, device, ended, sent } = await talk(contecV7Stored);
    await clock.settle();
    expect(sent()).toEqual(['a6']);
    device.hangUp();
    await expect(ended).rejects.toMatchObject({ code: 'DEVICE_LOST' });
    expect(sent()).toEqual(['a6']);
  });
});
