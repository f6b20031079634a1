import {
  type FromService,
  type KioskEvent,
  type KioskRow,
  ROW_OWNER,
  type RowResult,
  type ServiceName,
  type ServiceStatus,
  answerRow,
  contractOf,
} from '@shimabashi/contracts';
import { AlarmDesk } from './alarm-desk.ts';
import { type StartService, SupervisedService, type Timers } from './supervised-service.ts';

/** What a door (loopback HTTP, or Electron's IPC) needs of the kiosk. */
export interface Broker {
  /** Answers one row. Never throws: failures are values of the error table. */
  answer(row: string, request: unknown): Promise<RowResult>;
  /** Calls back for every event, first with the state of each service, until the result is called. */
  subscribe(listener: (event: KioskEvent) => void): () => void;
  /** Resolves when every service has been up once, or its first start has come to nothing. */
  started(): Promise<void>;
  stop(): Promise<void>;
}

export interface BrokerDeps {
  readonly startService: StartService;
  readonly nowMs: () => number;
  readonly timers: Timers;
  readonly reportUnexpected: (error: unknown, where: string) => void;
}

type Ask = Extract<FromService, { type: 'ask' }>;

const SERVICES = ['store', 'devices', 'sound'] as const satisfies readonly ServiceName[];

/**
 * Joins the screens and the services of one kiosk, whichever shell it runs in.
 *
 * It holds no chart and no reading: a service or a screen that dies takes nothing of the others with
 * it. It restarts services, routes rows to their owner, passes readings on to the screens and to the
 * store, and keeps what the alarms were for whoever starts anew.
 */
export function createBroker(deps: BrokerDeps): Broker {
  const listeners = new Set<(event: KioskEvent) => void>();
  const emit = (event: KioskEvent): void => {
    for (const listener of listeners) listener(event);
  };
  const desk = new AlarmDesk({
    nowMs: deps.nowMs,
    send: (name, message) => services[name].send(message),
    emit,
  });
  const services = Object.fromEntries(
    SERVICES.map(name => [
      name,
      new SupervisedService(name, {
        ...deps,
        onEvent: event => route(name, event),
        onAnswer: answer => desk.answer(answer),
        onKept: alarms => desk.restore(alarms),
        onAsk: ask => pass(name, ask),
        onStatus: status => {
          emit({ event: 'service', status });
          desk.serviceChanged(status);
          if (name === 'devices' && status.state === 'down') services.store.send({ type: 'live-ended' });
        },
      }),
    ]),
  ) as Record<ServiceName, SupervisedService>;

  function route(from: ServiceName, event: KioskEvent): void {
    emit(event);
    desk.take(event);
    if (from !== 'devices') return;
    if (event.event === 'samples') services.store.send({ type: 'samples', samples: event.samples });
    const hasStopped = event.event === 'device' && event.device.state !== 'connected';
    // A cuff that went to sleep ends nothing of what others say.
    if (hasStopped && event.device.gives !== 'spot') services.store.send({ type: 'live-ended' });
  }
  /** From the devices service to the store, and the answer back. Nobody else may ask this way. */
  function pass(from: ServiceName, { id, row, body }: Ask): void {
    if (from !== 'devices') return;
    void services.store
      .request(row, body)
      .then(result => services.devices.send({ type: 'answer', id, result }));
  }
  const statuses = (): ServiceStatus[] => SERVICES.map(name => services[name].status());

  for (const name of SERVICES) services[name].start();

  return {
    async answer(row, request) {
      const owner = Object.hasOwn(ROW_OWNER, row) ? ROW_OWNER[row as KioskRow] : 'kiosk';
      if (owner !== 'kiosk') return services[owner].request(row, request);
      return answerRow({
        contract: contractOf('kiosk'),
        handlers: {
          'services.status': () => ({ services: statuses() }),
          'alarms.list': () => desk.list(),
          'sound.status': () => desk.sound(),
        },
        context: undefined,
        row,
        request,
        reportUnexpected: deps.reportUnexpected,
      });
    },
    subscribe(listener) {
      listeners.add(listener);
      for (const status of statuses()) listener({ event: 'service', status });
      for (const event of desk.events()) listener(event);
      return () => listeners.delete(listener);
    },
    async started() {
      await Promise.all(SERVICES.map(name => services[name].settled()));
    },
    async stop() {
      await Promise.all(SERVICES.map(name => services[name].stop()));
    },
  };
}
