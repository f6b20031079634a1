import { EventEmitter } from 'node:events';
import { type types } from 'mediasoup';
import { expect, it } from 'vitest';
import { MediaMeter } from './media-meter.ts';

/** A stream whose worker counts what we say. */
class Stream {
  readonly observer = new EventEmitter();
  stats: { type: string; byteCount: number }[] = [];
  async getStats(): Promise<types.ProducerStat[]> {
    return this.stats as types.ProducerStat[];
  }
}

it('adds up what streams have carried, also those that have ended', async () => {
  const meter = new MediaMeter();
  const [microphone, camera] = [new Stream(), new Stream()];
  meter.watch(microphone, 'received', 'audio');
  meter.watch(camera, 'received', 'video');
  microphone.stats = [{ type: 'inbound-rtp', byteCount: 100 }];
  camera.stats = [
    { type: 'inbound-rtp', byteCount: 1_000 },
    { type: 'inbound-rtp', byteCount: 3_000 },
  ];
  expect((await meter.read()).received).toEqual({ audio: 100, video: 4_000, data: 0 });
  microphone.stats = [{ type: 'inbound-rtp', byteCount: 150 }];
  expect((await meter.read()).received.audio).toBe(150);
  expect(meter.count('received', 'audio')).toBe(1);
  microphone.observer.emit('close');
  expect(meter.count('received', 'audio')).toBe(0);
  expect((await meter.read()).received).toEqual({ audio: 150, video: 4_000, data: 0 });
});

it('counts for a consumer what was sent to it, not what its producer was sent', async () => {
  const meter = new MediaMeter();
  const consumer = new Stream();
  meter.watch(consumer, 'sent', 'audio');
  consumer.stats = [
    { type: 'outbound-rtp', byteCount: 70 },
    { type: 'inbound-rtp', byteCount: 100 },
  ];
  expect((await meter.read()).sent.audio).toBe(70);
});
