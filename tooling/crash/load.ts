import { AppError, type ChartEntry } from '@shimabashi/contracts';
import { type KioskClient, waitForPatients } from '../system/clients.ts';
import { type Kiosk } from '../system/system.ts';

/** A nurse who saves what the monitor shows, again and again, and notes what she was told is saved. */
export interface Load {
  readonly nurse: KioskClient;
  readonly patientId: string;
  readonly encounterId: string;
  /** Version ids of the entries that the kiosk said are saved. */
  readonly acknowledged: ReadonlySet<string>;
  /** Saves that were answered only after a retry: proof that the kills struck while work was on. */
  readonly retried: () => number;
  stop(): Promise<void>;
}

const BETWEEN_SAVES_MS = 150;

export async function startLoad(kiosk: Kiosk, patientText: string): Promise<Load> {
  const nurse = await waitForPatients(kiosk);
  const { patients } = await patiently(() => nurse.call('patients.find', { text: patientText, limit: 1 }));
  const patientId = patients[0]!.id;
  const openId = crypto.randomUUID();
  const { visit } = await patiently(() =>
    nurse.call('visits.open', { operationId: openId, patientId, encounterId: null }),
  );
  const acknowledged = new Set<string>();
  let retried = 0;
  let stopped = false;
  const running = (async () => {
    while (!stopped) {
      const entries = await saveOnce(nurse, visit.encounterId, () => (retried += 1));
      for (const { versionId } of entries) acknowledged.add(versionId);
      await pause(BETWEEN_SAVES_MS);
    }
  })();
  return {
    nurse,
    patientId,
    encounterId: visit.encounterId,
    acknowledged,
    retried: () => retried,
    async stop() {
      stopped = true;
      await running;
    },
  };
}

/** One press of "save": the same operation ids until the kiosk says that they are saved. */
async function saveOnce(nurse: KioskClient, encounterId: string, onRetry: () => void): Promise<ChartEntry[]> {
  const operationIds = [crypto.randomUUID(), crypto.randomUUID()] as const;
  let tries = 0;
  const { entries } = await patiently(async () => {
    tries += 1;
    if (tries > 1) onRetry();
    const { samples } = await nurse.call('vitals.latest', {});
    const live = samples
      .filter(({ measured }) => measured.status === 'measured')
      .slice(0, operationIds.length);
    const fromDevice = live.map((sample, index) => ({
      operationId: operationIds[index]!,
      source: { kind: 'device', sampleId: sample.sampleId } as const,
    }));
    const byHand = {
      operationId: operationIds[0],
      source: {
        kind: 'by-hand',
        parameter: 'respiratory-rate',
        value: 16,
        unit: '/min',
        reason: '機器がない',
      },
    } as const;
    return nurse.call('observations.save', {
      encounterId,
      entries: live.length === 0 ? [byHand] : fromDevice,
    });
  });
  return entries;
}

/** Tries again what may be tried again, as a screen does. What may not be is a fault of the test. */
async function patiently<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      const again =
        !(error instanceof AppError) ||
        error.code === 'SERVICE_RESTARTING' ||
        error.code === 'TIMEOUT' ||
        // A store that has just started holds no sample yet: the next reading is there in a moment.
        error.code === 'SAMPLE_EXPIRED';
      if (!again) throw error;
      await pause(50);
    }
  }
}

function pause(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms));
}
