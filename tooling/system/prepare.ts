import { buildScreens } from '../build.ts';
import { prepareMachine } from '../machine.ts';
import { prepareMediaWorker } from '../media-worker/prepare.ts';

/**
 * What `startSystem` needs: programs of this machine, the media worker, built screens. Says what takes
 * time, and ends the process with plain words where something cannot be had.
 */
export async function prepareSystem(): Promise<void> {
  await preparePrograms();
  await buildScreens();
}

/** As `prepareSystem`, but for those who need no screens. */
export async function preparePrograms(): Promise<void> {
  prepareMachine();
  try {
    await prepareMediaWorker();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  }
}
