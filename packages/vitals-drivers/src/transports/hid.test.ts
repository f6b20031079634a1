import { describe, expect, it } from 'vitest';
import { contourAstm } from '../drivers/contour-astm.ts';
import { freestyleText } from '../drivers/freestyle-text.ts';
import { omronHid } from '../drivers/omron-hid.ts';
import { taidoc } from '../drivers/taidoc.ts';
import { freestyleAnswer, freestyleRecords } from '../decoders/vendor/freestyle.ts';
import { taidocPacket } from '../decoders/vendor/taidoc.ts';
import { type Driver, readingsOf } from '../driver.ts';
import { astmFrame } from '../framing/astm-framer.ts';
import { type HidSettings, rawPacking } from '../hid.ts';
import { hexOf } from '../hex.ts';
import { numbersOf } from '../testing/driver-contract.ts';
import { hexVector } from '../testing/hex-vector.ts';
import { fakeHid, hidReport, pluggedHid } from '../testing/fake-hid.ts';
import { describeTransportContract } from '../testing/transport-contract.ts';
import { type HidLibrary, hidTransport } from './hid.ts';

function settingsOf(driver: Driver): HidSettings {
  if (driver.hid === undefined) throw new Error('the driver speaks HID');
  return driver.hid;
}

const RAW: HidSettings = {
  vendorId: 1,
  productIds: [2],
  packing: rawPacking({ reportBytes: 1, featureReports: [], openingReports: [] }),
};

describeTransportContract('HID', async () => {
  const fake = fakeHid([pluggedHid(RAW)]);
  return {
    transport: hidTransport({ settings: RAW }, fake.library),
    nowhere: hidTransport({ settings: { ...RAW, vendorId: 9 } }, fake.library),
    send: bytes => bytes.forEach(byte => fake.send(Uint8Array.of(byte))),
    received: async () => Uint8Array.from(fake.written.map(report => report[1] ?? 0)),
    hangUp: () => fake.unplug(),
    stop: async () => fake.unplug(),
  };
});

const open = (driver: Driver, library: HidLibrary, serialNumber?: string) =>
  hidTransport({ settings: settingsOf(driver), serialNumber }, library).open(new AbortController().signal);

describe('which device', () => {
  const taidocs = ['A1', 'B2'].map(serial => pluggedHid(settingsOf(taidoc), serial));

  it('is the enrolled one, whatever else is plugged in', async () => {
    const { library, openLines } = fakeHid([...taidocs, pluggedHid(RAW)]);
    const connection = await open(taidoc, library, 'B2');
    expect(openLines()).toBe(1);
    await connection.close();
    expect(openLines()).toBe(0);
  });

  it.each([
    ['one of two', undefined],
    ['one that is not plugged in', 'C3'],
  ])('is never %s', async (_, serialNumber) => {
    const { library } = fakeHid(taidocs);
    await expect(open(taidoc, library, serialNumber)).rejects.toMatchObject({ code: 'DEVICE_LOST' });
  });
});

describe('a lost device', () => {
  it('ends the bytes with DEVICE_LOST', async () => {
    const fake = fakeHid([pluggedHid(RAW)]);
    const connection = await hidTransport({ settings: RAW }, fake.library).open(new AbortController().signal);
    fake.unplug();
    await expect(connection.bytes[Symbol.asyncIterator]().next()).rejects.toMatchObject({
      code: 'DEVICE_LOST',
    });
    await expect(connection.write(Uint8Array.of(1))).rejects.toMatchObject({ code: 'DEVICE_LOST' });
    await connection.close();
  });

  it('is closed again when it does not take its first reports', async () => {
    const fake = fakeHid([pluggedHid(settingsOf(taidoc))]);
    const library: HidLibrary = {
      ...fake.library,
      open: async (path, on) => ({
        ...(await fake.library.open(path, on)),
        sendFeatureReport: () => Promise.reject(new Error('no')),
      }),
    };
    await expect(open(taidoc, library)).rejects.toMatchObject({ code: 'DEVICE_LOST' });
    expect(fake.openLines()).toBe(0);
  });
});

/** The numbers that a driver reads from a fake device until it has so many. */
async function readFrom(driver: Driver, library: HidLibrary, count: number): Promise<unknown[]> {
  const session = new AbortController();
  const numbers: unknown[] = [];
  const connection = await open(driver, library);
  for await (const readings of readingsOf({ driver, connection, signal: session.signal })) {
    numbers.push(...numbersOf(readings));
    if (numbers.length >= count) session.abort();
  }
  return numbers;
}

describe('drivers over HID', () => {
  it('read a TaiDoc behind its CP2110', async () => {
    const fake = fakeHid([pluggedHid(settingsOf(taidoc))], written => {
      expect(written[0]).toBe(8);
      const command = written[2] ?? 0;
      const answer = taidocPacket(command, command === 0x2b ? [1, 0] : [0x68, 0, 0, 0], 0xa5);
      return [hidReport([3, ...answer.subarray(0, 3)]), hidReport([5, ...answer.subarray(3)])];
    });
    expect(await readFrom(taidoc, fake.library, 1)).toEqual([['glucose', 104]]);
    expect(fake.features.map(hexOf)).toEqual(['4101', '5000004b0000000300', '4303']);
  });

  it('read a Contour', async () => {
    const frame = astmFrame(1, 'R|1|^^^Glucose|133|mg/dL^P||B/X||201202052034');
    const fake = fakeHid([pluggedHid(settingsOf(contourAstm))], written =>
      written[5] === 0x04
        ? [
            hidReport([0x41, 0x42, 0x43, 20, ...frame.subarray(0, 20)]),
            hidReport([0x41, 0x42, 0x43, frame.length - 20, ...frame.subarray(20)]),
            hidReport([0x58, 0x58, 0x58, 1, 0x05]),
          ]
        : [],
    );
    expect(await readFrom(contourAstm, fake.library, 1)).toEqual([['glucose', 133]]);
  });

  it('read a FreeStyle, past its packets of synchronisation', async () => {
    const answer = freestyleAnswer(freestyleRecords(['7,1,11,22,26,7,5,0,104,0']));
    const fake = fakeHid([pluggedHid(settingsOf(freestyleText))], written =>
      written[1] === 0x60
        ? [
            hidReport([0x60, 40, ...answer.subarray(0, 40)]),
            hidReport([0x22, 1, 5]),
            hidReport([0x60, answer.length - 40, ...answer.subarray(40)]),
          ]
        : [hidReport([0x30, 1, 0x85])],
    );
    expect(await readFrom(freestyleText, fake.library, 1)).toEqual([['glucose', 104]]);
    expect(fake.written.map(one => one[1])).toEqual([0x04, 0x05, 0x15, 0x01, 0x60]);
  });

  it('read an Omron, in the mode of single readings', async () => {
    const reading = hexVector('074f4b0007010300 07063300 00704b47 0300004c 00000000');
    const fake = fakeHid([pluggedHid(settingsOf(omronHid))], written => {
      const command = Buffer.from(written.subarray(2, 5)).toString('latin1');
      if (command === 'GDC') return [hexVector('074f4b00000a0001'), hexVector('010b000000000000')];
      if (command !== 'GME') return [];
      return [0, 8, 16].map(at => reading.subarray(at, at + 8));
    });
    expect(await readFrom(omronHid, fake.library, 3)).toEqual([
      ['systolic-pressure', 112],
      ['diastolic-pressure', 75],
      ['pulse-rate', 71],
    ]);
    expect(fake.features.map(hexOf)).toEqual(['0074bc']);
    expect(hexOf(fake.written[0] ?? new Uint8Array())).toBe('00'.repeat(9));
  });
});
