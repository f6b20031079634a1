import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { type Timers } from '../broker/index.ts';

export interface ShellDeps {
  readonly chromium: string;
  readonly fullscreen: boolean;
  readonly flags: readonly string[];
  readonly profileDir: string;
  /** Address with a fresh one-time token, for one window. */
  readonly url: () => string;
  readonly asRoot: boolean;
  readonly timers: Timers;
  readonly report: (what: 'window opened' | 'window lost') => void;
}

/** From the start of Chromium to the first event connection, on a slow clinic PC. */
const FIRST_SCREEN_LIMIT_MS = 15_000;
/** A page that is reloading is back within this; a dead one is not. */
const LOST_SCREEN_LIMIT_MS = 3_000;

/**
 * Keeps one full-screen Chromium window open and alive.
 *
 * Whether it is alive is told by its event connection, not by its process: a crashed renderer leaves
 * the browser process running with a grey page. A lost window is closed and opened anew; the
 * nurse does nothing.
 */
export function keepWindowOpen(deps: ShellDeps): {
  onScreens: (open: number) => void;
  stop: () => Promise<void>;
} {
  let browser: ChildProcess | undefined;
  let cancelLimit: (() => void) | undefined;
  let stopped = false;

  const open = (): void => {
    deps.report('window opened');
    browser = spawn(
      deps.chromium,
      [
        deps.fullscreen ? '--kiosk' : '--window-size=1600,900',
        `--app=${deps.url()}`,
        `--user-data-dir=${deps.profileDir}`,
        '--no-first-run',
        '--disable-session-crashed-bubble',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--disable-quic',
        // An offer to translate would lie over the emergency button.
        '--disable-features=Translate',
        '--auto-accept-camera-and-microphone-capture',
        '--autoplay-policy=no-user-gesture-required',
        // Chromium's sandbox refuses to run as root; every other user keeps it.
        ...(deps.asRoot ? ['--no-sandbox'] : []),
        ...deps.flags,
      ],
      { stdio: 'ignore', detached: true },
    );
    const child = browser;
    child.on('error', () => lost(child));
    child.on('exit', () => lost(child));
    limit(FIRST_SCREEN_LIMIT_MS);
  };
  const limit = (ms: number): void => {
    cancelLimit?.();
    cancelLimit = deps.timers.after(ms, () => browser !== undefined && lost(browser));
  };
  const lost = (child: ChildProcess): void => {
    if (child !== browser) return;
    browser = undefined;
    cancelLimit?.();
    killGroup(child);
    deps.report('window lost');
    if (!stopped) cancelLimit = deps.timers.after(500, open);
  };

  endLeftover(deps.profileDir);
  open();
  return {
    onScreens(count) {
      if (stopped) return;
      if (count > 0) cancelLimit?.();
      else if (browser !== undefined) limit(LOST_SCREEN_LIMIT_MS);
    },
    async stop() {
      stopped = true;
      cancelLimit?.();
      const child = browser;
      if (child === undefined || child.exitCode !== null) return;
      const ended = new Promise<void>(resolve => child.once('exit', () => resolve()));
      killGroup(child);
      await ended;
    },
  };
}

/**
 * Ends the window of a host that was killed. It outlives its host, and would take every new window to
 * itself: the new browser ends at once, is taken for lost, and another is opened, without end.
 *
 * Chromium's lock in the profile is a link to `<host name>-<process id>`
 * (`chrome/browser/process_singleton_posix.cc`); that process is ended only if it is a browser of
 * this very profile.
 */
export function endLeftover(profileDir: string): void {
  try {
    const owner = readlinkSync(join(profileDir, 'SingletonLock'));
    const pid = Number(owner.slice(owner.lastIndexOf('-') + 1));
    const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    if (words.includes(`--user-data-dir=${profileDir}`)) killGroupOf(pid);
  } catch {
    // No lock, or nobody behind it: there is nothing to end.
  }
}

/** Chromium is many processes; the group takes them all with it. */
function killGroup(child: ChildProcess): void {
  if (child.pid !== undefined) killGroupOf(child.pid);
}

function killGroupOf(pid: number): void {
  for (const target of [-pid, pid]) {
    try {
      process.kill(target, 'SIGKILL');
      return;
    } catch {
      // No such group: it leads none, or is gone already.
    }
  }
}
