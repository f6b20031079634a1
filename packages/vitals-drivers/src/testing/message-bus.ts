import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Whether this machine can have a message bus of its own (Debian: `dbus-daemon`). */
export const hasMessageBus: boolean = spawnSync('dbus-daemon', ['--version']).status === 0;

/** A message bus that nobody else is on. */
export interface PrivateBus {
  readonly address: string;
  stop(): Promise<void>;
}

const CONFIG = (
  folder: string,
) => `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path=${folder}/bus</listen>
  <policy context="default">
    <allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/>
  </policy>
</busconfig>`;

export async function startPrivateBus(): Promise<PrivateBus> {
  const folder = await mkdtemp(join(tmpdir(), 'shimabashi-bus-'));
  const config = join(folder, 'bus.conf');
  await writeFile(config, CONFIG(folder));
  const daemon = spawn('dbus-daemon', [`--config-file=${config}`, '--nofork', '--print-address'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  await once(daemon.stdout, 'data'); // It says its address once it listens.
  return {
    address: `unix:path=${folder}/bus`,
    stop: async () => {
      await ended(daemon);
      await rm(folder, { recursive: true });
    },
  };
}

/** Ends a child process that we started. */
export async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const over = once(child, 'exit');
  child.kill();
  await over;
}
