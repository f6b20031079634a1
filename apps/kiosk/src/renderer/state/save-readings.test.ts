import { type KioskApi } from '@shimabashi/contracts';
import { describe, expect, it } from 'vitest';
import { NOW, playKiosk, refusal, sample } from '../testing/play-kiosk.ts';
import { nextJob, runSave, saveJobOf, type SaveState } from './save-readings.ts';

let serial = 0;
const newId = () => `00000000-0000-4000-8000-${String((serial += 1)).padStart(12, '0')}`;
const newJob = () => saveJobOf('e1', [sample('SpO2', 94), sample('pulse-rate', 92)], newId);
const run = (api: KioskApi, job = newJob()) =>
  runSave(api, job, { signal: new AbortController().signal, wait: async () => {}, nowMs: () => NOW });
const saved = { ok: true, body: { entries: [{}, {}] } } as const;

describe('saving', () => {
  it('names the samples that were on the screen, and says "saved" after the answer', async () => {
    const kiosk = playKiosk({ 'observations.save': () => saved });
    await expect(run(kiosk.api)).resolves.toEqual({ state: 'saved', count: 2, atMs: NOW });
    expect(kiosk.asked[0]?.request).toMatchObject({
      encounterId: 'e1',
      entries: [{ source: { kind: 'device', sampleId: 'nonin-1:SpO2:94' } }, {}],
    });
  });

  it('sends the same ids again while the store restarts or is late', async () => {
    const answers = [refusal('SERVICE_RESTARTING'), refusal('TIMEOUT'), saved];
    const kiosk = playKiosk({ 'observations.save': () => answers.shift() ?? saved });
    await expect(run(kiosk.api)).resolves.toMatchObject({ state: 'saved' });
    expect(kiosk.asked).toHaveLength(3);
    expect(new Set(kiosk.asked.map(({ request }) => JSON.stringify(request))).size).toBe(1);
  });

  it('gives up after a while, and never says "saved" then', async () => {
    const kiosk = playKiosk({ 'observations.save': () => refusal('SERVICE_RESTARTING') });
    await expect(run(kiosk.api)).resolves.toMatchObject({ state: 'failed' });
    expect(kiosk.asked).toHaveLength(60);
  });

  it('does not repeat what will not pass by itself', async () => {
    const kiosk = playKiosk({ 'observations.save': () => refusal('DISK_FULL') });
    await expect(run(kiosk.api)).resolves.toMatchObject({ state: 'failed', error: { code: 'DISK_FULL' } });
    expect(kiosk.asked).toHaveLength(1);
  });
});

describe('the next press', () => {
  const failed = (code: 'TIMEOUT' | 'SAMPLE_EXPIRED', job = newJob()): SaveState => {
    const result = refusal(code);
    if (result.ok) throw new Error('A refusal is one.');
    return { state: 'failed', job, error: result.error };
  };

  it('sends the same job where it is unknown whether it was done', () => {
    const job = newJob();
    expect(nextJob(failed('TIMEOUT', job), newJob)).toBe(job);
  });

  it('sends what is on the screen now where it is known that it was not', () => {
    const job = newJob();
    expect(nextJob(failed('SAMPLE_EXPIRED', job), newJob)).not.toBe(job);
    expect(nextJob({ state: 'saved', count: 2, atMs: NOW }, newJob).entries).toHaveLength(2);
  });
});
