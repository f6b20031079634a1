import { readdirSync, readFileSync } from 'node:fs';
import { until } from '../system/clients.ts';
import { type System } from '../system/system.ts';

/** What is killed from outside, as a power cut, the kernel or a bug would: while a nurse saves. */
export const LOAD_VICTIMS = ['store', 'devices', 'renderer', 'hub'] as const;
export type LoadVictim = (typeof LOAD_VICTIMS)[number];
/** And while a call and an alarm are on. */
export const CONSULT_VICTIMS = ['worker', 'hub', 'renderer', 'sound'] as const;
export type ConsultVictim = (typeof CONSULT_VICTIMS)[number];
type Victim = LoadVictim | ConsultVictim;

/** Kills the victim with SIGKILL, and has the hub started again as its service manager would. */
export async function kill(victim: Victim, system: System): Promise<void> {
  if (victim === 'hub') {
    await system.hub.program.kill();
    await system.hub.program.start();
    return;
  }
  for (const pid of await pidsOf(victim, system)) process.kill(pid, 'SIGKILL');
}

/** The victim's processes, at least one. */
export async function pidsOf(victim: Victim, system: System): Promise<readonly number[]> {
  if (victim === 'hub') return [system.hub.program.pid];
  const { pid: root } = victim === 'worker' ? system.hub.program : system.kiosks[0]!.program;
  // A window that was killed a moment ago may still be on its way back.
  return until(
    async () => {
      const found = descendants(root).filter(({ command }) => isVictim(victim, command));
      return found.length > 0 ? found.map(({ pid }) => pid) : undefined;
    },
    { limitMs: 30_000, what: `there is a ${victim} to kill`, everyMs: 100 },
  );
}

function isVictim(victim: Exclude<Victim, 'hub'>, command: string): boolean {
  switch (victim) {
    case 'renderer':
      return command.includes('--type=renderer');
    case 'worker':
      return command.includes('mediasoup-worker');
    case 'store':
    case 'devices':
    case 'sound':
      return command.includes(`/src/${victim}/main.ts`);
  }
}

interface Running {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/** Processes below `root`, from /proc: nobody is asked, so a hung one is found too. */
function descendants(root: number): Running[] {
  const all = readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .flatMap(name => readProcess(Number(name)));
  const below = (pid: number): Running[] =>
    all.filter(({ parent }) => parent === pid).flatMap(child => [child, ...below(child.pid)]);
  return below(root);
}

function readProcess(pid: number): Running[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name of the program, in parentheses, may hold spaces: the fields follow the last one.
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    return [{ pid, parent, command: readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ') }];
  } catch {
    return []; // It ended while we looked.
  }
}
