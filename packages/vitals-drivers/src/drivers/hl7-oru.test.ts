import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hl7Acknowledgement } from '../decoders/hl7/acknowledgement.ts';
import { hl7Block } from '../decoders/hl7/message.ts';
import { type Reading } from '../decoder.ts';
import { readingsOf } from '../driver.ts';
import { MllpFramer, mllpBlock } from '../framing/mllp-framer.ts';
import { damage, damaged, joined } from '../testing/chunks.ts';
import { decodeAll, describeDriverContract, numbersOf, numericsOf } from '../testing/driver-contract.ts';
import { describeFramerContract } from '../testing/framer-contract.ts';
import { HL7_MESSAGES, hl7Vector } from '../testing/hl7-vectors.ts';
import { manualClock } from '../testing/manual-clock.ts';
import { replayTransport } from '../transports/replay.ts';
import { hl7Oru, mllp } from './hl7-oru.ts';

const content = fc
  .array(
    fc.integer({ min: 0, max: 255 }).filter(byte => byte !== 0x0b && byte !== 0x1c),
    { minLength: 1, maxLength: 80 },
  )
  .map(bytes => mllpBlock(Uint8Array.from(bytes)));
describeFramerContract('MLLP', () => new MllpFramer({ bare: false }), content);
describeFramerContract('MLLP or bare messages', () => new MllpFramer({ bare: true }), content);

const possible = {
  SpO2: [1, 100],
  'pulse-rate': [10, 350],
  'heart-rate': [10, 350],
  'respiratory-rate': [0, 200],
  'body-temperature': [10, 50],
  'systolic-pressure': [10, 350],
  'diastolic-pressure': [10, 350],
  'mean-arterial-pressure': [10, 350],
  'body-weight': [0.2, 350],
  'perfusion-index': [0, 100],
  glucose: [1, 2_000],
} as const;
const example = {
  goodStream: joined([hl7Vector('comen'), hl7Vector('geB40')]),
  numbers: [
    ['SpO2', 97],
    ['pulse-rate', 59],
    ['respiratory-rate', 20],
    ['body-temperature', 37],
    ['systolic-pressure', 120],
    ['diastolic-pressure', 80],
    ['mean-arterial-pressure', 90],
    ['pulse-rate', 80],
    ['heart-rate', 80],
  ] as const,
  badBytes: Uint8Array.of(0x0b, 0x4d, 0x1c, 0x1c, 0x0d),
  possible,
};
describeDriverContract(hl7Oru, example);
describeDriverContract(mllp, example);

const decoded = (...segments: string[]) => decodeAll(mllp, [hl7Block(segments)]);
const HEADER = 'MSH|^~\\&|MON|ICU|||20260124120000+0900||ORU^R01^ORU_R01|77|P|2.6';
const obx = (fields: string) => decoded(HEADER, `OBX|1|${fields}`);
const statementsOf = (readings: readonly Reading[], about: string) =>
  readings.flatMap(reading => (reading.kind === 'statement' && reading.about === about ? [reading] : []));

describe('observations', () => {
  it('are those of Nihon Kohden, by its own codes', () => {
    expect(numbersOf(decodeAll(mllp, [hl7Vector('nihonKohden')]))).toEqual([
      ['pulse-rate', 94],
      ['SpO2', 100],
    ]);
  });

  it('of another bed on the same line are refused', () => {
    const readings = decodeAll(mllp, [hl7Vector('nihonKohden'), hl7Vector('comen')]);
    expect(numbersOf(readings)).toHaveLength(2);
    expect(readings.at(-1)).toMatchObject({ kind: 'rejected' });
  });

  it('are those of GE, with what is not ours left out', () => {
    expect(numbersOf(decodeAll(mllp, [hl7Vector('geB40')]))).toEqual([
      ['pulse-rate', 80],
      ['heart-rate', 80],
    ]);
  });

  it('of open probes have a reason, and do not hide the sensor beside them', () => {
    const readings = decodeAll(mllp, [hl7Vector('northern')]);
    expect(numericsOf(readings).map(({ parameter, measured }) => [parameter, measured])).toEqual([
      ['SpO2', { status: 'absent', reason: 'invalid' }],
      ['pulse-rate', { status: 'absent', reason: 'invalid' }],
      ['body-temperature', { status: 'measured', value: 38.5 }],
      ['mean-arterial-pressure', { status: 'measured', value: 114 }],
      ['diastolic-pressure', { status: 'measured', value: 100 }],
    ]);
    // Its systolic pressure has the code of an arterial one: refused, and said so.
    expect(statementsOf(readings, 'observation').map(({ details }) => details.refused)).toEqual([
      'second-of-its-kind',
      'code-and-name-differ',
    ]);
  });

  it('carry their time, zone and line as evidence, and nothing of the patient', () => {
    const [reading] = numericsOf(decodeAll(mllp, [hl7Vector('comen')]));
    expect(reading).toMatchObject({ deviceTime: '2025-06-10T01:51:27', details: { deviceZone: '+0800' } });
    const line = Buffer.from(reading?.rawHex ?? '', 'hex').toString('latin1');
    expect(line).toBe(HL7_MESSAGES.comen[4]);
  });

  it.each([
    ['NM|150456^MDC_PULS_OXIM_SAT_O2^MDC|1|98|262688^MDC_DIM_PERCENT^MDC||INV||| |X', 'invalid'],
    ['NM|150456^MDC_PULS_OXIM_SAT_O2^MDC|1|98|262688^MDC_DIM_PERCENT^MDC||NAV|||X', 'not-available'],
    ['NM|150456^MDC_PULS_OXIM_SAT_O2^MDC|1|98|262688^MDC_DIM_PERCENT^MDC||DEMO|||R', 'not-of-a-patient'],
    ['NM|150456^MDC_PULS_OXIM_SAT_O2^MDC|1|8388607|262688^MDC_DIM_PERCENT^MDC|||||X', 'not-available'],
    ['NM|150456^MDC_PULS_OXIM_SAT_O2^MDC|1||262688^MDC_DIM_PERCENT^MDC|||||R', 'not-available'],
    ['NM|150456^MDC_PULS_OXIM_SAT_O2^MDC|1|9x|262688^MDC_DIM_PERCENT^MDC|||||R', 'invalid'],
    ['NM|150456^MDC_PULS_OXIM_SAT_O2^MDC|1|98|266016^MDC_DIM_MMHG^MDC|||||R', 'invalid'],
    ['NM|150456^MDC_PULS_OXIM_SAT_O2^MDC|1|98||||||R', 'invalid'],
  ])('have a reason and no number: %s', (fields, reason) => {
    expect(numericsOf(obx(fields)).map(({ measured }) => measured)).toEqual([{ status: 'absent', reason }]);
  });

  it('are converted from the unit of the sender', () => {
    expect(
      numbersOf(obx('NM|150021^MDC_PRESS_BLD_NONINV_SYS^MDC|1|16|265987^MDC_DIM_KILO_PASCAL^MDC|||||R')),
    ).toEqual([['systolic-pressure', 120.0099]]);
    expect(numbersOf(obx('NM|8310-5^Body temperature^LN|1|36.7|Cel|||||F'))).toEqual([
      ['body-temperature', 36.7],
    ]);
  });

  it('may be questionable', () => {
    const fields = 'NM|150456^MDC_PULS_OXIM_SAT_O2^MDC|1|98|262688^MDC_DIM_PERCENT^MDC||L~QUES|||R';
    expect(numericsOf(obx(fields))[0]?.quality).toEqual(['questionable']);
  });

  it('of a cuff that are sent again later are stored, not live', () => {
    const fields = (time: string) =>
      `NM|150021^MDC_PRESS_BLD_NONINV_SYS^MDC|1|120|266016^MDC_DIM_MMHG^MDC|||||R|||${time}`;
    expect(numericsOf(obx(fields('20260124115859+0900')))[0]?.origin).toBe('stored');
    expect(numericsOf(obx(fields('20260124115901+0900')))[0]?.origin).toBe('live');
  });

  it('are waveforms, with the rate that is told', () => {
    const readings = decodeAll(mllp, [hl7Vector('mindrayWaves')]);
    expect(readings.filter(({ kind }) => kind === 'waveform')).toEqual([
      { kind: 'waveform', waveform: 'ecg', value: 0.09768, sampleRateHz: 500 },
      { kind: 'waveform', waveform: 'ecg', value: 0.107448, sampleRateHz: 500 },
      { kind: 'waveform', waveform: 'ecg', value: 0.112332, sampleRateHz: 500 },
      { kind: 'waveform', waveform: 'ecg', value: -0.004884, sampleRateHz: 500 },
      { kind: 'waveform', waveform: 'pleth', value: null, sampleRateHz: 60 },
      { kind: 'waveform', waveform: 'pleth', value: null, sampleRateHz: 60 },
    ]);
  });

  it('are said once when the message is sent again', () => {
    const twice = decodeAll(mllp, [hl7Vector('nihonKohden'), hl7Vector('nihonKohden')]);
    expect(numbersOf(twice)).toHaveLength(2);
    expect(statementsOf(twice, 'message').map(({ details }) => details.isRepeat)).toEqual([false, true]);
  });

  it('come without blocks too, where the driver allows it', () => {
    const bare = Buffer.from(
      [...HL7_MESSAGES.comen, ...HL7_MESSAGES.geB40].map(segment => `${segment}\r\n`).join(''),
    );
    expect(numbersOf(decodeAll(hl7Oru, [bare]))).toEqual(example.numbers);
    expect(numbersOf(decodeAll(mllp, [bare]))).toEqual([]);
  });
});

describe('alerts', () => {
  it('say what, in which phase, and how urgent', () => {
    expect(statementsOf(decodeAll(mllp, [hl7Vector('mindrayAlert')]), 'alert')).toMatchObject([
      {
        stated: { status: 'measured', value: 'MDC_EVT_LEAD_OFF' },
        deviceTime: '2026-01-24T12:47:38',
        details: { eventCode: '196680', phase: 'start', state: 'active', priority: 'PL', type: 'ST' },
      },
    ]);
    expect(statementsOf(decodeAll(mllp, [hl7Vector('geAlert')]), 'alert')).toMatchObject([
      {
        stated: { value: 'HYPERTENSION-Alert Recheck BP' },
        details: { phase: 'update', state: 'active', priority: 'PM', type: 'SA', source: 'GE_Mural_DH_NM' },
      },
    ]);
  });
});

describe('acknowledgement', () => {
  const answer = (header: string, taken = true) => {
    const bytes = hl7Acknowledgement(
      { kind: 'frame', bytes: hl7Block([header]) },
      taken,
      Date.UTC(2026, 10, 22),
    );
    return bytes === undefined ? undefined : Buffer.from(bytes).toString('latin1');
  };
  const codes = (header: string, taken?: boolean) =>
    [...(answer(header, taken) ?? '').matchAll(/\rMSA\|(\w\w)\|/g)].map(match => match[1]);

  it('is a whole message to the sender', () => {
    expect(answer(HEADER)).toBe(
      '\x0bMSH|^~\\&|SHIMABASHI||MON|ICU|20261122000000+0000||ACK^R01^ACK|77.0|P|2.6\rMSA|AA|77\r\x1c\r',
    );
  });

  it('tells taken, not taken and refused', () => {
    expect(codes(HEADER, true)).toEqual(['AA']);
    expect(codes(HEADER, false)).toEqual(['AE']);
    expect(codes(HEADER.replace('ORU^R01^ORU_R01', 'ADT^A01'))).toEqual(['AR']);
  });

  it.each([
    ['|||AL|NE', ['CA'], ['CE']],
    ['|||NE|AL', ['AA'], ['AE']],
    ['|||AL|AL', ['CA', 'AA'], ['CE', 'AE']],
    ['|||NE|NE', [], []],
    ['|||ER|SU', ['AA'], ['CE']],
  ])('gives what the header asks for: %s', (asked, taken, notTaken) => {
    expect(codes(`${HEADER}${asked}`, true)).toEqual(taken);
    expect(codes(`${HEADER}${asked}`, false)).toEqual(notTaken);
  });

  it('does not answer an answer, nor what is no message', () => {
    expect(answer(HEADER.replace('ORU^R01^ORU_R01', 'ACK^R01^ACK'))).toBeUndefined();
    expect(hl7Acknowledgement({ kind: 'rejected', bytes: hl7Block([HEADER]) }, true, 0)).toBeUndefined();
    expect(hl7Acknowledgement({ kind: 'frame', bytes: Uint8Array.of(1, 2) }, true, 0)).toBeUndefined();
  });

  it('survives any damage of a message', () => {
    fc.assert(
      fc.property(fc.array(damage, { minLength: 1, maxLength: 8 }), fc.boolean(), (damages, taken) => {
        const bytes = damaged(hl7Vector('mindrayAlert'), damages);
        const answered = hl7Acknowledgement({ kind: 'frame', bytes }, taken, 0);
        expect(answered?.at(-1) ?? 0x0d).toBe(0x0d);
      }),
    );
  });

  it('waits until the numbers are kept, and says when they are not', async () => {
    const { transport, device } = replayTransport();
    const session = new AbortController();
    const connection = await transport.open(session.signal);
    const kept: { resolve: () => void; reject: (error: Error) => void }[] = [];
    const persist = () => new Promise<void>((resolve, reject) => kept.push({ resolve, reject }));
    const clock = manualClock(0);
    const ended = (async () => {
      for await (const _ of readingsOf({ driver: mllp, connection, signal: session.signal, persist, clock }));
    })();
    const said = () => device.received.map(bytes => /MSA\|(\w\w)/.exec(Buffer.from(bytes).toString())?.[1]);
    device.send(hl7Vector('nihonKohden'));
    await clock.settle();
    expect(said()).toEqual([]);
    kept.shift()?.resolve();
    await clock.settle();
    expect(said()).toEqual(['AA']);
    device.send(hl7Vector('geB40'));
    await clock.settle();
    kept.shift()?.reject(new Error('disk full'));
    await clock.settle();
    expect(said()).toEqual(['AA', 'AE']);
    device.send(hl7Vector('geAlert'));
    await clock.settle();
    expect(said()).toEqual(['AA', 'AE', 'CA']);
    device.send(hl7Vector('comen'));
    await clock.settle();
    expect(said().at(-1)).toBe('AE');
    session.abort();
    await ended;
  });
});
