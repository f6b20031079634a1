import { assert, type DeviceStatus } from '@shimabashi/contracts';
import { DeviceLoop } from './device-loop.ts';
import { type SupervisedDevice, type SupervisorClock, type SupervisorListener } from './supervised.ts';

interface Member {
  readonly loop: DeviceLoop;
  readonly stop: AbortController;
  ended: Promise<void>;
}

/**
 * Keeps every enrolled device connected, and says what becomes of it.
 *
 * One device's trouble is none of another's. A bug in a driver ends the supervisor: the process
 * above starts again, rather than show a screen that nothing feeds.
 */
export class Supervisor {
  readonly #clock: SupervisorClock;
  readonly #listener: SupervisorListener;
  readonly #members = new Map<string, Member>();
  readonly #failed = new AbortController();
  #bug: { readonly error: unknown } | undefined;
  #isRunning = false;

  constructor(devices: readonly SupervisedDevice[], clock: SupervisorClock, listener: SupervisorListener) {
    this.#clock = clock;
    this.#listener = listener;
    for (const device of devices) this.add(device);
  }

  /** How each device is, in the order of enrolment. */
  statuses(): DeviceStatus[] {
    return [...this.#members.values()].map(({ loop }) => loop.status());
  }

  /** One more device; while the supervisor runs it is connected at once. */
  add(device: SupervisedDevice): void {
    assert(!this.#members.has(device.deviceId), 'a device is added once');
    const loop = new DeviceLoop(device, this.#clock, this.#listener);
    const member: Member = { loop, stop: new AbortController(), ended: Promise.resolve() };
    this.#members.set(device.deviceId, member);
    if (this.#isRunning) this.#start(member);
  }

  /** Lets go of a device: resolves when its line is closed and everything of it was withdrawn. */
  async remove(deviceId: string): Promise<void> {
    const member = this.#members.get(deviceId);
    if (member === undefined) return;
    this.#members.delete(deviceId);
    member.stop.abort();
    await member.ended;
  }

  /** Runs until `stop` aborts; then every line is closed. Fails with the first bug of a driver. */
  async run(stop: AbortSignal): Promise<void> {
    this.#isRunning = true;
    for (const member of this.#members.values()) this.#start(member);
    // Also without any device it runs until it is stopped.
    await aborted(AbortSignal.any([stop, this.#failed.signal]));
    this.#isRunning = false;
    const members = [...this.#members.values()];
    for (const member of members) member.stop.abort();
    await Promise.all(members.map(({ ended }) => ended));
    if (this.#bug !== undefined) throw this.#bug.error;
  }

  #start(member: Member): void {
    member.ended = member.loop.run(member.stop.signal).catch((error: unknown) => {
      this.#bug ??= { error };
      this.#failed.abort();
    });
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
