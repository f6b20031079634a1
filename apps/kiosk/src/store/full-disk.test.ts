import { expect, it } from 'vitest';
import { AppError, type KioskEvent, type Visit } from '@shimabashi/contracts';
import { type StoreSettings } from './settings.ts';
import { Visits, type VisitsDeps } from './visits.ts';

it('lets a patient go when the disk is full: what is measured next is not theirs', () => {
  const visit: Visit = { encounterId: 'e', patientId: 'p', openedAtMs: 1 };
  const settings: Pick<StoreSettings, 'get' | 'set'> = {
    get: () => ({ visit, bootId: 'boot' }) as never,
    set: () => {
      throw new AppError('DISK_FULL', 'full');
    },
  };
  const left: string[] = [];
  const events: KioskEvent[] = [];
  const visits = new Visits({
    settings: settings as StoreSettings,
    bootId: 'boot',
    nowMs: () => 2,
    onLeft: patientId => void left.push(patientId),
    emit: event => void events.push(event),
  } as VisitsDeps);
  expect(visits.current()).toEqual(visit);
  // It is told that this could not be written down.
  expect(() => visits.pause()).toThrow(expect.objectContaining({ code: 'DISK_FULL' }));
  expect(visits.current()).toBeNull();
  expect(left).toEqual(['p']);
  expect(events).toEqual([{ event: 'visit', visit: null }]);
});
