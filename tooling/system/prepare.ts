import { buildScreens } from '../build.ts';
import { prepareMachine } from '../machine.ts';
import { prepareMediaWorker } from '../media-worker/prepare.ts';

/**
 * What `startSystem` needs: programs of this machine, built screens, the media worker. Says what takes
 * time, and ends the process with plain words where something cannot be had.
 */
export async function prepareSystem(): Promise<void> {
  prepareMachine();
  await buildScreens();
  try {
    await prepareMediaWorker();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  }
}
