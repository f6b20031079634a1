import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import {
  assert,
  type DeviceTrial,
  type IdentityProof,
  type KioskContract,
  type RowResponse,
} from '@shimabashi/contracts';
import { readObservation } from '@shimabashi/clinical';
import { driverOf } from '@shimabashi/vitals-drivers';
import { SimulatedPatient, simulatedGattDevice } from '@shimabashi/vitals-drivers/simulator';
import { fakeHid, memoryRadio, pluggedHid } from '@shimabashi/vitals-drivers/testing';
import { WholeKiosk } from '../testing/whole-kiosk.ts';

const CUFF = 'c0:26:da:00:00:01';
const OTHER = 'c0:26:da:00:00:02';
type Search = RowResponse<KioskContract, 'devices.search'>;

/** What no machine of ours has: serial adapters and USB devices, unless a test plugs them in. */
const NOTHING_PLUGGED = { hid: fakeHid([]).library, listPorts: async () => [] };

function cuffOf(name: string, seed = 1) {
  return simulatedGattDevice('gatt-blood-pressure', {
    patient: new SimulatedPatient(seed, 'ramp'),
    shows: () => null,
    name,
  });
}

describe('enrolling a device at the kiosk', () => {
  const cleanUps: (() => unknown)[] = [];
  afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
  });

  const started = async (...[devices, edges]: ConstructorParameters<typeof WholeKiosk>) => {
    const kiosk = new WholeKiosk(devices, { ...NOTHING_PLUGGED, ...edges });
    cleanUps.push(() => kiosk.end());
    await kiosk.signIn();
    return kiosk;
  };
  /** Asks as the page does, until the answer is what is waited for. */
  const searched = async <Found>(kiosk: WholeKiosk, look: (search: Search) => Found | undefined) => {
    for (;;) {
      const found = look(await kiosk.get('devices.search', {}));
      if (found !== undefined) return found;
      await new Promise(resolve => setImmediate(resolve));
    }
  };
  const byIdentity = (kiosk: WholeKiosk, identity: string) =>
    searched(kiosk, ({ found }) => found.find(each => each.identity === identity));
  const measurement = (kiosk: WholeKiosk): Promise<{ trial: DeviceTrial; proof: IdentityProof }> =>
    searched(kiosk, ({ trial }) => {
      const sampleId = trial?.samples[0]?.sampleId;
      return trial === null || sampleId === undefined
        ? undefined
        : { trial, proof: { kind: 'measurement', sampleId } };
    });

  it('from the search to a measurement in the chart, over a restart, until it is let go', async () => {
    const radio = memoryRadio();
    const cuff = cuffOf('A&D UA-651BLE');
    const other = cuffOf('A&D UA-651BLE', 2);
    const kiosk = await started([], { openRadio: async () => radio.link });
    const off = radio.switchOn(CUFF, cuff.peripheral);
    radio.switchOn(OTHER, other.peripheral);
    const found = await byIdentity(kiosk, CUFF);
    expect(found).toMatchObject({
      way: 'bluetooth',
      name: 'A&D UA-651BLE',
      protocols: ['gatt-blood-pressure'],
    });
    // To look connects to nothing, and enrols nothing.
    expect(radio.done).toEqual([]);
    expect((await kiosk.get('devices.list', {})).devices).toEqual([]);

    await kiosk.get('devices.try', { foundId: found.foundId });
    cuff.measure();
    const { trial, proof } = await measurement(kiosk);
    expect(trial).toMatchObject({ protocol: 'gatt-blood-pressure', facts: { model: 'Simulator' } });
    expect(radio.done.slice(0, 2)).toEqual(['connect', 'bond']); // As A&D's cuffs want it.
    // What was measured to try it reaches no screen and no patient.
    expect(kiosk.samples()).toEqual([]);

    const request = { foundId: found.foundId, name: ' 診察室の血圧計 ', proof };
    const { device } = await kiosk.get('devices.enrol', request);
    expect(device).toMatchObject({ name: '診察室の血圧計', gives: 'spot', enrolledHere: true });
    const { trial: after, found: left } = await kiosk.get('devices.search', {});
    expect([after, left.map(each => each.identity)]).toEqual([null, [OTHER]]);

    kiosk.crash('devices');
    await kiosk.until(() => (kiosk.startsOf('devices') === 2 ? true : undefined));
    await searched(kiosk, () =>
      radio.done.filter(word => word === 'subscribe 2a35').length >= 2 ? true : undefined,
    );
    const visit = await kiosk.openVisit();
    const before = kiosk.samples().length;
    cuff.measure();
    const sample = await kiosk.until(() =>
      kiosk
        .samples()
        .slice(before)
        .find(({ parameter }) => parameter === 'systolic-pressure'),
    );
    const { entries } = await kiosk.get('observations.save', {
      encounterId: visit.encounterId,
      entries: [{ operationId: randomUUID(), source: { kind: 'device', sampleId: sample.sampleId } }],
    });
    expect(readObservation(entries[0]!.resource)).toMatchObject({
      deviceId: device.deviceId,
      deviceName: '診察室の血圧計',
    });

    await kiosk.get('devices.remove', { deviceId: device.deviceId });
    expect((await kiosk.get('devices.list', {})).devices).toEqual([]);
    expect(kiosk.events).toContainEqual({ event: 'device-removed', deviceId: device.deviceId });
    off();
    kiosk.crash('devices');
    await kiosk.until(() => (kiosk.startsOf('devices') === 3 ? true : undefined));
    expect((await kiosk.get('devices.search', {})).trial).toBeNull();
    expect((await kiosk.get('devices.list', {})).devices).toEqual([]);
  });

  it('never without a nurse, a trial, and what the device itself said', async () => {
    const radio = memoryRadio();
    const kiosk = await started([], { openRadio: async () => radio.link });
    const cuff = cuffOf('Cuff');
    radio.switchOn(CUFF, cuff.peripheral);
    const { foundId } = await byIdentity(kiosk, CUFF);
    const proof = { kind: 'measurement', sampleId: 'gatt-1/record/0' } as const;
    const enrol = (change: object) => kiosk.get('devices.enrol', { foundId, name: 'x', proof, ...change });
    await expect(enrol({})).rejects.toThrow('NOT_FOUND');
    await kiosk.get('devices.try', { foundId });
    await searched(kiosk, ({ trial }) => (trial?.facts === null ? undefined : trial?.facts));
    await expect(enrol({})).rejects.toThrow('CONFLICT');
    await expect(enrol({ proof: { kind: 'serial-number', serialNumber: 'other' } })).rejects.toThrow(
      'CONFLICT',
    );
    await expect(kiosk.get('devices.try', { foundId: 'bluetooth-none' })).rejects.toThrow('NOT_FOUND');
    await kiosk.get('session.sign-out', {});
    for (const asked of [
      () => kiosk.get('devices.search', {}),
      () => kiosk.get('devices.try', { foundId }),
      () => enrol({}),
      () => kiosk.get('devices.remove', { deviceId: 'x' }),
    ]) {
      await expect(asked()).rejects.toThrow('SIGN_IN_REQUIRED');
    }
  });

  it('leaves what the settings file names as it is: not found anew, and not let go', async () => {
    const radio = memoryRadio();
    const transport = { kind: 'gatt', address: CUFF };
    const known = { deviceId: 'cuff-1', name: 'A&D', protocol: 'gatt-blood-pressure', transport };
    const kiosk = await started([known], { openRadio: async () => radio.link });
    radio.switchOn(OTHER, cuffOf('Other').peripheral);
    await byIdentity(kiosk, OTHER);
    radio.switchOn(CUFF, cuffOf('Cuff').peripheral);
    const { found } = await kiosk.get('devices.search', {});
    expect(found.map(({ identity }) => identity)).toEqual([OTHER]);
    await expect(kiosk.get('devices.remove', { deviceId: 'cuff-1' })).rejects.toThrow('NOT_FOUND');
  });

  it('tries both drivers of a profile, and stays with the one whose measurements the device has', async () => {
    const radio = memoryRadio();
    const kiosk = await started([], { openRadio: async () => radio.link });
    const oximeter = simulatedGattDevice('gatt-pulse-oximeter-spot', {
      patient: new SimulatedPatient(1, 'normal'),
      shows: () => null,
    });
    oximeter.measure();
    radio.switchOn(CUFF, oximeter.peripheral);
    const { foundId, protocols } = await byIdentity(kiosk, CUFF);
    expect(protocols).toEqual(['gatt-pulse-oximeter', 'gatt-pulse-oximeter-spot']);
    await kiosk.get('devices.try', { foundId });
    expect((await measurement(kiosk)).trial.protocol).toBe('gatt-pulse-oximeter-spot');
  });

  it('finds a meter on USB by its own number, and says where nothing can be looked for', async () => {
    const { hid: settings } = driverOf('taidoc')!;
    assert(settings !== undefined, 'it speaks HID');
    const kiosk = await started([], {
      hid: fakeHid([pluggedHid(settings, 'A1')]).library,
      listPorts: () => Promise.reject(new Error('no udevadm')),
      openRadio: () => Promise.reject(new Error('no radio')),
    });
    const { foundId, way } = await byIdentity(kiosk, 'A1');
    expect(way).toBe('usb');
    expect(
      await searched(kiosk, ({ unavailable }) => (unavailable.length < 2 ? undefined : unavailable)),
    ).toEqual(expect.arrayContaining(['bluetooth', 'serial']));
    await kiosk.get('devices.try', { foundId });
    const proof = { kind: 'serial-number', serialNumber: 'A1' } as const;
    const { device } = await kiosk.get('devices.enrol', { foundId, name: '血糖計', proof });
    expect(device).toMatchObject({ protocol: 'taidoc', enrolledHere: true });
  });
});
