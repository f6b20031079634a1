import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser } from 'playwright-core';
import {
  createReceiver,
  startPushService,
  type PushService,
  stubPushSubscription,
} from '../push-service/index.ts';
import { launchBrowser, openConsole, openKiosk, type Screen } from '../system/browser.ts';
import { setUpCameras } from '../system/cameras.ts';
import { signInDoctor, waitForPatients } from '../system/clients.ts';
import { recordingPlayer } from '../system/sound.ts';
import { startSystem, type System } from '../system/system.ts';
import { DEMO_PORTS } from './ports.ts';
import { type Stage, STORY } from './story.ts';

const STEP_LIMIT_MS = 20_000;
const IPAD = { width: 1180, height: 820, touch: true } as const;

/** What the fake cameras are called, and what the kiosk is told of them. */
const CAMERAS = { face: '顔のカメラ', exam: '診察カメラ' } as const;

/** By convention 128 and the number of SIGINT. */
const EXIT_INTERRUPTED = 130;

/**
 * Plays the story once. 0 when every step went, else 1 and the step that did not. Ctrl-C stops whatever
 * was started.
 */
export async function playHeadless(options: { dir: string; shotsDir: string }): Promise<number> {
  mkdirSync(options.shotsDir, { recursive: true });
  const ends: (() => Promise<void>)[] = [];
  let step = 'hub, two islands, a monitor and a push service start';
  let stage: Stage | undefined;
  let isInterrupted = false;
  const endAll = async () => {
    for (const end of ends.splice(0).toReversed()) await end();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      isInterrupted = true;
      // The step that is under way fails with its browser, and says so to nobody.
      void endAll().finally(() => process.exit(EXIT_INTERRUPTED));
    });
  }
  try {
    const say = stopwatch();
    const service = await startPushService();
    ends.push(() => service.close());
    const heardFile = join(options.dir, 'heard.ndjson');
    const starting = startSystem({
      dir: options.dir,
      seed: 1,
      islands: 2,
      ports: DEMO_PORTS,
      hubEnvironment: { HUB_PUSH_HOSTS: service.origin },
      kioskEnvironment: {
        ...recordingPlayer(heardFile),
        KIOSK_FACE_CAMERA: CAMERAS.face,
        KIOSK_EXAM_CAMERA: CAMERAS.exam,
      },
    });
    ends.push(async () => (await starting).stop());
    const system = await starting;
    const firstClient = await waitForPatients(system.kiosks[0]!);
    await firstClient.call('session.sign-out', {});
    say(step);
    step = 'Chromium opens the screens of nurse and doctor';
    const browser = await launchBrowser();
    ends.push(() => browser.close());
    stage = { heardFile, ...(await openScreens(browser, system, service)) };
    say(step);
    for (const scene of STORY) {
      step = scene.step;
      await scene.play(stage);
      say(step);
      for (const [who, name] of Object.entries(scene.shots)) {
        const { page } = stage[who as keyof typeof scene.shots];
        await page.screenshot({ path: join(options.shotsDir, `${name}.png`) });
      }
    }
    console.log(`Screenshots: ${options.shotsDir}`);
    return 0;
  } catch (error) {
    if (isInterrupted) return EXIT_INTERRUPTED;
    console.error(`FAILED: ${step}\n${String(error)}`);
    for (const who of ['nurse', 'doctor', 'tablet'] as const) {
      await stage?.[who].page.screenshot({ path: join(options.shotsDir, `failed-${who}.png`) });
    }
    console.error(`What the screens showed: ${options.shotsDir}`);
    return 1;
  } finally {
    await endAll();
  }
}

/** The nurse's kiosk, and the doctor's desktop and iPad, each in a browser of its own. */
async function openScreens(
  browser: Browser,
  system: System,
  service: PushService,
): Promise<Omit<Stage, 'heardFile'>> {
  const hub = await signInDoctor(system);
  const { publicKey } = await hub.call('push.key', {});
  const receiver = createReceiver();
  const endpoint = service.subscribe(publicKey);
  const nurse = await openKiosk(browser, system.kiosks[0]!, {
    prepare: context =>
      setUpCameras(context, [
        { label: CAMERAS.face, scene: 'patient' },
        { label: CAMERAS.exam, scene: 'examination' },
      ]),
  });
  const doctor = await openConsole(browser, system, {
    prepare: context => setUpCameras(context, [{ label: 'camera', scene: 'doctor' }]),
  });
  const tablet = await openConsole(browser, system, {
    ...IPAD,
    prepare: context =>
      stubPushSubscription(context, { endpoint, p256dh: receiver.p256dh, auth: receiver.auth }),
  });
  for (const { page } of [nurse, doctor, tablet] satisfies Screen[]) page.setDefaultTimeout(STEP_LIMIT_MS);
  return { system, hub, nurse, doctor, tablet, push: { service, receiver, endpoint } };
}

/** Prints each step with the time since the one before. */
function stopwatch(): (step: string) => void {
  let lastMs = performance.now();
  return step => {
    const nowMs = performance.now();
    console.log(`${((nowMs - lastMs) / 1000).toFixed(1).padStart(6)} s  ${step}`);
    lastMs = nowMs;
  };
}
