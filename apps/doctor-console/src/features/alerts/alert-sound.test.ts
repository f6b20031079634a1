import { describe, expect, it, vi, beforeEach, afterEach } from 'vitest';
import { AlertSound } from './alert-sound.ts';

/** What a page hears: when each tone begins, in seconds of the context. */
class FakeAudio extends EventTarget {
  state: AudioContextState;
  currentTime = 0;
  readonly tones: number[] = [];
  readonly destination = {};
  constructor(state: AudioContextState) {
    super();
    this.state = state;
  }
  readonly resume = async (): Promise<void> => {
    if (this.touched) this.#set('running');
  };
  readonly suspend = async (): Promise<void> => this.#set('suspended');
  touched = false;
  createPeriodicWave = () => ({});
  createOscillator = () => ({
    frequency: { value: 0 },
    setPeriodicWave: () => undefined,
    connect: <Node>(node: Node) => node,
    start: (atS: number) => void this.tones.push(atS),
    stop: () => undefined,
  });
  createGain = () => ({
    gain: { setValueAtTime: () => undefined, linearRampToValueAtTime: () => undefined },
    connect: <Node>(node: Node) => node,
  });
  #set(state: AudioContextState): void {
    this.state = state;
    this.dispatchEvent(new Event('statechange'));
  }
}

function sound(state: AudioContextState) {
  const audio = new FakeAudio(state);
  return { audio, sound: new AlertSound(() => audio as unknown as AudioContext) };
}
const pass = async (audio: FakeAudio, ms: number): Promise<void> => {
  for (let passed = 0; passed < ms; passed += 100) {
    audio.currentTime += 0.1;
    // oxlint-disable-next-line no-await-in-loop -- time goes one way
    await vi.advanceTimersByTimeAsync(100);
  }
};

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('the alarm of a page', () => {
  it('sounds 3 + 2 tones twice, again and again, never more than three seconds apart', async () => {
    const { audio, sound: alarm } = sound('running');
    alarm.play('high');
    await pass(audio, 20_000);
    expect(alarm.getSnapshot()).toBe('sounding');
    const gaps = audio.tones.slice(1).map((atS, index) => atS - audio.tones[index]!);
    expect(audio.tones.length).toBeGreaterThanOrEqual(20);
    expect(Math.max(...gaps)).toBeLessThan(3);
    alarm.play(undefined);
    const count = audio.tones.length;
    await pass(audio, 10_000);
    expect(audio.tones).toHaveLength(count);
    expect(audio.state).toBe('suspended');
  });

  it('says that it cannot be heard until somebody touches the page, and then sounds', async () => {
    const { audio, sound: alarm } = sound('suspended');
    alarm.play('high');
    await pass(audio, 1_000);
    expect([alarm.getSnapshot(), audio.tones]).toEqual(['locked', []]);
    audio.touched = true;
    alarm.unlock();
    await pass(audio, 1_000);
    expect(alarm.getSnapshot()).toBe('sounding');
    expect(audio.tones.length).toBeGreaterThan(0);
  });

  it('says so where there is no sound at all', () => {
    const alarm = new AlertSound(() => undefined);
    alarm.play('high');
    expect(alarm.getSnapshot()).toBe('none');
  });
});
