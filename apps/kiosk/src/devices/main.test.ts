import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { FromService } from '@shimabashi/contracts';
import { type Simulator, startSimulator } from '@shimabashi/vitals-drivers/simulator';

const MAIN = new URL('main.ts', import.meta.url).pathname;

describe('the devices process', () => {
  const cleanUps: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
  });

  const startFor = async (file: string) => {
    const folder = await mkdtemp(join(tmpdir(), 'shimabashi-devices-'));
    cleanUps.push(() => rm(folder, { recursive: true }));
    const path = join(folder, 'devices.json');
    await writeFile(path, file);
    const child = fork(MAIN, {
      env: { ...process.env, KIOSK_DEVICES_FILE: path },
      stdio: 'pipe',
      execArgv: [],
    });
    cleanUps.push(async () => child.kill('SIGKILL'));
    return child;
  };

  const startWithMonitor = async () => {
    const simulator: Simulator = await startSimulator({
      protocol: 'nonin-df2',
      scenario: 'normal',
      seed: 1,
      to: { kind: 'tcp', port: 0 },
    });
    cleanUps.push(() => simulator.stop());
    const transport = { kind: 'tcp', host: '127.0.0.1', port: simulator.port };
    const device = { deviceId: 'spo2-1', name: 'Nonin', protocol: 'nonin-df2', transport };
    return startFor(JSON.stringify({ devices: [device] }));
  };

  it('reads a monitor, and ends with its shell', async () => {
    const child = await startWithMonitor();
    const samples = await message(child, sent => sent.type === 'event' && sent.event.event === 'samples');
    expect(samples).toMatchObject({ event: { samples: [{ deviceId: 'spo2-1' }, { deviceId: 'spo2-1' }] } });
    const exited = once(child, 'exit');
    child.disconnect();
    expect(await exited).toEqual([0, null]);
  });

  it('ends when it is told to stop', async () => {
    const child = await startWithMonitor();
    await message(child, sent => sent.type === 'ready');
    const exited = once(child, 'exit');
    child.send({ type: 'stop' });
    expect(await exited).toEqual([0, null]);
  });

  it('says what is wrong with its settings in one line, and ends with 78', async () => {
    const child = await startFor('{"devices": 1}');
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const failed = message(child, sent => sent.type === 'failed');
    expect(await once(child, 'close')).toEqual([78, null]);
    expect(await failed).toMatchObject({ error: { code: 'CONFIG_INVALID' } });
    expect(said).toMatch(/^KIOSK_DEVICES_FILE: devices: [^\n]+\n$/);
  });
});

/** The first message of the service that fits. */
function message(child: ChildProcess, fits: (sent: FromService) => boolean): Promise<FromService> {
  return new Promise(resolve => {
    child.on('message', raw => {
      const sent = FromService.parse(raw);
      if (fits(sent)) resolve(sent);
    });
  });
}
