import { type MediaSource } from '@shimabashi/contracts';
import { expect, it } from 'vitest';
import { type MediaTransport } from './media-device.ts';
import { Publisher, type WantedTrack } from './publisher.ts';

const track = (): MediaStreamTrack => ({}) as MediaStreamTrack;
const wanted = (tracks: Partial<Record<MediaSource, MediaStreamTrack>>) =>
  new Map(
    Object.entries(tracks).map(([source, each]) => [
      source as MediaSource,
      { track: each, isPaused: false, size: 'every' as const },
    ]),
  );
/** Lets everything go on that can. */
const settle = () => new Promise(resolve => setTimeout(resolve, 0));

it('sends what was wanted last, also when that came just behind a look at what was wanted before', async () => {
  const sent: MediaSource[] = [];
  const transport = {
    publish: async ({ source }: { source: MediaSource }) => {
      sent.push(source);
      return { producerId: source, setPaused: () => {}, replace: async () => {}, close: () => {} };
    },
  } as unknown as MediaTransport;
  const publisher = new Publisher({ request: async () => ({}) as never, onFailed: () => {}, isHeld: false });
  const [microphone, face] = [track(), track()];
  publisher.want(wanted({ microphone }));
  publisher.begin(transport);
  await settle();
  // As a screen tells it: once for each source, one behind the other.
  publisher.want(wanted({ microphone }));
  publisher.want(wanted({ microphone, 'face-camera': face }));
  await settle();
  expect(sent).toEqual(['microphone', 'face-camera']);
});

it('leaves the line to the picture in front at first, and sends the others small until one is wanted in front', async () => {
  const told: string[] = [];
  const transport = {
    publish: async ({ source, size }: { source: MediaSource; size: string }) => {
      told.push(`${source} ${size}`);
      return {
        producerId: source,
        setPaused: () => {},
        setSize: async (next: string) => void told.push(`${source} then ${next}`),
      };
    },
  } as unknown as MediaTransport;
  const publisher = new Publisher({ request: async () => ({}) as never, onFailed: () => {}, isHeld: false });
  const [face, exam] = [track(), track()];
  const both = (front: MediaSource) =>
    new Map<MediaSource, WantedTrack>([
      ['face-camera', { track: face, isPaused: false, size: front === 'face-camera' ? 'every' : 'smallest' }],
      ['exam-camera', { track: exam, isPaused: false, size: front === 'exam-camera' ? 'every' : 'smallest' }],
    ]);
  publisher.begin(transport);
  publisher.want(both('face-camera'));
  await settle();
  expect(told).toEqual(['face-camera every']);
  publisher.takeOthers();
  await settle();
  expect(told.slice(1)).toEqual(['exam-camera smallest']);
  publisher.want(both('exam-camera'));
  await settle();
  expect(told.slice(2)).toEqual(['face-camera then smallest', 'exam-camera then every']);
});

it('is silent and dark before it is released, and then all at once but for what is muted', async () => {
  const silent = new Map<MediaSource, boolean>();
  let finishCamera = (): void => {};
  const transport = {
    publish: async ({ source, isPaused }: { source: MediaSource; isPaused: boolean }) => {
      silent.set(source, isPaused);
      if (source === 'face-camera') await new Promise<void>(resolve => (finishCamera = resolve));
      return { producerId: source, setPaused: (paused: boolean) => void silent.set(source, paused) };
    },
  } as unknown as MediaTransport;
  const asked: unknown[] = [];
  const publisher = new Publisher({
    request: async (...question) => (asked.push(question), {} as never),
    onFailed: () => {},
    isHeld: true,
  });
  const tracks = wanted({ microphone: track(), 'face-camera': track() });
  publisher.begin(transport);
  publisher.want(tracks);
  await settle();
  expect([...silent]).toEqual([
    ['microphone', true],
    ['face-camera', true],
  ]);
  // In the middle of the camera's negotiation, which takes its time.
  publisher.release();
  expect(silent.get('microphone')).toBe(false);
  finishCamera();
  await settle();
  expect(silent.get('face-camera')).toBe(false);
  expect(asked).toEqual([]);
  publisher.want(new Map([...tracks].map(([source, each]) => [source, { ...each, isPaused: true }])));
  await settle();
  expect([...silent.values()]).toEqual([true, true]);
});
