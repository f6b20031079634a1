import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, type BrowserContext } from 'playwright-core';
import { root } from '../paths.ts';
import { type DrawnCamera, installPictures, type Pictures } from './camera-pictures.ts';

/** What stands before a camera of the demo: drawn people, nobody's face. */
export type Scene = 'doctor' | 'patient' | 'examination';

const SIZES: Record<Scene, { width: number; height: number }> = {
  doctor: { width: 1280, height: 720 },
  patient: { width: 1280, height: 720 },
  examination: { width: 1920, height: 1080 },
};

/**
 * Cameras of a browser context, in the place of Chromium's own fake one, which has one picture for
 * all: each shows its scene with a little movement, so that a frozen picture would show.
 *
 * This is the edge: what a camera driver would hand to the browser. Encoding, sending and decoding
 * are Chromium's own. The microphone stays Chromium's fake one, which beeps.
 */
export async function setUpCameras(
  context: BrowserContext,
  cameras: readonly { readonly label: string; readonly scene: Scene; readonly hasClock?: boolean }[],
): Promise<void> {
  const browser = context.browser();
  if (browser === null) throw new Error('The context has no browser.');
  const pictures = await Promise.all(cameras.map(({ scene }) => pictureOf(browser, scene)));
  const devices = cameras.map(({ label, scene, hasClock = false }, index) => ({
    label,
    hasClock,
    deviceId: `camera-${scene}`,
    png: pictures[index]!,
    ...SIZES[scene],
  }));
  await context.addInitScript(installPictures);
  await context.addInitScript(installCameras, devices);
}

const rendered = new Map<Scene, Promise<string>>();

/** The drawing as PNG, base64. A page's own rules about pictures must not decide over its camera. */
function pictureOf(browser: Browser, scene: Scene): Promise<string> {
  const known = rendered.get(scene);
  if (known !== undefined) return known;
  const made = (async () => {
    const page = await browser.newPage({ viewport: SIZES[scene] });
    const svg = readFileSync(join(root, 'tooling/demo/pictures', `${scene}.svg`), 'utf8');
    await page.setContent(`<style>*{margin:0}svg{display:block;width:100vw;height:100vh}</style>${svg}`);
    const png = await page.screenshot();
    await page.close();
    return png.toString('base64');
  })();
  rendered.set(scene, made);
  return made;
}

/**
 * Chromium's way of feeding a track, not in TypeScript's library of the browser.
 *
 * Source: W3C, MediaStreamTrack Insertable Media Processing using Streams.
 */
declare class MediaStreamTrackGenerator extends MediaStreamTrack {
  constructor(init: { readonly kind: 'video' });
  readonly writable: WritableStream<VideoFrame>;
}

/** Runs in the page, before anything else. */
function installCameras(cameras: readonly DrawnCamera[]): void {
  // Pages without a secure context, such as the blank one, have no devices to replace.
  if (!('mediaDevices' in navigator)) return;
  const { mediaDevices } = navigator;
  const { sceneOf, drawClock } = (globalThis as unknown as { cameraPictures: Pictures }).cameraPictures;
  const enumerate = mediaDevices.enumerateDevices.bind(mediaDevices);
  const getUserMedia = mediaDevices.getUserMedia.bind(mediaDevices);
  const FRAMES_A_SECOND = 25;
  const SWING_STEP_MS = 160;

  const asked = (video: MediaTrackConstraints): DrawnCamera => {
    const wanted = video.deviceId;
    const ids = [
      typeof wanted === 'object' && !Array.isArray(wanted) ? (wanted.exact ?? wanted.ideal) : wanted,
    ].flat();
    const found = cameras.find(({ deviceId }) => ids.includes(deviceId));
    const isExact = typeof wanted === 'object' && !Array.isArray(wanted) && wanted.exact !== undefined;
    if (found === undefined && isExact) throw new DOMException('No such camera', 'OverconstrainedError');
    const camera = found ?? cameras[0];
    if (camera === undefined) throw new DOMException('No camera', 'NotFoundError');
    return camera;
  };

  const open = async (camera: DrawnCamera): Promise<MediaStreamTrack> => {
    const { width, height, deviceId, label, hasClock } = camera;
    const init = { format: 'I420', codedWidth: width, codedHeight: height } as const;
    const scene = await sceneOf(camera);
    // Shared, not copied, by every frame that shows it: a camera must not cost what the call is to have.
    const frames = hasClock ? [] : scene.map(bytes => new VideoFrame(bytes, { ...init, timestamp: 0 }));
    const track = new MediaStreamTrackGenerator({ kind: 'video' });
    const writer = track.writable.getWriter();
    const withClock = new Uint8Array(scene[0]!);
    const shoot = (): void => {
      if ((writer.desiredSize ?? 0) < -2) return; // As a camera does: what nobody takes is lost.
      const timestamp = Math.round(performance.now() * 1_000);
      const place = Math.floor(performance.now() / SWING_STEP_MS) % scene.length;
      if (hasClock) drawClock(withClock, camera);
      const frame = hasClock
        ? new VideoFrame(withClock, { ...init, timestamp })
        : new VideoFrame(frames[place]!, { timestamp });
      writer.write(frame).catch(() => {}); // Stopped meanwhile.
    };
    shoot();
    const timer = setInterval(shoot, 1_000 / FRAMES_A_SECOND);
    const stop = track.stop.bind(track);
    track.stop = () => {
      clearInterval(timer);
      for (const frame of frames) frame.close();
      stop();
    };
    const settings = track.getSettings.bind(track);
    track.getSettings = () => ({ ...settings(), deviceId, width, height, frameRate: FRAMES_A_SECOND });
    Object.defineProperty(track, 'label', { value: label });
    return track;
  };

  // A camera is there before anybody asks for it, and its drawing must not cost a call's first second.
  addEventListener('load', () => {
    requestIdleCallback(() => {
      for (const camera of cameras) void sceneOf(camera);
    });
  });

  mediaDevices.getUserMedia = async (constraints = {}) => {
    const tracks: MediaStreamTrack[] = [];
    if (constraints.audio) {
      tracks.push(...(await getUserMedia({ audio: constraints.audio })).getAudioTracks());
    }
    if (constraints.video) {
      tracks.push(await open(asked(constraints.video === true ? {} : constraints.video)));
    }
    return new MediaStream(tracks);
  };
  mediaDevices.enumerateDevices = async () => {
    const others = (await enumerate()).filter(({ kind }) => kind !== 'videoinput');
    const ours = cameras.map(({ deviceId, label }) => ({
      deviceId,
      groupId: deviceId,
      kind: 'videoinput' as const,
      label,
      toJSON: () => ({}),
    }));
    return [...others, ...ours];
  };
}
