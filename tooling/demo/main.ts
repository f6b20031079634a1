import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { prepareSystem } from '../system/prepare.ts';
import { playHeadless } from './headless.ts';
import { showWithWindows } from './windows.ts';

/**
 * `pnpm demo [--headless] [--shots FOLDER]`: two islands, a hub and a monitor on this machine.
 *
 * With a display, windows open and everything stays up until Ctrl-C. Without one, the path is played
 * once in Chromium, and the exit code says whether it went.
 */
const { values } = parseArgs({
  options: { headless: { type: 'boolean', default: false }, shots: { type: 'string' } },
});
const hasDisplay =
  process.platform !== 'linux' || [process.env['DISPLAY'], process.env['WAYLAND_DISPLAY']].some(Boolean);

await prepareSystem();
// Charts of invented people, but charts: the folder goes when the demo ends, whatever ended it.
const dir = mkdtempSync(join(tmpdir(), 'shimabashi-demo-'));
process.on('exit', () => rmSync(dir, { recursive: true, force: true }));
process.exitCode =
  values.headless || !hasDisplay
    ? await playHeadless({ dir, shotsDir: values.shots ?? join(tmpdir(), `shimabashi-shots-${process.pid}`) })
    : await showWithWindows(dir);
