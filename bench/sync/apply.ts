import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PullResponse } from '@shimabashi/contracts';
import { openChartLog } from '@shimabashi/sync/sqlite';
import { bound } from '../figures.ts';
import { auditOf, type Author, visitOf, vitalOf } from './records.ts';

const OPERATIONS = 30_000;
const PAGE = 500;
const VISIT_EVERY = 5;
const CLINIC = 'shiomi';

/** What a new kiosk does with its clinic's chart: pages as the hub gives them, checked and kept. */
export async function bench(): Promise<boolean> {
  const dir = mkdtempSync(join(tmpdir(), 'shimabashi-bench-'));
  const key = new Uint8Array(32).fill(7);
  const open = (name: string) => openChartLog({ path: join(dir, name), key, newId: randomUUID });
  const hub = open('hub.db');
  const kiosk = open('kiosk.db');
  try {
    const patients = Array.from({ length: 100 }, authorOf);
    for (let from = 0; from < OPERATIONS; from += PAGE) {
      const page = Array.from({ length: PAGE }, (_, index) => {
        const author = patients[(from + index) % patients.length]!;
        const atMs = 1_700_000_000_000 + (from + index) * 60_000;
        return index % VISIT_EVERY === 0 ? visitOf(author, atMs) : vitalOf(author, index, atMs);
      });
      hub.accept(page, auditOf(patients[0]!, 0));
    }
    kiosk.adoptEpoch(hub.epoch, 'bench');
    let tookMs = 0;
    let more = true;
    while (more) {
      const text = JSON.stringify({
        epoch: hub.epoch,
        ...hub.versionsAfter(kiosk.cursor().sequence, [CLINIC], PAGE),
      });
      const fromMs = performance.now();
      const page = PullResponse.parse(JSON.parse(text));
      kiosk.applyPulled(page);
      tookMs += performance.now() - fromMs;
      more = page.more;
    }
    const there = kiosk.operationIds().length;
    if (there !== OPERATIONS) throw new Error(`Only ${there} are there.`);
    return bound('downloaded operations that a kiosk keeps', (OPERATIONS / tookMs) * 1_000, {
      least: 5_000,
      unit: 'a second',
      also: `${OPERATIONS} in pages of ${PAGE}`,
    });
  } finally {
    hub.close();
    kiosk.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

function authorOf(): Author {
  return { patientId: randomUUID(), clinicId: CLINIC, deviceId: 'kiosk-2', authorId: 'N-1001' };
}
