import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readDevicesConfig } from './config.ts';

const nonin = {
  deviceId: 'spo2-1',
  name: 'Nonin 3231',
  protocol: 'nonin-df2',
  transport: { kind: 'tcp', host: '127.0.0.1', port: 4001 },
};

describe('readDevicesConfig', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'shimabashi-devices-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const read = (text: string) => {
    const path = join(folder, 'devices.json');
    writeFileSync(path, text);
    return readDevicesConfig({ KIOSK_DEVICES_FILE: path });
  };

  it('reads devices on TCP and on serial ports', () => {
    const scale = { ...nonin, deviceId: 'spo2-2', transport: { kind: 'serial', path: '/dev/ttyUSB0' } };
    expect(read(JSON.stringify({ devices: [nonin, scale] })).devices).toEqual([nonin, scale]);
  });

  const one = (device: object) => JSON.stringify({ devices: [device] });
  const at = (protocol: string, transport: object) => ({ ...nonin, protocol, transport });
  const cuff = at('gatt-blood-pressure', { kind: 'gatt', address: 'C0:26:DA:00:00:01' });
  const monitor = { kind: 'listen', address: '192.0.2.7', host: '192.0.2.1', port: 2575 };

  it.each([
    ['Bluetooth', cuff.protocol, { ...cuff.transport, adapter: 'hci1', bondFirst: true, deleteKept: false }],
    ['USB HID', 'taidoc', { kind: 'hid', serialNumber: 'A1' }],
    ['USB HID, the only one', 'contour-astm', { kind: 'hid' }],
    ['calling us', 'hl7-oru', { ...monitor, unencrypted: true }],
    ['calling us with TLS', 'mllp', { ...monitor, tls: { certFile: '/a', keyFile: '/b', caFile: '/c' } }],
    ['calling us from this machine', 'mllp', { ...monitor, host: '127.0.0.1' }],
  ])('reads a device on %s', (_, protocol, transport) => {
    const device = at(protocol, transport);
    expect(read(JSON.stringify({ devices: [device] })).devices).toEqual([device]);
  });

  it('has no devices without the setting', () => {
    expect(readDevicesConfig({})).toEqual({ timeZone: 'Asia/Tokyo', devices: [] });
  });

  it.each([
    ['not JSON', '{', 'KIOSK_DEVICES_FILE: the file is not JSON'],
    ['no list', '{}', 'KIOSK_DEVICES_FILE: devices: '],
    [
      'an unknown protocol',
      JSON.stringify({ devices: [{ ...nonin, protocol: 'x' }] }),
      'devices.0.protocol: ',
    ],
    [
      'a port of none',
      JSON.stringify({ devices: [{ ...nonin, transport: { kind: 'tcp', host: 'a', port: 0 } }] }),
      'devices.0.transport.port: ',
    ],
    ['an unknown field', JSON.stringify({ devices: [{ ...nonin, colour: 'red' }] }), 'devices.0: '],
    [
      'an id twice',
      JSON.stringify({ devices: [nonin, nonin] }),
      'devices: two devices have the same deviceId',
    ],
    [
      'an address twice',
      JSON.stringify({
        devices: [
          cuff,
          { ...cuff, deviceId: 'b', transport: { kind: 'gatt', address: 'c0:26:da:00:00:01' } },
        ],
      }),
      'devices: two devices have the same address',
    ],
    [
      'a Bluetooth name',
      one(at(cuff.protocol, { kind: 'gatt', address: 'UA-651' })),
      '0.transport.address: ',
    ],
    [
      'a cuff on TCP',
      one({ ...nonin, protocol: cuff.protocol }),
      '0.transport.kind: gatt-blood-pressure is not',
    ],
    [
      'an oximeter on HID',
      one({ ...nonin, transport: { kind: 'hid' } }),
      '0.transport.kind: nonin-df2 is not',
    ],
    [
      'names in the clear',
      one(at('hl7-oru', monitor)),
      '0.transport.tls: must have either tls or unencrypted',
    ],
    ['an unknown kind', one({ ...nonin, transport: { kind: 'usb' } }), '0.transport.kind: '],
    ['a time zone', JSON.stringify({ timeZone: 'Tokyo', devices: [] }), 'timeZone: must be a time zone'],
  ])('says in one line what is wrong: %s', (_, text, problem) => {
    let said = '';
    try {
      read(text);
    } catch (error) {
      said = String(error);
    }
    expect(said).toContain('KIOSK_DEVICES_FILE: ');
    expect(said).toContain(problem);
    expect(said).not.toContain('\n');
  });

  it('says when the file is not there', () => {
    expect(() => readDevicesConfig({ KIOSK_DEVICES_FILE: join(folder, 'none') })).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID' }),
    );
  });
});
