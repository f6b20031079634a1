import { afterEach, describe, expect, it, vi } from 'vitest';
import { chooseDevice, type KnownDevice } from './choose-device.ts';
import { LocalMedia, type MediaDevicesPort } from './local-media.ts';
import { RingTone, type SoundState, type ToneContext } from './ring-tone.ts';
import { captureStill, type StillTools } from './still.ts';

const camera = (deviceId: string, label = deviceId): KnownDevice => ({ deviceId, label, kind: 'videoinput' });
const microphone = (deviceId: string): KnownDevice => ({ deviceId, label: deviceId, kind: 'audioinput' });
const nothing = { before: undefined, byOthers: [] };

describe('which device', () => {
  it('is the enrolled one, by its label', () => {
    const devices = [camera('a', 'Logi C920'), camera('b', 'DermLite Cam 2')];
    expect(chooseDevice('exam-camera', { label: 'DermLite' }, devices, nothing)?.deviceId).toBe('b');
  });

  it('is none when the enrolled one is not there: another camera is another view', () => {
    expect(chooseDevice('exam-camera', { label: 'DermLite' }, [camera('a')], nothing)).toBeUndefined();
  });

  it('stays the one that it was', () => {
    const devices = [camera('new'), camera('old')];
    expect(chooseDevice('face-camera', {}, devices, { before: 'old', byOthers: [] })?.deviceId).toBe('old');
    expect(
      chooseDevice('face-camera', {}, [camera('exam')], { before: 'old', byOthers: ['exam'] }),
    ).toBeUndefined();
  });

  it('is any microphone that there is', () => {
    expect(
      chooseDevice('microphone', { label: 'gone' }, [microphone('m')], { before: 'x', byOthers: [] })
        ?.deviceId,
    ).toBe('m');
  });
});

class FakeTrack extends EventTarget {
  readyState = 'live';
  readonly deviceId: string;
  constructor(deviceId: string) {
    super();
    this.deviceId = deviceId;
  }
  getSettings = () => ({ deviceId: this.deviceId, width: 1_280, height: 720 });
  getCapabilities = () => ({ width: { max: 1_920 }, height: { max: 1_080 } });
  stop = () => {
    this.readyState = 'ended';
  };
  unplug(): void {
    this.readyState = 'ended';
    this.dispatchEvent(new Event('ended'));
  }
}

class FakeDevices extends EventTarget {
  list: KnownDevice[] = [microphone('m'), camera('face'), camera('exam')];
  refusal: string | null = null;
  readonly tracks: FakeTrack[] = [];
  enumerateDevices = async () => this.list;
  getUserMedia = async (wanted: MediaStreamConstraints) => {
    if (this.refusal !== null) throw new DOMException('no', this.refusal);
    const { deviceId } = (wanted.video ?? wanted.audio) as { deviceId: { exact: string } };
    const track = new FakeTrack(deviceId.exact);
    this.tracks.push(track);
    return { getTracks: () => [track] };
  };
  asPort(): MediaDevicesPort {
    return this as unknown as MediaDevicesPort;
  }
}

const PLAN = { microphone: {}, 'face-camera': {}, 'exam-camera': {} };
const settle = () => vi.waitFor(() => {}, { timeout: 50 });
const states = (media: LocalMedia) =>
  Object.fromEntries([...media.getSnapshot()].map(([source, { state }]) => [source, state]));

describe('this machine’s microphone and cameras', () => {
  afterEach(() => void vi.useRealTimers());

  async function start(devices = new FakeDevices()) {
    const media = new LocalMedia(devices.asPort(), PLAN);
    media.start();
    await vi.waitFor(() => expect(media.getSnapshot().size).toBe(3));
    await settle();
    return { devices, media };
  }

  it('are opened, each from a device of its own', async () => {
    const { devices, media } = await start();
    expect(states(media)).toEqual({ microphone: 'on', 'face-camera': 'on', 'exam-camera': 'on' });
    expect(devices.tracks.map(({ deviceId }) => deviceId)).toEqual(['m', 'face', 'exam']);
  });

  it('that were unplugged are lost, and come back by themselves', async () => {
    const { devices, media } = await start();
    devices.list = [microphone('m'), camera('face')];
    devices.tracks[2]?.unplug();
    await vi.waitFor(() => expect(states(media)['exam-camera']).toBe('lost'));
    expect(media.getSnapshot().get('exam-camera')?.track).toBeNull();
    devices.list = [microphone('m'), camera('face'), camera('exam')];
    devices.dispatchEvent(new Event('devicechange'));
    await vi.waitFor(() => expect(states(media)['exam-camera']).toBe('on'));
  });

  it('that a person refused are not asked for again and again', async () => {
    const devices = new FakeDevices();
    devices.refusal = 'NotAllowedError';
    const { media } = await start(devices);
    await vi.waitFor(() =>
      expect(states(media)).toEqual({
        microphone: 'denied',
        'face-camera': 'denied',
        'exam-camera': 'denied',
      }),
    );
  });

  it('are let go', async () => {
    const { devices, media } = await start();
    media.stop();
    expect(devices.tracks.map(({ readyState }) => readyState)).toEqual(['ended', 'ended', 'ended']);
  });
});

describe('a still', () => {
  const picture = (width: number, height: number) => ({ width, height, close: () => {} }) as ImageBitmap;
  const jpeg = (bytes: number) => new Blob([new Uint8Array(bytes)], { type: 'image/jpeg' });
  const tools = (over: Partial<StillTools> = {}): StillTools => ({
    takePhoto: async () => jpeg(1_000),
    decode: async () => picture(1_920, 1_080),
    grabFrame: async () => picture(1_280, 720),
    encode: async (_picture, width, height, quality) => jpeg(Math.round(width * height * quality)),
    ...over,
  });
  const track = () => new FakeTrack('exam') as unknown as MediaStreamTrack;

  it('is the sensor’s own photograph, as it came', async () => {
    const still = await captureStill(track(), tools());
    expect(still).toMatchObject({ widthPx: 1_920, heightPx: 1_080, isFullSensor: true });
    expect(still.bytes).toHaveLength(1_000);
    expect(still.thumbnail.length).toBeLessThanOrEqual(24_576);
  });

  it('is a frame of the video where the photograph is smaller, or the camera takes none', async () => {
    const small = await captureStill(track(), tools({ decode: async () => picture(640, 480) }));
    expect(small).toMatchObject({ widthPx: 1_280, isFullSensor: false });
    const none = await captureStill(track(), tools({ takePhoto: () => Promise.reject(new Error('no')) }));
    expect(none).toMatchObject({ widthPx: 1_280, isFullSensor: false });
  });

  it('says honestly that a photograph of the video’s size is not all of the sensor', async () => {
    const still = await captureStill(track(), tools({ decode: async () => picture(1_280, 720) }));
    expect(still.isFullSensor).toBe(false);
  });
});

describe('the ringing', () => {
  class FakeContext extends EventTarget {
    state: AudioContextState = 'suspended';
    notes = 0;
    currentTime = 0;
    destination = {};
    mayRun = false;
    createGain = () => ({ gain: { setValueAtTime() {}, linearRampToValueAtTime() {} }, connect() {} });
    createOscillator = () => ({
      frequency: { value: 0 },
      connect: () => ({ connect() {} }),
      start: () => {
        this.notes += 1;
      },
      stop() {},
    });
    resume = async () => {
      if (!this.mayRun) return;
      this.state = 'running';
      this.dispatchEvent(new Event('statechange'));
    };
    close = async () => {};
  }

  it('says that it is locked until somebody touched the page, and then sounds', async () => {
    const context = new FakeContext();
    const said: SoundState[] = [];
    const tone = new RingTone(
      state => said.push(state),
      () => context as unknown as ToneContext,
    );
    tone.start();
    expect(said).toEqual(['locked']);
    context.mayRun = true;
    tone.unlock();
    await vi.waitFor(() => expect(said).toEqual(['locked', 'sounding']));
    expect(context.notes).toBe(2);
    tone.stop();
    expect(said.at(-1)).toBe('silent');
  });
});
