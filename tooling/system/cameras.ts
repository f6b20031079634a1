import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, type BrowserContext } from 'playwright-core';
import { root } from '../paths.ts';

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

interface DrawnCamera {
  readonly label: string;
  readonly deviceId: string;
  readonly png: string;
  readonly width: number;
  readonly height: number;
  readonly hasClock: boolean;
}

/** Runs in the page, before anything else. */
function installCameras(cameras: readonly DrawnCamera[]): void {
  // Pages without a secure context, such as the blank one, have no devices to replace.
  if (!('mediaDevices' in navigator)) return;
  const { mediaDevices } = navigator;
  const enumerate = mediaDevices.enumerateDevices.bind(mediaDevices);
  const getUserMedia = mediaDevices.getUserMedia.bind(mediaDevices);
  const FRAMES_A_SECOND = 25;

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

  /** The time as black and white blocks, 8 × 3, most significant bit first: see `readClock`. */
  const drawClock = (drawing: CanvasRenderingContext2D): void => {
    const { width, height } = drawing.canvas;
    const nowMs = Math.round(performance.timeOrigin + performance.now());
    for (let bit = 0; bit < 24; bit += 1) {
      drawing.fillStyle = Math.floor(nowMs / 2 ** (23 - bit)) % 2 === 1 ? '#fff' : '#000';
      drawing.fillRect(((bit % 8) * width) / 8, (Math.floor(bit / 8) * height) / 12, width / 8, height / 12);
    }
  };

  const open = async (camera: DrawnCamera): Promise<MediaStreamTrack> => {
    const { png, width, height, deviceId, label, hasClock } = camera;
    const bytes = Uint8Array.from(atob(png), letter => letter.codePointAt(0) ?? 0);
    const picture = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
    const canvas = document.createElement('canvas');
    Object.assign(canvas, { width, height });
    const drawing = canvas.getContext('2d');
    if (drawing === null) throw new DOMException('No drawing', 'NotReadableError');
    const draw = (): void => {
      const swing = Math.sin(performance.now() / 900);
      drawing.drawImage(picture, -4 + swing * 2, -4 + swing * 3, width + 8, height + 8);
      if (hasClock) drawClock(drawing);
    };
    draw();
    const [track] = canvas.captureStream(FRAMES_A_SECOND).getVideoTracks();
    if (track === undefined) throw new DOMException('No track', 'NotReadableError');
    const timer = setInterval(draw, 1_000 / FRAMES_A_SECOND);
    const stop = track.stop.bind(track);
    track.stop = () => {
      clearInterval(timer);
      stop();
    };
    const settings = track.getSettings.bind(track);
    track.getSettings = () => ({ ...settings(), deviceId, width, height, frameRate: FRAMES_A_SECOND });
    Object.defineProperty(track, 'label', { value: label });
    return track;
  };

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
