import { Counter, Gauge, type Registry } from 'prom-client';
import { type MediaParts } from './media-parts.ts';

const KINDS = ['audio', 'video', 'data'] as const;

/** The counters of the calls: those of the workers themselves, read when somebody asks. */
export function registerMediaMetrics(registry: Registry, { rooms, workers, meter }: MediaParts): void {
  const registers = [registry];
  const gauge = (name: string, help: string, read: () => number): Gauge =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  gauge('shimabashi_rooms', 'Rooms of calls with somebody in them.', () => rooms.count);
  gauge('shimabashi_room_participants', 'Participants in rooms.', () => rooms.participantCount);
  gauge('shimabashi_media_workers', 'Media workers that are up.', () => workers.count);
  const streams = (name: string, help: string, direction: 'received' | 'sent'): Gauge =>
    new Gauge({
      name,
      help,
      labelNames: ['kind'],
      registers,
      collect() {
        for (const kind of KINDS) this.set({ kind }, meter.count(direction, kind));
      },
    });
  streams('shimabashi_media_producers', 'Streams that participants send.', 'received');
  streams('shimabashi_media_consumers', 'Streams that participants get.', 'sent');
  new Counter({
    name: 'shimabashi_media_worker_restarts_total',
    help: 'Workers that ended by themselves and were replaced.',
    registers,
    collect() {
      this.reset();
      this.inc(workers.restarts);
    },
  });
  new Counter({
    name: 'shimabashi_media_bytes_total',
    help: 'Bytes of media through the workers, by their own count, received from and sent to participants.',
    labelNames: ['direction', 'kind'],
    registers,
    async collect() {
      const bytes = await meter.read();
      this.reset();
      for (const direction of ['received', 'sent'] as const)
        for (const kind of KINDS) this.inc({ direction, kind }, bytes[direction][kind]);
    },
  });
}
