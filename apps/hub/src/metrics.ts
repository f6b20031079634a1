import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { registerMediaMetrics } from './realtime/media-metrics.ts';
import { type MediaParts } from './realtime/media-parts.ts';

/** What the hub counts. Labels name rows, doors and outcomes; never a person or a device. */
export type HubMetrics = ReturnType<typeof createMetrics>;

export function createMetrics(deps: {
  sockets: () => { readonly link: number; readonly live: number };
  media: MediaParts;
}) {
  const registers = [new Registry()];
  const [registry] = registers;
  collectDefaultMetrics({ register: registry! });
  new Gauge({
    name: 'shimabashi_sockets',
    help: 'Open WebSockets.',
    labelNames: ['door'],
    registers,
    collect() {
      const { link, live } = deps.sockets();
      this.set({ door: 'link' }, link);
      this.set({ door: 'live' }, live);
    },
  });
  registerMediaMetrics(registry!, deps.media);
  return {
    registry: registry!,
    rowSeconds: new Histogram({
      name: 'shimabashi_row_seconds',
      help: 'Time to answer a row, by its name and the code of the answer (OK if it succeeded).',
      labelNames: ['row', 'code'],
      buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
      registers,
    }),
    operations: new Counter({
      name: 'shimabashi_operations_total',
      help: 'Operations that kiosks pushed, by outcome.',
      labelNames: ['outcome'],
      registers,
    }),
    pulls: new Counter({ name: 'shimabashi_pulls_total', help: 'Pulls by kiosks.', registers }),
    versionsPulled: new Counter({
      name: 'shimabashi_versions_pulled_total',
      help: 'Versions handed to kiosks.',
      registers,
    }),
    samplesRelayed: new Counter({
      name: 'shimabashi_live_samples_relayed_total',
      help: 'Live samples passed on to consoles.',
      registers,
    }),
    signInsRefused: new Counter({
      name: 'shimabashi_sign_ins_refused_total',
      help: 'Sign-ins and enrolments that were refused, by row and code.',
      labelNames: ['row', 'code'],
      registers,
    }),
    badMessages: new Counter({
      name: 'shimabashi_bad_messages_total',
      help: 'Socket messages that did not fit their contract.',
      labelNames: ['door'],
      registers,
    }),
    pushes: new Counter({
      name: 'shimabashi_pushes_total',
      help: 'Pushes to doctors’ browsers: how they ended, and tries that were put off.',
      labelNames: ['outcome'],
      registers,
    }),
    consolesDropped: new Counter({
      name: 'shimabashi_consoles_dropped_total',
      help: 'Consoles let go since they did not keep up or had vanished.',
      registers,
    }),
  };
}
