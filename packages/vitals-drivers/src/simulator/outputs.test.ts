import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { noninDf2 } from '../drivers/nonin-df2.ts';
import { PUFFERFISH_PACKET } from '../testing/nonin-df2-vectors.ts';
import { serialTransport } from '../transports/serial.ts';
import { openOutput } from './outputs.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('a pty of the simulator', () => {
  it('says which program is missing', async () => {
    vi.stubEnv('PATH', '/nowhere');
    const opening = openOutput({ kind: 'pty', link: join(tmpdir(), 'shimabashi-none') });
    await expect(opening).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('socat') as string,
    });
  });
});

// socat is installed by the machine preparation; where it may not be, this is listed as skipped.
const hasSocat = spawnSync('socat', ['-V']).status === 0;
describe.runIf(hasSocat)('a pty of the simulator, made by socat', () => {
  it('is opened like a serial port, and goes when it is closed', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'shimabashi-pty-'));
    const link = join(folder, 'port');
    const output = await openOutput({ kind: 'pty', link });
    const port = serialTransport({ path: link, settings: noninDf2.serial });
    const connection = await port.open(new AbortController().signal);
    output.write(PUFFERFISH_PACKET);
    const chunks: number[] = [];
    for await (const chunk of connection.bytes) {
      chunks.push(...chunk);
      if (chunks.length >= PUFFERFISH_PACKET.length) break;
    }
    expect(Uint8Array.from(chunks)).toEqual(PUFFERFISH_PACKET);
    await connection.close();
    await output.close();
    await expect(port.open(new AbortController().signal)).rejects.toMatchObject({ code: 'DEVICE_LOST' });
    await rm(folder, { recursive: true });
  });

  it('says that a path cannot be used', async () => {
    const opening = openOutput({ kind: 'pty', link: '/nowhere/port' });
    await expect(opening).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });
});
