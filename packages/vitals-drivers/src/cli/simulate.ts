import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type SimulatorTarget } from '../simulator/outputs.ts';
import { type Scenario } from '../simulator/scenarios.ts';
import { startSimulator } from '../simulator/simulator.ts';

/** `stdout`, `pty`, `pty:LINK`, `tcp:PORT` or `call:HOST:PORT`; undefined for anything else. */
export function targetOf(text: string, protocol: string): SimulatorTarget | undefined {
  const [kind, ...rest] = text.split(':');
  const argument = rest.join(':');
  if (kind === 'stdout' && argument === '') {
    return { kind: 'writer', write: bytes => void process.stdout.write(bytes) };
  }
  if (kind === 'pty') {
    return { kind: 'pty', link: argument === '' ? join(tmpdir(), `shimabashi-${protocol}`) : argument };
  }
  if (kind === 'tcp' && /^\d{1,5}$/.test(argument) && Number(argument) <= 65_535) {
    return { kind: 'tcp', port: Number(argument) };
  }
  const called = /^(.+):(\d{1,5})$/.exec(argument);
  if (kind === 'call' && called !== null && Number(called[2]) <= 65_535) {
    return { kind: 'call', host: called[1] ?? '', port: Number(called[2]) };
  }
  return undefined;
}

/** Simulates a device until it is stopped. */
export async function simulateUntilStopped(
  options: { protocol: string; scenario: Scenario; seed: number; to: SimulatorTarget },
  stop: AbortSignal,
): Promise<void> {
  const simulator = await startSimulator(options);
  process.stderr.write(`${options.protocol}, ${options.scenario}: ${placeOf(options.to, simulator.port)}\n`);
  await new Promise<void>(resolve => {
    if (stop.aborted) resolve();
    stop.addEventListener('abort', () => resolve(), { once: true });
  });
  await simulator.stop();
}

function placeOf(to: SimulatorTarget, port: number | null): string {
  switch (to.kind) {
    case 'tcp':
      return `tcp 127.0.0.1:${port ?? to.port}`;
    case 'pty':
      return `pty ${to.link}`;
    case 'call':
      return `calls ${to.host}:${to.port}`;
    case 'writer':
      return 'standard output';
  }
}
