import Database from 'better-sqlite3';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createIdentityStore, type IdentityStore } from '../db/identity-store.ts';
import { MIGRATIONS } from '../db/migrations.ts';
import { openHubDatabase } from '../db/open-database.ts';
import { applySeed, Seed } from '../seed.ts';
import { SEED } from '../testing/test-hub.ts';
import { dutyDoctors } from './duty.ts';

let dir: string;
let store: IdentityStore;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'duty-'));
  store = createIdentityStore(openHubDatabase(join(dir, 'hub.db'), new Uint8Array(32)));
});
afterEach(() => {
  store.close();
  rmSync(dir, { recursive: true });
});

async function seed(duty?: string[]): Promise<void> {
  const scrypt = { cost: 16, blockSize: 1, parallelization: 1 };
  await applySeed({ store, seed: Seed.parse({ ...SEED, duty }), nowMs: () => 0, scrypt });
}
const idsFor = (clinicId: string) => dutyDoctors(store, clinicId).map(({ practitionerId }) => practitionerId);

describe('the roster of duty', () => {
  it('names the doctors of the clinic in the order of the roster, without their secrets', async () => {
    await seed(['doctor-sakate', 'doctor-both']);
    expect(idsFor('sakate')).toEqual(['doctor-sakate', 'doctor-both']);
    expect(idsFor('kamishima')).toEqual(['doctor-both']);
    expect(dutyDoctors(store, 'kamishima')[0]).not.toHaveProperty('secretHash');
  });

  it('has every doctor when the seed says nothing, and nobody when it says nobody', async () => {
    await seed();
    expect(idsFor('sakate')).toEqual(['doctor-both', 'doctor-sakate']);
    await seed([]);
    expect(idsFor('sakate')).toEqual([]);
  });

  it.each([['nurse-sakate'], ['nobody'], ['doctor-both', 'doctor-both']])(
    'refuses a seed whose roster is %s',
    (...duty) => {
      expect(Seed.safeParse({ ...SEED, duty }).error?.issues[0]?.path).toEqual(['duty']);
    },
  );

  it('has every doctor in a hub that was set up before there was a roster', () => {
    const db = new Database(':memory:');
    db.exec(MIGRATIONS[0]!);
    for (const [id, role] of [
      ['d2', 'doctor'],
      ['n1', 'nurse'],
      ['d1', 'doctor'],
    ]) {
      db.prepare('INSERT INTO staff VALUES (?, ?, ?, ?, ?)').run(id, 'name', '', role, 'hash');
    }
    db.exec(MIGRATIONS[1]!);
    expect(db.prepare('SELECT practitioner_id FROM duty ORDER BY position').pluck().all()).toEqual([
      'd1',
      'd2',
    ]);
    db.close();
  });
});
