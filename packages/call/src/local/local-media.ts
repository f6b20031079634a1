import { type MediaSource, MediaSource as MediaSourceSchema } from '@shimabashi/contracts';
import { type CapturePlan, chooseDevice, type KnownDevice } from './choose-device.ts';

/**
 * How a source of ours stands. `asking`: the browser is being asked. `denied`: a person or a policy
 * said no. `missing`: no such device was ever there. `lost`: it was there, and is unplugged; it comes
 * back by itself. `busy`: another program holds it; tried again.
 */
export type LocalState = 'asking' | 'on' | 'denied' | 'missing' | 'lost' | 'busy';

export interface LocalTrack {
  readonly state: LocalState;
  readonly track: MediaStreamTrack | null;
}

export type LocalTracks = ReadonlyMap<MediaSource, LocalTrack>;

/** What we need of `navigator.mediaDevices`. */
export type MediaDevicesPort = Pick<
  MediaDevices,
  'getUserMedia' | 'enumerateDevices' | 'addEventListener' | 'removeEventListener'
>;

/**
 * This machine's microphone and cameras. They outlive every connection: a call that comes back sends
 * the same tracks again.
 */
export class LocalMedia {
  readonly #devices: MediaDevicesPort;
  readonly #plan: CapturePlan;
  readonly #listeners = new Set<() => void>();
  readonly #deviceIds = new Map<MediaSource, string>();
  #tracks: LocalTracks = new Map();
  #started = false;
  #working = false;
  #again = false;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(devices: MediaDevicesPort, plan: CapturePlan) {
    this.#devices = devices;
    this.#plan = plan;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  /** The same object until something in it changes. */
  readonly getSnapshot = (): LocalTracks => this.#tracks;

  start(): void {
    if (this.#started) return;
    this.#started = true;
    this.#devices.addEventListener('devicechange', this.#onChange);
    this.#onChange();
  }

  /** Lets every device go: its light goes out. */
  stop(): void {
    this.#started = false;
    clearTimeout(this.#retryTimer);
    this.#devices.removeEventListener('devicechange', this.#onChange);
    for (const { track } of this.#tracks.values()) track?.stop();
    this.#tracks = new Map();
    this.#tell();
  }

  readonly #onChange = (): void => {
    this.#again = true;
    void this.#work();
  };

  /** One device after the other: two questions to a person at once help nobody. */
  async #work(): Promise<void> {
    if (this.#working) return;
    this.#working = true;
    while (this.#again && this.#started) {
      this.#again = false;
      for (const source of MediaSourceSchema.options) await this.#capture(source);
    }
    this.#working = false;
  }

  async #capture(source: MediaSource): Promise<void> {
    const choice = this.#plan[source];
    const now = this.#tracks.get(source);
    if (choice === undefined || !this.#started || now?.track?.readyState === 'live') return;
    const devices = await this.#known();
    const device = chooseDevice(source, choice, devices, {
      before: this.#deviceIds.get(source),
      byOthers: [...this.#deviceIds].filter(([other]) => other !== source).map(([, deviceId]) => deviceId),
    });
    if (device === undefined) {
      this.#set(source, { state: this.#deviceIds.has(source) ? 'lost' : 'missing', track: null });
      return;
    }
    if (now === undefined) this.#set(source, { state: 'asking', track: null });
    try {
      const stream = await this.#devices.getUserMedia(constraintsOf(source, device.deviceId));
      this.#keep(source, stream);
    } catch (error) {
      this.#onRefused(source, error);
    }
  }

  async #known(): Promise<readonly KnownDevice[]> {
    try {
      return await this.#devices.enumerateDevices();
    } catch {
      return [];
    }
  }

  #keep(source: MediaSource, stream: MediaStream): void {
    const [track] = stream.getTracks();
    if (track === undefined) return;
    if (!this.#started) {
      track.stop();
      return;
    }
    const { deviceId } = track.getSettings();
    if (deviceId !== undefined) this.#deviceIds.set(source, deviceId);
    track.addEventListener('ended', () => {
      if (this.#tracks.get(source)?.track !== track) return;
      this.#set(source, { state: 'lost', track: null });
      this.#onChange();
    });
    this.#set(source, { state: 'on', track });
  }

  #onRefused(source: MediaSource, error: unknown): void {
    const state = stateOf(error);
    this.#set(source, { state, track: null });
    if (state !== 'busy' || !this.#started) return;
    clearTimeout(this.#retryTimer);
    this.#retryTimer = setTimeout(this.#onChange, BUSY_AGAIN_AFTER_MS);
  }

  #set(source: MediaSource, track: LocalTrack): void {
    this.#tracks = new Map([...this.#tracks, [source, track]]);
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

const BUSY_AGAIN_AFTER_MS = 3_000;

/** Names of the exceptions: W3C, Media Capture and Streams, section 10.2. */
function stateOf(error: unknown): LocalState {
  const name = error instanceof Error || error instanceof DOMException ? error.name : '';
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'denied';
  if (name === 'NotFoundError' || name === 'OverconstrainedError') return 'missing';
  return 'busy';
}

function constraintsOf(source: MediaSource, deviceId: string): MediaStreamConstraints {
  const device = deviceId === '' ? {} : { deviceId: { exact: deviceId } };
  switch (source) {
    case 'microphone':
      return { audio: { ...device, echoCancellation: true, noiseSuppression: true, autoGainControl: true } };
    case 'face-camera':
      return {
        video: { ...device, width: { ideal: 1_280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } },
      };
    case 'exam-camera':
      return {
        video: { ...device, width: { ideal: 1_920 }, height: { ideal: 1_080 }, frameRate: { ideal: 30 } },
      };
  }
}
