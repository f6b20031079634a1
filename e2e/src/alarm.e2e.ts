import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { kill, unexplainedSilences, watchScreen } from '@shimabashi/tooling/crash';
import {
  DEMO_CLINICS,
  enterKiosk,
  heardIn,
  type KioskClient,
  launchBrowser,
  openKiosk,
  openPatientOnKiosk,
  recordingPlayer,
  type Screen,
  signInDoctor,
  signInOnKiosk,
  tonesOf,
  until,
} from '@shimabashi/tooling/system';
import { type Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestSystem } from './test-system.ts';

const PATIENT = DEMO_CLINICS[0]!.patients[0]!;

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

describe('an alarm on the island', () => {
  let system: Awaited<ReturnType<typeof startTestSystem>>;
  let nurse: KioskClient;
  let screen: Screen;
  let heardFile: string;

  beforeAll(async () => {
    heardFile = join(mkdtempSync(join(tmpdir(), 'shimabashi-heard-')), 'heard.ndjson');
    system = await startTestSystem({
      islands: 1,
      kioskEnvironment: { KIOSK_ALARM_SPO2_LOW_FOR_S: '3', ...recordingPlayer(heardFile) },
    });
    nurse = await enterKiosk(system.kiosks[0]!);
    screen = await openKiosk(browser, system.kiosks[0]!);
    await signInOnKiosk(screen);
    await openPatientOnKiosk(screen, PATIENT);
  }, 120_000);
  afterAll(async () => {
    await system.stop();
    rmSync(dirname(heardFile), { recursive: true, force: true });
  });

  const band = () => screen.page.locator('[data-alarm]');

  it('is raised, seen and heard with the link cut, in the rhythm of a high priority', async () => {
    system.kiosks[0]!.line.cut();
    system.monitor!.setScenario('hypoxia');
    await band().waitFor({ timeout: 30_000 });
    await screen.page.locator('[data-escalation="no-link"]').waitFor({ timeout: 10_000 });
    const rhythm = await until(
      async () => {
        const tones = tonesOf(heardIn(heardFile));
        const gaps = tones.slice(1, 11).map(({ atMs }, index) => atMs - tones[index]!.atMs);
        return gaps.length === 10 ? gaps : undefined;
      },
      { limitMs: 20_000, what: 'a whole burst and the next tone were heard', everyMs: 200 },
    );
    const wanted = [250, 250, 500, 250, 950, 250, 250, 500, 250, 2_650];
    for (const [index, gap] of rhythm.entries()) expect(Math.abs(gap - wanted[index]!)).toBeLessThan(150);
  }, 90_000);

  it('reaches the hospital when the link is back, bound to the visit', async () => {
    system.kiosks[0]!.line.restore();
    const doctor = await signInDoctor(system);
    const { visit } = await nurse.call('visits.current', {});
    const [alarm] = (await nurse.call('alarms.list', {})).alarms;
    const kept = await until(
      async () => {
        const chart = await doctor.call('patients.get', { patientId: visit!.patientId });
        return chart.resources.find(({ resource }) => resource.id === alarm!.alarmId);
      },
      { limitMs: 30_000, what: "the alarm is in the doctor's chart" },
    );
    expect(kept.resource).toMatchObject({
      resourceType: 'DetectedIssue',
      patient: { reference: `Patient/${visit!.patientId}` },
      severity: 'high',
    });
  }, 60_000);

  it.each(['devices', 'store', 'sound', 'screen'] as const)(
    'is never silent for three seconds without a screen that says why when the %s is killed',
    async victim => {
      await band().waitFor({ timeout: 30_000 });
      const [before] = (await nurse.call('alarms.list', {})).alarms;
      const watched = watchScreen(() => screen.page);
      const fromMs = Date.now();
      await new Promise(resolve => setTimeout(resolve, 1_000));
      if (victim === 'screen') {
        const devtools = await screen.page.context().newCDPSession(screen.page);
        // It is never answered: there is nobody left to answer.
        void devtools.send('Page.crash').catch(() => {});
        screen = await openKiosk(browser, system.kiosks[0]!);
      } else {
        await kill(victim, system);
      }
      await new Promise(resolve => setTimeout(resolve, 9_000));
      await watched.stop();
      expect(unexplainedSilences(heardFile, { fromMs, toMs: Date.now() }, watched.seen)).toEqual([]);
      await band().waitFor({ timeout: 20_000 });
      // The same episode: nothing has rung twice.
      const [after] = (await nurse.call('alarms.list', {})).alarms;
      expect(after).toMatchObject({ alarmId: before!.alarmId, raisedAtMs: before!.raisedAtMs });
    },
    90_000,
  );

  it('is quiet once the nurse has seen it, and over when the value is back', async () => {
    await signInOnKiosk(screen);
    await screen.page.getByRole('button', { name: '見ました' }).click();
    await screen.page.locator('[data-alarm][data-answered]').waitFor({ timeout: 10_000 });
    await until(async () => ((await nurse.call('sound.status', {})).state === 'quiet' ? true : undefined), {
      limitMs: 5_000,
      what: 'the sound has ended',
    });
    system.monitor!.setScenario('normal');
    await band().waitFor({ state: 'detached', timeout: 30_000 });
    expect((await nurse.call('alarms.list', {})).alarms).toEqual([]);
  }, 60_000);

  it('is quiet once a doctor has accepted it, and the screen says who', async () => {
    system.monitor!.setScenario('hypoxia');
    await band().waitFor({ timeout: 30_000 });
    const [alarm] = (await nurse.call('alarms.list', {})).alarms;
    const doctor = await signInDoctor(system);
    await until(async () => doctor.call('alerts.accept', { alertId: alarm!.alarmId }), {
      limitMs: 10_000,
      what: 'the hub has the alert, and the doctor takes it',
    });
    await screen.page.locator('[data-escalation="accepted"]').waitFor({ timeout: 10_000 });
    await screen.page.locator('[data-alarm][data-answered]').waitFor({ timeout: 10_000 });
    await until(async () => ((await nurse.call('sound.status', {})).state === 'quiet' ? true : undefined), {
      limitMs: 5_000,
      what: 'the sound has ended',
    });
    expect((await nurse.call('alarms.list', {})).alarms).toMatchObject([
      { alarmId: alarm!.alarmId, acknowledged: { by: { role: 'doctor' } } },
    ]);
  }, 90_000);
});

describe('a kiosk whose player does not play', () => {
  it('says so on its screen within three seconds, and sounds through the screen', async () => {
    const system = await startTestSystem({
      islands: 1,
      scenario: 'hypoxia',
      kioskEnvironment: { KIOSK_ALARM_SPO2_LOW_FOR_S: '3', KIOSK_SOUND_PLAYER: 'false' },
    });
    try {
      const nurse = await enterKiosk(system.kiosks[0]!);
      const screen = await openKiosk(browser, system.kiosks[0]!);
      await screen.page.locator('[data-band="silent"]').waitFor({ timeout: 3_000 });
      expect(await nurse.call('sound.status', {})).toMatchObject({ state: 'broken', code: 'PLAYER_ENDED' });
      await screen.page.locator('[data-alarm]').waitFor({ timeout: 30_000 });
      // The kiosk's own window needs no touch (`--autoplay-policy`); this browser is not it.
      await screen.page.getByRole('heading', { name: 'きょうの診療' }).click();
      await screen.page.locator('[data-sounding-here="high"]').waitFor({ timeout: 15_000 });
    } finally {
      await system.stop();
    }
  }, 120_000);
});
