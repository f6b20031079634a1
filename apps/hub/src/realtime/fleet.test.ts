import { expect, it } from 'vitest';
import { type IdentityStore } from '../db/identity-store.ts';
import { Fleet } from './fleet.ts';

it('goes on with a kiosk’s link when the disk cannot take what was heard', () => {
  const notSaved: unknown[] = [];
  const full = new Error('full');
  const device = {
    deviceId: 'k',
    clinicId: 'c',
    name: 'k',
    publicKey: '',
    lastHeardAtMs: null,
    backlog: null,
  };
  const store: Pick<IdentityStore, 'devices' | 'saveHeard'> = {
    devices: () => [device],
    saveHeard: () => {
      throw full;
    },
  };
  const fleet = new Fleet({
    store: store as IdentityStore,
    nowMs: () => 1_000,
    onChange: () => {},
    onNotSaved: error => void notSaved.push(error),
  });
  fleet.linkUp('k');
  expect(fleet.kiosksOf('c')).toMatchObject([{ link: 'up', lastHeardAtMs: 1_000 }]);
  fleet.saveAll();
  expect(notSaved).toEqual([full, full]);
});
