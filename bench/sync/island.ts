import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ChartLog } from '@shimabashi/sync';
import { openChartLog } from '@shimabashi/sync/sqlite';
import {
  DEMO_CLINICS,
  DEMO_STAFF,
  enterKiosk,
  type KioskClient,
  startSystem,
  startThinLine,
  type System,
  type ThinLine,
  until,
  waitForPatients,
} from '@shimabashi/tooling/system';
import { type Author } from './records.ts';

/** A real kiosk and a real hub, with a thin line between them, and a nurse in a visit. */
export interface Island {
  readonly dir: string;
  readonly system: System;
  readonly line: ThinLine;
  readonly author: Author;
  /** The nurse's way in; another one after `whileStopped`. */
  readonly nurse: KioskClient;
  /** With the patient in front of the kiosk. Gives the encounter's id. */
  openVisit(): Promise<string>;
  /** Stops the kiosk, hands over its chart, and starts it again with the line cut. */
  whileStopped(write: (log: ChartLog) => void): Promise<void>;
  /** When nothing waits any more, by `performance.now()`. */
  empty(limitMs: number): Promise<number>;
  stop(): Promise<void>;
}

export async function startIsland(): Promise<Island> {
  const dir = mkdtempSync(join(tmpdir(), 'shimabashi-bench-'));
  let line: ThinLine | undefined;
  const system = await startSystem({
    dir,
    seed: 1,
    islands: 1,
    startLine: async hubPort => (line = await startThinLine(hubPort)),
  });
  const kiosk = system.kiosks[0]!;
  const chartOf = (): ChartLog =>
    openChartLog({
      path: join(kiosk.dataDir, 'chart.db'),
      key: Buffer.from(readFileSync(join(kiosk.dataDir, 'chart.key'), 'utf8').trim(), 'hex'),
      newId: randomUUID,
    });
  let nurse = await waitForPatients(kiosk);
  const text = DEMO_CLINICS[0]!.patients[1]!.kana.family;
  const { patients } = await nurse.call('patients.find', { text, limit: 1 });
  const { deviceId } = await nurse.call('session.current', {});
  return {
    dir,
    system,
    line: line!,
    author: {
      patientId: patients[0]!.id,
      clinicId: kiosk.clinicId,
      deviceId: deviceId ?? '',
      authorId: DEMO_STAFF[0]!.practitionerId,
    },
    get nurse() {
      return nurse;
    },
    async openVisit() {
      const request = { operationId: randomUUID(), patientId: patients[0]!.id, encounterId: null };
      return (await nurse.call('visits.open', request)).visit.encounterId;
    },
    async whileStopped(write) {
      line!.cut();
      await kiosk.program.stop();
      const log = chartOf();
      write(log);
      log.close();
      await kiosk.program.start();
      nurse = await enterKiosk(kiosk);
    },
    async empty(limitMs) {
      await until(
        async () => {
          const { waiting, parked } = await nurse.call('sync.status', {});
          if (parked > 0) throw new Error('The hub has refused something.');
          return Object.values(waiting).every(count => count === 0) ? true : undefined;
        },
        { limitMs, what: 'everything is at the hub', everyMs: 10 },
      );
      return performance.now();
    },
    async stop() {
      await system.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
