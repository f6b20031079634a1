import { type Sample } from '@shimabashi/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../testing/manual-clock.ts';
import { patientOperation, startTestHub, type TestHub, type TestSocket } from '../testing/test-hub.ts';

/** The kiosk's clock is this far behind the hub's. */
const KIOSK_BEHIND_MS = 3_600_000;

let clock: ManualClock;
let hub: TestHub;
let kiosk: Awaited<ReturnType<TestHub['kiosk']>>;
let doctor: Record<string, string>;

beforeEach(async () => {
  clock = new ManualClock();
  hub = await startTestHub({ clock });
  kiosk = await hub.kiosk('kamishima-1');
  doctor = await hub.doctor();
  await hub.ask('sync.push', { operations: [patientOperation(kiosk, 'patient-1')] }, kiosk.headers);
});
afterEach(() => hub.remove());

function kioskNowMs(): number {
  return clock.nowMs() - KIOSK_BEHIND_MS;
}

async function linkUp(headers = kiosk.headers): Promise<TestSocket> {
  const link = hub.socket('/link', headers);
  const { askedAtMs } = await link.next('ask');
  link.send({ type: 'echo', askedAtMs, otherAtMs: kioskNowMs() });
  return link;
}

/** A doctor's page that watches; the echo tells that the hub has heard it. */
async function watching(patientId: string | null, headers = doctor): Promise<TestSocket> {
  const live = hub.socket('/live', headers);
  await live.next('clinic');
  live.send({ type: 'watch', patientId });
  live.send({ type: 'ask', askedAtMs: 7 });
  await live.next('echo');
  return live;
}

function samplesOf(patientId: string, ageMs = 100): object {
  const sample: Sample = {
    sampleId: 'nonin-1:1:1',
    deviceId: 'nonin-1',
    parameter: 'SpO2',
    measured: { status: 'measured', value: 97 },
    unit: '%',
    quality: [],
    origin: 'live',
    deviceTime: null,
    receivedAtMs: kioskNowMs() - ageMs,
    sequence: 1,
    rawHex: '',
  };
  return { type: 'samples', patientId, encounterId: 'encounter-1', samples: [sample] };
}

const firstSample = (message: { [field: string]: unknown }): Sample => (message['samples'] as Sample[])[0]!;

/** Asks until the hub has taken in what is on its way over a link, which answers nothing. */
async function untilKiosk(matches: (kiosk: Record<string, unknown>) => boolean): Promise<void> {
  const { clinics } = await hub.ask('clinics.list', {}, doctor);
  if (!matches(clinics[0]!.kiosks[0]!)) await untilKiosk(matches);
}

const kioskStatus = (message: { [field: string]: unknown }) =>
  (message['status'] as { kiosks: Record<string, unknown>[] }).kiosks[0];

describe('live numbers', () => {
  it('reach who watches the patient, with the hub’s time', async () => {
    const live = await watching('patient-1');
    const link = await linkUp();
    link.send(samplesOf('patient-1', 250));
    const message = await live.next('samples');
    expect(message).toMatchObject({ patientId: 'patient-1', kioskDeviceId: kiosk.deviceId });
    expect(firstSample(message).receivedAtMs).toBe(clock.nowMs() - 250);
  });

  it('reach nobody else', async () => {
    const [other, watcher] = [await watching(null), await watching('patient-1')];
    const link = await linkUp();
    link.send(samplesOf('patient-1'));
    await watcher.next('samples');
    other.send({ type: 'ask', askedAtMs: 8 });
    await other.next('echo', message => message['askedAtMs'] === 8);
    expect(other.heard.map(({ type }) => type)).not.toContain('samples');
  });

  it('are there at once for who begins to watch, and not when they are old', async () => {
    const link = await linkUp();
    const early = await watching('patient-1');
    link.send(samplesOf('patient-1', 0));
    await early.next('samples');
    const second = await watching('patient-1');
    await second.next('samples');

    clock.advance(3_001);
    const third = await watching('patient-1');
    expect(third.heard.map(({ type }) => type)).not.toContain('samples');
  });

  it('are withheld while their age is unknown', async () => {
    const live = await watching('patient-1');
    const link = hub.socket('/link', kiosk.headers);
    const { askedAtMs } = await link.next('ask');
    link.send(samplesOf('patient-1'));
    link.send({ type: 'echo', askedAtMs: Number(askedAtMs) + 1, otherAtMs: kioskNowMs() }); // Never asked.
    link.send(samplesOf('patient-1'));
    link.send({ type: 'echo', askedAtMs, otherAtMs: kioskNowMs() });
    link.send(samplesOf('patient-1', 50));
    const message = await live.next('samples');
    expect(firstSample(message).receivedAtMs).toBe(clock.nowMs() - 50);
  });

  it('never come from the future', async () => {
    const live = await watching('patient-1');
    const link = await linkUp();
    link.send(samplesOf('patient-1', -5_000));
    expect(firstSample(await live.next('samples')).receivedAtMs).toBe(clock.nowMs());
  });

  it.each([
    ['the kiosk says so', (link: TestSocket) => link.send({ type: 'live-ended', patientId: 'patient-1' })],
    ['its link closes', (link: TestSocket) => link.socket.terminate()],
    ['its link is silent', () => clock.advance(8_000)],
    ['another patient is measured', (link: TestSocket) => link.send(samplesOf('patient-2'))],
  ])('end when %s', async (_name, end) => {
    const live = await watching('patient-1');
    const link = await linkUp();
    link.send(samplesOf('patient-1'));
    await live.next('samples');
    end(link);
    await expect(live.next('live-ended')).resolves.toEqual({ type: 'live-ended', patientId: 'patient-1' });
  });

  it('of another clinic’s patient close the link', async () => {
    const sakate = await hub.kiosk('sakate-1');
    const link = await linkUp(sakate.headers);
    link.send(samplesOf('patient-1'));
    await expect(link.closed()).resolves.toBe(4403);
  });

  it('of a patient that is not the doctor’s cannot be watched', async () => {
    const live = hub.socket('/live', await hub.doctor('doctor-sakate', 'shima kara shima e'));
    await live.next('clinic');
    live.send({ type: 'watch', patientId: 'patient-1' });
    await expect(live.closed()).resolves.toBe(4403);
  });
});

describe('a link', () => {
  it('shows as up, with what waits behind it, and as down after a silence', async () => {
    const live = await watching(null);
    const link = await linkUp();
    const waiting = { vitals: 2, chart: 1, thumbnail: 0, photo: 0 };
    link.send({ type: 'status', waiting, parked: 1 });
    await untilKiosk(({ parked }) => parked === 1);
    clock.advance(1_000);
    await live.next('clinic', message => kioskStatus(message)?.['link'] === 'up');
    await live.next('clinic', message => kioskStatus(message)?.['parked'] === 1);

    clock.advance(8_000);
    const down = await live.next('clinic', message => kioskStatus(message)?.['link'] === 'down');
    expect(kioskStatus(down)).toMatchObject({ waiting, parked: 1 });
    await expect(link.closed()).resolves.toBe(1006);
  });

  it('is one a kiosk: a new one takes the place of the old', async () => {
    const first = await linkUp();
    const second = await linkUp();
    await expect(first.closed()).resolves.toBe(1001);
    expect(second.socket.readyState).toBe(second.socket.OPEN);
    const { clinics } = await hub.ask('clinics.list', {}, doctor);
    expect(clinics[0]?.kiosks[0]?.link).toBe('up');
  });

  it('is remembered when the hub starts again', async () => {
    const link = await linkUp();
    link.send({ type: 'status', waiting: { vitals: 3, chart: 0, thumbnail: 0, photo: 0 }, parked: 0 });
    await untilKiosk(({ parked }) => parked === 0);
    const { dataDir, port } = hub;
    await hub.stop();
    await expect(link.closed()).resolves.toBe(1001);
    hub = await startTestHub({ clock, dataDir, config: { port } });
    const { clinics } = await hub.ask('clinics.list', {}, doctor);
    expect(clinics[0]?.kiosks[0]).toMatchObject({
      link: 'down',
      lastHeardAtMs: clock.nowMs(),
      waiting: { vitals: 3 },
    });
  });
});

describe('news of the chart', () => {
  it('poke the clinic’s other kiosks and tell its doctors', async () => {
    const other = await hub.kiosk('kamishima-2');
    const [own, others, live] = [await linkUp(), await linkUp(other.headers), await watching(null)];
    const operations = [patientOperation(kiosk, 'patient-2')];
    await hub.ask('sync.push', { operations }, kiosk.headers);
    await others.next('poke');
    await expect(live.next('chart-changed')).resolves.toMatchObject({ patientId: 'patient-2' });
    expect(own.heard.map(({ type }) => type)).not.toContain('poke');

    // Sent again, it is no news.
    const before = live.heard.length;
    await hub.ask('sync.push', { operations }, kiosk.headers);
    live.send({ type: 'ask', askedAtMs: 9 });
    await live.next('echo', message => message['askedAtMs'] === 9);
    expect(live.heard.slice(before).map(({ type }) => type)).toEqual(['echo']);
  });
});

describe('a doctor’s socket', () => {
  it('closes when the doctor signs out', async () => {
    const live = await watching(null);
    await hub.ask('session.sign-out', {}, doctor);
    await expect(live.closed()).resolves.toBe(4401);
  });
});
