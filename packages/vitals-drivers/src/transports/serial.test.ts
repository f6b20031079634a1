import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { assert } from '@shimabashi/contracts';
import { noninDf2 } from '../drivers/nonin-df2.ts';
import { describeTransportContract, type FarEnd } from '../testing/transport-contract.ts';
import { serialTransport } from './serial.ts';

const { serial: settings } = noninDf2;
const nowhere = serialTransport({ path: join(tmpdir(), 'no-such-port'), settings });

/** A pty instead of a cable: what serialport opens is a real terminal of the kernel. */
async function start(): Promise<FarEnd & { readonly path: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'shimabashi-pty-'));
  const path = join(folder, 'port');
  const socat = spawn('socat', ['-d', '-d', `pty,raw,echo=0,link=${path}`, '-']);
  await ready(socat);
  const received: Buffer[] = [];
  const waiting = new Set<() => void>();
  socat.stdout.on('data', (chunk: Buffer) => {
    received.push(chunk);
    for (const wake of waiting) wake();
  });
  return {
    path,
    transport: serialTransport({ path, settings }),
    nowhere,
    send: bytes => void socat.stdin.write(bytes),
    received: async byteCount => {
      while (Buffer.concat(received).length < byteCount) {
        await new Promise<void>(resolve => waiting.add(resolve));
      }
      return Uint8Array.from(Buffer.concat(received));
    },
    hangUp: () => void socat.kill(),
    stop: async () => {
      if (socat.exitCode === null && socat.signalCode === null) {
        const exited = once(socat, 'exit');
        socat.kill();
        await exited;
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function ready(socat: ChildProcess): Promise<void> {
  return new Promise(resolve => {
    assert(socat.stderr !== null, 'its messages are piped');
    let said = '';
    socat.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes('starting data transfer loop')) resolve();
    });
  });
}

// socat is installed by the machine preparation; where it may not be, this is listed as skipped.
const hasSocat = spawnSync('socat', ['-V']).status === 0;
describe.runIf(hasSocat)('over a pty of socat', () => {
  describeTransportContract('serial', start);

  it('breaks when its path leads elsewhere, without waiting for a silence', async () => {
    const far = await start();
    const alias = `${far.path}-alias`;
    await symlink(far.path, alias);
    const connection = await serialTransport({ path: alias, settings }).open(new AbortController().signal);
    const read = async () => {
      for await (const _ of connection.bytes);
    };
    await rm(alias);
    await expect(read()).rejects.toMatchObject({ code: 'DEVICE_LOST' });
    await connection.close();
    await far.stop();
  });
});

describe('serialTransport', () => {
  it('fails with DEVICE_LOST where there is no port', async () => {
    await expect(nowhere.open(new AbortController().signal)).rejects.toMatchObject({ code: 'DEVICE_LOST' });
  });
});
