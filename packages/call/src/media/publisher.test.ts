import { type MediaSource } from '@shimabashi/contracts';
import { expect, it } from 'vitest';
import { type MediaTransport } from './media-device.ts';
import { Publisher } from './publisher.ts';

const track = (): MediaStreamTrack => ({}) as MediaStreamTrack;
const wanted = (tracks: Partial<Record<MediaSource, MediaStreamTrack>>) =>
  new Map(
    Object.entries(tracks).map(([source, each]) => [source as MediaSource, { track: each, isPaused: false }]),
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
  const publisher = new Publisher({ request: async () => ({}) as never, onFailed: () => {} });
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
