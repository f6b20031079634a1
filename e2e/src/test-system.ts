import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PLAYED_CAMERAS, startSystem, type System, type SystemOptions } from '@shimabashi/tooling/system';

/** A whole system in a folder of its own, which goes with it. */
export async function startTestSystem(
  options: Partial<Omit<SystemOptions, 'dir'>> = {},
): Promise<System & { readonly dir: string }> {
  const dir = mkdtempSync(join(tmpdir(), 'shimabashi-e2e-'));
  const kioskEnvironment = { ...PLAYED_CAMERAS, ...options.kioskEnvironment };
  const system = await startSystem({ islands: 2, seed: 1, ...options, kioskEnvironment, dir });
  return {
    ...system,
    dir,
    async stop() {
      await system.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
