import { afterEach, describe, expect, it, vi } from 'vitest';
import { simulatedGattDevice } from '../simulator/gatt/devices.ts';
import { SimulatedPatient } from '../simulator/patient.ts';
import { startFakeBluez } from '../testing/fake-bluez.ts';
import { BENCH_NOW } from '../testing/gatt-bench.ts';
import { hasMessageBus, startPrivateBus } from '../testing/message-bus.ts';
import { runCli } from './run.ts';

const ADDRESS = 'c0:26:da:00:00:01';
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

describe.skipIf(!hasMessageBus)('vitals read --port gatt:ADDRESS (needs dbus-daemon)', () => {
  const cleanUps: (() => unknown)[] = [];
  afterEach(async () => {
    vi.unstubAllEnvs();
    for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
  });

  const read = async (...args: string[]) => {
    const bus = await startPrivateBus();
    cleanUps.push(() => bus.stop());
    vi.stubEnv('DBUS_SYSTEM_BUS_ADDRESS', bus.address);
    const device = simulatedGattDevice('gatt-thermometer', {
      patient: new SimulatedPatient(1, 'normal'),
      shows: () => BENCH_NOW,
    });
    device.measure();
    const { peripheral } = device;
    const daemon = await startFakeBluez({ busAddress: bus.address, address: ADDRESS, peripheral });
    cleanUps.push(() => daemon.stop());
    const lines: string[] = [];
    let said = '';
    const code = await runCli(['read', ...args], {
      stdin: (async function* () {})(),
      out: text => {
        lines.push(text);
        if (text.includes('body-temperature')) daemon.hangUp();
      },
      err: text => (said += text),
      stop: new AbortController().signal,
    });
    return { code, lines, said };
  };

  it('prints what a thermometer sends', async () => {
    const { code, lines } = await read('--port', `gatt:${ADDRESS}`, '--protocol', 'gatt-thermometer');
    expect(lines.map(line => (JSON.parse(line) as { parameter: string }).parameter)).toEqual([
      'device-clock',
      'body-temperature',
    ]);
    expect(code).toBe(0);
  });

  it.each([
    ['nonin-df2', 'not spoken over Bluetooth'],
    ['auto', '--protocol: which one'],
  ])('refuses %s', async (protocol, problem) => {
    const { code, said } = await read('--port', `gatt:${ADDRESS}`, '--protocol', protocol);
    expect(code).toBe(2);
    expect(said).toContain(problem);
  });
});
