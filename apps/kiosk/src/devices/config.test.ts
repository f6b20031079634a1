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

  it('has no devices without the setting', () => {
    expect(readDevicesConfig({})).toEqual({ devices: [] });
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
