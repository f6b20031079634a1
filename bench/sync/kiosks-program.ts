import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { type ChartLog, createSyncEngine, type SyncEngine } from '@shimabashi/sync';
import { openChartLog } from '@shimabashi/sync/sqlite';
import { HubClient } from '../../apps/kiosk/src/store/hub-client.ts';
import { HubSession } from '../../apps/kiosk/src/store/hub-session.ts';
import { StoreSettings } from '../../apps/kiosk/src/store/settings.ts';
import { auditOf, vitalOf } from './records.ts';

/** Many kiosks in one process: each with its own store, key, sign-in and sync engine. */
const [url = '', dir = '', codes = '', each = '', authorId = ''] = process.argv.slice(2);
const signal = new AbortController().signal;
const timers = {
  after(delayMs: number, callback: () => void) {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};

interface Kiosk {
  readonly log: ChartLog;
  readonly engine: SyncEngine;
}

process.once('disconnect', () => process.exit(0));
const kiosks: Kiosk[] = [];
let done = 0;
for (const code of codes.split(',')) kiosks.push(await kioskOf(code));
process.on('message', () => {
  for (const { engine } of kiosks) engine.linkUp();
});
process.send?.({ type: 'ready' });

async function kioskOf(code: string): Promise<Kiosk> {
  const key = new Uint8Array(32).fill(7);
  const log = openChartLog({ path: join(dir, `${code}.db`), key, newId: randomUUID });
  const session = new HubSession({
    client: new HubClient(new URL(url), Date.now),
    settings: new StoreSettings(log),
    log,
    enrolmentCode: code,
    name: code,
    nowMs: Date.now,
  });
  const deviceId = await session.ensureEnrolled(signal);
  await session.token(signal);
  const { clinicId } = JSON.parse(log.getSetting('enrolment') ?? '{}') as { clinicId: string };
  const author = { patientId: randomUUID(), clinicId, deviceId, authorId };
  const operations = Array.from({ length: Number(each) }, (_, index) => vitalOf(author, index, Date.now()));
  log.author(operations, auditOf(author, Date.now()));
  let isDone = false;
  const engine = createSyncEngine({
    log,
    deviceId,
    nowMs: Date.now,
    timers,
    random: Math.random,
    onChange() {
      if (isDone || log.outbox({ operations: 1, bytes: 1 }).length > 0) return;
      isDone = true;
      done += 1;
      const parked = kiosks.reduce((sum, kiosk) => sum + kiosk.log.waiting().parked, 0);
      if (done === kiosks.length) process.send?.({ type: 'done', parked });
    },
    onPulled() {},
    hub: {
      push: (items, engineSignal) => session.call('sync.push', { operations: [...items] }, engineSignal),
      pull: (request, engineSignal) => session.call('sync.pull', request, engineSignal),
      backfill: (request, engineSignal) => session.call('sync.backfill', request, engineSignal),
    },
  });
  return { log, engine };
}
