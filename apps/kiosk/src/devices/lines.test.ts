import { randomUUID } from 'node:crypto';
import { createConnection, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { AppError, assert, type Sample } from '@shimabashi/contracts';
import { readObservation } from '@shimabashi/clinical';
import { driverOf } from '@shimabashi/vitals-drivers';
import { type HidLibrary } from '@shimabashi/vitals-drivers/hid';
import {
  fakeHid,
  HL7_MESSAGES,
  hl7Block,
  hidReport,
  memoryRadio,
  pluggedHid,
  type ShownTime,
  taidocPacket,
} from '@shimabashi/vitals-drivers/testing';
import { SimulatedPatient, simulatedGattDevice, startSimulator } from '@shimabashi/vitals-drivers/simulator';
import { WholeKiosk } from '../testing/whole-kiosk.ts';
import { sharedRadio } from './radio.ts';

const HERE = '127.0.0.1';
const CUFF = 'c0:26:da:00:00:01';

describe('from the bytes of a device to the screens and the chart', () => {
  const cleanUps: (() => unknown)[] = [];
  afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
  });
  const started = (...args: ConstructorParameters<typeof WholeKiosk>) => {
    const kiosk = new WholeKiosk(...args);
    cleanUps.push(() => kiosk.end());
    return kiosk;
  };
  /** Saves what arrived of a parameter, as a nurse does, and gives what the chart has. */
  const saved = async (kiosk: WholeKiosk, parameter: string) => {
    const { sampleId } = await kiosk.until(() =>
      kiosk.samples().find(sample => sample.parameter === parameter && sample.measured.status === 'measured'),
    );
    const { visit } = await kiosk.get('visits.current', {});
    assert(visit !== null, 'a visit is open');
    const { entries } = await kiosk.get('observations.save', {
      encounterId: visit.encounterId,
      entries: [{ operationId: randomUUID(), source: { kind: 'device', sampleId } }],
    });
    return readObservation(entries[0]!.resource);
  };

  it('a Bluetooth cuff, by its address', async () => {
    const radio = memoryRadio();
    const cuff = simulatedGattDevice('gatt-blood-pressure', {
      patient: new SimulatedPatient(1, 'normal'),
      shows: () => null,
    });
    const transport = { kind: 'gatt', address: CUFF, bondFirst: true };
    const device = { deviceId: 'cuff-1', name: 'A&D', protocol: 'gatt-blood-pressure', transport };
    const kiosk = started([device], { openRadio: async () => radio.link });
    await kiosk.openVisit();
    radio.switchOn('c0:26:da:00:00:02', simulatedCuffOfAnother().peripheral);
    radio.switchOn(CUFF, cuff.peripheral);
    cuff.measure();
    const { systolic } = new SimulatedPatient(1, 'normal').body();
    expect(await saved(kiosk, 'systolic-pressure')).toMatchObject({
      value: systolic,
      unit: 'mm[Hg]',
      deviceId: 'cuff-1',
      deviceName: 'A&D',
    });
    expect(radio.done.slice(0, 3)).toEqual(['connect', 'bond', 'discover']);
    expect((await kiosk.get('devices.list', {})).devices).toMatchObject([
      { deviceId: 'cuff-1', gives: 'spot', facts: { model: 'Simulator', battery: 77, clockOffsetMs: null } },
    ]);
  });

  it('a reading of a cuff that keeps records, in the visit in which it was taken, after the cuff has gone', async () => {
    const radio = memoryRadio();
    let shownAgoMs = 3_600_000;
    const cuff = simulatedGattDevice('gatt-blood-pressure', {
      patient: new SimulatedPatient(1, 'ramp'),
      shows: () => tokyoTime(Date.now() - shownAgoMs),
    });
    const transport = { kind: 'gatt', address: CUFF };
    const device = { deviceId: 'cuff-1', name: 'A&D', protocol: 'gatt-blood-pressure', transport };
    const kiosk = started([device], { openRadio: async () => radio.link });
    cuff.measure(); // Of somebody, an hour ago.
    const visit = await kiosk.openVisit(60_000);
    shownAgoMs = 0;
    cuff.measure();
    const before = Date.now();
    const off = radio.switchOn(CUFF, cuff.peripheral);
    const isNew = ({ measuredAtMs = 0 }: Sample) => measuredAtMs >= visit.openedAtMs;
    await kiosk.until(() => kiosk.samples().find(isNew));
    off();
    await kiosk.until(() =>
      kiosk.events.find(
        event =>
          event.event === 'device' &&
          event.device.state === 'connecting' &&
          event.device.lastHeardAtMs !== null,
      ),
    );
    expect(
      (await kiosk.get('vitals.latest', {})).samples.filter(isNew).map(({ parameter }) => parameter),
    ).toContain('systolic-pressure');
    const offered = kiosk.samples().filter(({ parameter }) => parameter === 'systolic-pressure');
    expect(offered.map(isNew)).toEqual([false, true]);
    const save = (sampleId: string) =>
      kiosk.get('observations.save', {
        encounterId: visit.encounterId,
        entries: [{ operationId: randomUUID(), source: { kind: 'device', sampleId } }],
      });
    await expect(save(offered[0]!.sampleId)).rejects.toThrow('SAMPLE_EXPIRED');
    const { entries } = await save(offered[1]!.sampleId);
    const facts = readObservation(entries[0]!.resource);
    expect(facts).toMatchObject({
      encounterId: visit.encounterId,
      parameter: 'systolic-pressure',
      deviceName: 'A&D',
    });
    expect(Math.abs(facts.effectiveAtMs - before)).toBeLessThan(3_000);
  });

  it('a memory once, though the cuff sends it again to a devices service that was restarted', async () => {
    const radio = memoryRadio();
    const cuff = simulatedGattDevice('gatt-blood-pressure', {
      patient: new SimulatedPatient(1, 'ramp'),
      shows: () => tokyoTime(Date.now()),
    });
    const transport = { kind: 'gatt', address: CUFF };
    const device = { deviceId: 'cuff-1', name: 'A&D', protocol: 'gatt-blood-pressure', transport };
    const kiosk = started([device], { openRadio: async () => radio.link });
    await kiosk.openVisit(60_000);
    cuff.measure();
    radio.switchOn(CUFF, cuff.peripheral);
    const systolic = () => kiosk.samples().filter(({ parameter }) => parameter === 'systolic-pressure');
    await kiosk.until(() => systolic()[0]);
    const subscriptions = () => radio.done.filter(word => word === 'subscribe 2a35').length;
    await kiosk.keptRecord(systolic()[0]!.sampleId);
    kiosk.crash('devices');
    await kiosk.until(() => (subscriptions() === 2 ? true : undefined));
    cuff.measure();
    await kiosk.until(() => systolic()[1]);
    const [first, second] = systolic();
    expect(systolic()).toHaveLength(2);
    expect(second?.sampleId).not.toBe(first?.sampleId);
  });

  it('records that are kept before the meter is told to delete them', async () => {
    const radio = memoryRadio();
    const meter = simulatedGattDevice('gatt-glucose', {
      patient: new SimulatedPatient(1, 'normal'),
      shows: () => tokyoTime(Date.now()),
    });
    for (let count = 0; count < 3; count += 1) meter.measure();
    const transport = { kind: 'gatt', address: CUFF, deleteKept: true };
    const device = { deviceId: 'meter-1', name: 'Meter', protocol: 'gatt-glucose', transport };
    const kiosk = started([device], { openRadio: async () => radio.link });
    await kiosk.openVisit(60_000);
    radio.switchOn(CUFF, meter.peripheral);
    await kiosk.until(() => (meter.store?.size === 0 ? true : undefined));
    const told = kiosk.samples().map(({ sampleId }) => sampleId);
    expect(told).toHaveLength(3);
    for (const sampleId of told) await kiosk.keptRecord(sampleId);
  });

  it('a meter on USB, by its serial number', async () => {
    const { hid: settings } = driverOf('taidoc')!;
    assert(settings !== undefined, 'it speaks HID');
    const hid = fakeHid([pluggedHid(settings, 'B2'), pluggedHid(settings, 'A1')], written => {
      const command = written[2] ?? 0;
      const isMoment = command === 0x25 || command === 0x23;
      const said = command === 0x2b ? [1, 0] : isMoment ? taidocMoment(Date.now()) : [0x68, 0, 0, 0];
      return [hidReport([8, ...taidocPacket(command, said, 0xa5)])];
    });
    const transport = { kind: 'hid', serialNumber: 'A1' };
    const device = { deviceId: 'meter-1', name: 'TaiDoc', protocol: 'taidoc', transport };
    const opened: string[] = [];
    let isPlugged = false;
    const library: HidLibrary = {
      ...hid.library,
      devices: async () => (isPlugged ? hid.library.devices() : []),
      open: (path, on) => {
        opened.push(path);
        return hid.library.open(path, on);
      },
    };
    const kiosk = started([device], { hid: library });
    await kiosk.openVisit(180_000);
    isPlugged = true;
    expect(await saved(kiosk, 'glucose')).toMatchObject({ value: 104, unit: 'mg/dL', deviceId: 'meter-1' });
    expect(opened).toEqual(['/dev/hidraw-A1']);
    const [told] = (await kiosk.get('devices.list', {})).devices;
    // A meter's clock has whole minutes, and this one shows the right one.
    expect(told?.facts?.clockOffsetMs).toBe(0);
  });

  it('a monitor that calls, from its address only', async () => {
    const port = await freePort();
    const monitor = { kind: 'listen', host: HERE, port };
    const of = (deviceId: string, address: string) => ({
      deviceId,
      name: 'Bedside',
      protocol: 'hl7-oru',
      transport: { ...monitor, address },
    });
    const kiosk = started([of('bed-1', HERE), of('bed-2', '192.0.2.7')]);
    await kiosk.openVisit();
    const simulator = await startSimulator({
      protocol: 'hl7-oru',
      scenario: 'normal',
      seed: 1,
      to: { kind: 'call', host: HERE, port },
    });
    cleanUps.push(() => simulator.stop());
    expect(await saved(kiosk, 'SpO2')).toMatchObject({ unit: '%', deviceId: 'bed-1', deviceName: 'Bedside' });
  });

  it('a monitor whose message is answered as taken', async () => {
    const port = await freePort();
    const transport = { kind: 'listen', host: HERE, port, address: HERE };
    const kiosk = started([{ deviceId: 'bed-1', name: 'Bedside', protocol: 'mllp', transport }]);
    await kiosk.openVisit();
    const socket = await called(port);
    cleanUps.push(() => socket.destroy());
    const answered = new Promise<string>(resolve => socket.once('data', chunk => resolve(String(chunk))));
    socket.write(hl7Block(HL7_MESSAGES.nihonKohden));
    expect(await answered).toContain('MSA|AA|20170525000003');
  });
});

describe('a kiosk without Bluetooth', () => {
  it('starts as before, and asks for it again later', async () => {
    let asked = 0;
    const radio = sharedRadio(async () => {
      asked += 1;
      throw new Error('no such library');
    });
    const connect = () =>
      radio.connect({ address: CUFF }, { bondFirst: false }, new AbortController().signal);
    await expect(connect()).rejects.toMatchObject({ code: 'DEVICE_LOST' });
    await expect(connect()).rejects.toBeInstanceOf(AppError);
    expect(asked).toBe(2);
    await radio.close();
  });
});

function simulatedCuffOfAnother() {
  return simulatedGattDevice('gatt-blood-pressure', {
    patient: new SimulatedPatient(2, 'hypotension'),
    shows: () => null,
  });
}

/** What a clock in Tokyo shows. */
function tokyoTime(nowMs: number): ShownTime {
  const wall = new Date(nowMs + 9 * 3_600_000);
  return {
    year: wall.getUTCFullYear(),
    month: wall.getUTCMonth() + 1,
    day: wall.getUTCDate(),
    hour: wall.getUTCHours(),
    minute: wall.getUTCMinutes(),
    second: wall.getUTCSeconds(),
  };
}

/** Seven bits of year, four of month, five of day; minute; hour. */
function taidocMoment(nowMs: number): number[] {
  const { year, month, day, hour, minute } = tokyoTime(nowMs);
  const date = ((year - 2000) << 9) | (month << 5) | day;
  return [date & 0xff, date >> 8, minute, hour];
}

/** A line to a port that may begin to listen only now. */
async function called(port: number): Promise<Socket> {
  for (;;) {
    const socket = createConnection({ host: HERE, port });
    const isOpen = await new Promise<boolean>(resolve => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    });
    if (isOpen) return socket;
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, HERE, resolve));
  const bound = server.address();
  assert(bound !== null && typeof bound === 'object', 'it listens');
  await new Promise(resolve => server.close(resolve));
  return bound.port;
}
