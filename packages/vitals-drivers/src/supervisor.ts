import { type DeviceStatus } from '@shimabashi/contracts';
import { DeviceLoop } from './device-loop.ts';
import { type SupervisedDevice, type SupervisorClock, type SupervisorListener } from './supervised.ts';

/**
 * Keeps every enrolled device connected, and says what becomes of it.
 *
 * One device's trouble is none of another's. A bug in a driver ends the supervisor: the process
 * above starts again, rather than show a screen that nothing feeds.
 */
export class Supervisor {
  readonly #loops: readonly DeviceLoop[];

  constructor(devices: readonly SupervisedDevice[], clock: SupervisorClock, listener: SupervisorListener) {
    this.#loops = devices.map(device => new DeviceLoop(device, clock, listener));
  }

  /** How each device is, in the order of enrolment. */
  statuses(): DeviceStatus[] {
    return this.#loops.map(loop => loop.status());
  }

  /** Runs until `stop` aborts; then every line is closed. Fails with the first bug of a driver. */
  async run(stop: AbortSignal): Promise<void> {
    const failed = new AbortController();
    const ended = AbortSignal.any([stop, failed.signal]);
    const loops = this.#loops.map(async loop => {
      try {
        await loop.run(ended);
      } catch (error) {
        failed.abort();
        throw error;
      }
    });
    // Also without any device it runs until it is stopped.
    const results = await Promise.allSettled([...loops, aborted(ended)]);
    const bug = results.find(result => result.status === 'rejected');
    if (bug !== undefined) throw bug.reason;
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
