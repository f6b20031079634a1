import { describe, expect, it } from 'vitest';
import { DEVICE, NOW, NURSE, playKiosk, refusal, sample, settle, VISIT } from '../testing/play-kiosk.ts';

const values = (kiosk: ReturnType<typeof playKiosk>) =>
  [...kiosk.model.snapshot().vitals.values()].map(vitals => vitals.sample?.measured);
const BLOCK = {
  deviceId: 'nonin-1',
  waveform: 'pleth',
  sampleRateHz: 75,
  firstSequence: 0,
  receivedAtMs: NOW,
  samples: [1, 2, 3],
} as const;

async function measuring() {
  const kiosk = playKiosk();
  await kiosk.begin();
  kiosk.emit({ event: 'samples', samples: [sample('SpO2', 94), sample('pulse-rate', 92)] });
  kiosk.emit({ event: 'waveform', block: { ...BLOCK, samples: [...BLOCK.samples] } });
  expect(values(kiosk).every(measured => measured?.status === 'measured')).toBe(true);
  return kiosk;
}

describe('KioskModel', () => {
  it('reads who is signed in, whose visit it is and what is connected', async () => {
    const kiosk = playKiosk();
    expect(kiosk.model.snapshot().nurse).toBeUndefined();
    await kiosk.begin();
    expect(kiosk.model.snapshot()).toMatchObject({ door: 'open', nurse: NURSE, visit: VISIT });
    expect([...kiosk.model.snapshot().devices.values()]).toEqual([DEVICE]);
  });

  it('keeps asking while the store starts', async () => {
    let asked = 0;
    const kiosk = playKiosk({
      'session.current': () =>
        (asked += 1) < 4 ? refusal('SERVICE_RESTARTING') : { ok: true, body: { nurse: NURSE, clinic: null } },
    });
    await kiosk.begin();
    await settle();
    expect(kiosk.model.snapshot().nurse).toEqual(NURSE);
  });

  it.each([
    ['the door is lost', (kiosk: ReturnType<typeof playKiosk>) => kiosk.door('lost')],
    [
      'the device leaves "connected"',
      (kiosk: ReturnType<typeof playKiosk>) =>
        kiosk.emit({ event: 'device', device: { ...DEVICE, state: 'connecting' } }),
    ],
    [
      'the devices service ends',
      (kiosk: ReturnType<typeof playKiosk>) =>
        kiosk.emit({
          event: 'service',
          status: { service: 'devices', state: 'down', sinceMs: NOW, starts: 1, code: null },
        }),
    ],
  ])('withdraws every number and the trace when %s', async (_case, happen) => {
    const kiosk = await measuring();
    happen(kiosk);
    expect(values(kiosk)).toEqual([undefined, undefined]);
    expect(kiosk.model.waveforms.pleth.end).toBe(0);
  });

  it('takes nothing from a device that is not connected', async () => {
    const kiosk = await measuring();
    kiosk.emit({ event: 'device', device: { ...DEVICE, state: 'negotiating' } });
    kiosk.emit({ event: 'samples', samples: [sample('SpO2', 91)] });
    expect(values(kiosk)).toEqual([undefined, undefined]);
  });

  it('leaves nothing of one patient for the next', async () => {
    const kiosk = await measuring();
    const next = { encounterId: 'e2', patientId: 'p2', openedAtMs: NOW + 5_000 };
    kiosk.emit({ event: 'visit', visit: next });
    expect(kiosk.model.snapshot().vitals.size).toBe(0);
    expect(kiosk.model.waveforms.pleth.end).toBe(0);
    // A sample on its way from before is the other patient's.
    kiosk.emit({ event: 'samples', samples: [sample('SpO2', 94, { receivedAtMs: NOW + 4_999 })] });
    expect(kiosk.model.snapshot().vitals.size).toBe(0);
    kiosk.emit({ event: 'samples', samples: [sample('SpO2', 97, { receivedAtMs: NOW + 5_000 })] });
    expect(values(kiosk)).toEqual([{ status: 'measured', value: 97 }]);
  });

  it('does not let an old answer undo a newer event', async () => {
    const answer = Promise.withResolvers<{ ok: true; body: unknown }>();
    const kiosk = playKiosk({ 'session.current': () => answer.promise });
    await kiosk.begin();
    kiosk.emit({ event: 'session', nurse: null });
    answer.resolve({ ok: true, body: { nurse: NURSE, clinic: null } });
    await settle();
    expect(kiosk.model.snapshot().nurse).toBeNull();
  });

  it('reads everything again when the door is back and when the store is', async () => {
    const kiosk = await measuring();
    const before = kiosk.model.snapshot().chartRevision;
    kiosk.door('lost');
    kiosk.door('open');
    expect(kiosk.model.snapshot().chartRevision).toBeGreaterThan(before);
    const asked = kiosk.asked.length;
    kiosk.emit({
      event: 'service',
      status: { service: 'store', state: 'up', sinceMs: NOW, starts: 2, code: null },
    });
    await settle();
    expect(kiosk.asked.slice(asked).map(({ row }) => row)).toContain('visits.current');
  });

  it('says when this screen must be opened again, and then stays so', async () => {
    const kiosk = playKiosk({ 'services.status': () => refusal('DOOR_CLOSED') });
    await kiosk.begin();
    expect(kiosk.model.snapshot().door).toBe('closed');
    kiosk.door('open');
    expect(kiosk.model.snapshot().door).toBe('closed');
  });
});
