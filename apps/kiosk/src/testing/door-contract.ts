import { describe, expect, it } from 'vitest';
import { type KioskApi, type KioskEvent, ROW_BODY_BYTES_MAX } from '@shimabashi/contracts';
import { type Broker } from '../broker/index.ts';

/** A kiosk behind a door, as the test plays it. */
export interface PlayedBroker extends Broker {
  readonly asked: { row: string; request: unknown }[];
  emit(event: KioskEvent): void;
}

/** What every door into the kiosk promises, whichever shell it belongs to (D2). */
export function describeDoorContract(
  name: string,
  openDoor: () => Promise<{ api: KioskApi; broker: PlayedBroker; close: () => Promise<void> }>,
): void {
  describe(`door contract: ${name}`, () => {
    const throughDoor = async (
      use: (door: Awaited<ReturnType<typeof openDoor>>) => Promise<void>,
    ): Promise<void> => {
      const door = await openDoor();
      try {
        await use(door);
      } finally {
        await door.close();
      }
    };

    it('brings a request in and its answer out, unchanged', () =>
      throughDoor(async ({ api, broker }) => {
        const answer = await api['patients.find']({ text: 'シマダ', limit: 10 });
        expect(broker.asked).toEqual([{ row: 'patients.find', request: { text: 'シマダ', limit: 10 } }]);
        expect(answer).toEqual({ ok: true, body: { patients: [] } });
      }));

    it('brings failures out as values with their code', () =>
      throughDoor(async ({ api }) => {
        const answer = await api['visits.pause']({});
        expect(answer).toMatchObject({ ok: false, error: { code: 'SERVICE_RESTARTING', retryable: true } });
      }));

    it('has a method for every row and for nothing else', () =>
      throughDoor(async ({ api }) => {
        expect(typeof api['observations.save']).toBe('function');
        expect((api as unknown as Record<string, unknown>)['chart.erase']).toBeUndefined();
      }));

    it('brings every event out, in order, until unsubscribed', () =>
      throughDoor(async ({ api, broker }) => {
        const seen: KioskEvent[] = [];
        const first = Promise.withResolvers<void>();
        const last = Promise.withResolvers<void>();
        const unsubscribe = api.subscribe({
          onEvent: event => {
            seen.push(event);
            if (event.event === 'session') first.resolve();
            if (event.event === 'chart-changed' && event.patientId === 'p3') last.resolve();
          },
          onDoor: () => {},
        });
        // The broker greets a new screen: from then on nothing may be missed.
        await first.promise;
        for (const patientId of ['p1', 'p2', 'p3']) broker.emit({ event: 'chart-changed', patientId });
        await last.promise;
        expect(seen.slice(1).map(event => event.event === 'chart-changed' && event.patientId)).toEqual([
          'p1',
          'p2',
          'p3',
        ]);
        unsubscribe();
        broker.emit({ event: 'chart-changed', patientId: 'p4' });
        await api['sync.status']({});
        expect(seen).toHaveLength(4);
      }));

    it('carries the largest body that the limits allow', () =>
      throughDoor(async ({ api, broker }) => {
        const text = 'あ'.repeat(Math.floor(ROW_BODY_BYTES_MAX / 3) - 100);
        await api['patients.find']({ text, limit: 1 });
        expect(broker.asked[0]).toEqual({ row: 'patients.find', request: { text, limit: 1 } });
      }));
  });
}

/** A kiosk that knows no patients, restarts at `visits.pause`, and greets new screens. */
export function playBroker(): PlayedBroker {
  const listeners = new Set<(event: KioskEvent) => void>();
  const asked: PlayedBroker['asked'] = [];
  return {
    asked,
    emit: event => listeners.forEach(listener => listener(event)),
    answer: async (row, request) => {
      asked.push({ row, request });
      return row === 'visits.pause'
        ? { ok: false, error: { code: 'SERVICE_RESTARTING', message: 'again', retryable: true, details: {} } }
        : { ok: true, body: { patients: [] } };
    },
    subscribe: listener => {
      listeners.add(listener);
      listener({ event: 'session', nurse: null });
      return () => listeners.delete(listener);
    },
    started: async () => {},
    stop: async () => {},
  };
}
