import { type Browser, type Page } from 'playwright-core';
import { setUpCameras } from '@shimabashi/tooling/system';

/** Frames of a warm-up that are not counted: encoder and jitter buffer find their level first. */
const WARM_UP_MS = 10_000;

/**
 * Ages of the frames that a `<video>` presents, in milliseconds: from the drawing of the frame by the
 * fake camera (`hasClock`), which writes the machine's time into it, to its presentation.
 */
export async function measureGlass(
  page: Page,
  options: { readonly selector: string; readonly frames: number },
): Promise<number[]> {
  await page.waitForTimeout(WARM_UP_MS);
  return page.evaluate(
    ({ selector, frames }) =>
      new Promise<number[]>(resolve => {
        const video = document.querySelector<HTMLVideoElement>(selector);
        const canvas = document.createElement('canvas');
        Object.assign(canvas, { width: 80, height: 120 });
        const drawing = canvas.getContext('2d', { willReadFrequently: true });
        if (video === null || drawing === null) throw new Error(`There is no picture at ${selector}`);
        const ages: number[] = [];
        let lastMs = -1;
        const look = (): void => {
          const nowMs = performance.timeOrigin + performance.now();
          drawing.drawImage(video, 0, 0, 80, 120);
          const { data } = drawing.getImageData(0, 0, 80, 30);
          let drawnMs = 0;
          for (let bit = 0; bit < 24; bit += 1) {
            const x = (bit % 8) * 10 + 5;
            const y = Math.floor(bit / 8) * 10 + 5;
            drawnMs = drawnMs * 2 + ((data[(y * 80 + x) * 4 + 1] ?? 0) > 127 ? 1 : 0);
          }
          const ageMs = (((nowMs - drawnMs) % 2 ** 24) + 2 ** 24) % 2 ** 24;
          // A frame that came twice is counted once; what is no time (no clock in it) is a fault.
          if (drawnMs !== lastMs) ages.push(ageMs);
          lastMs = drawnMs;
          if (ages.length === frames) resolve(ages);
          else video.requestVideoFrameCallback(look);
        };
        video.requestVideoFrameCallback(look);
      }),
    options,
  );
}

/**
 * The peer of the measurement: the same camera from page to page by one direct peer connection, in
 * the same browser, without a hub.
 */
export async function measureDirect(browser: Browser, url: string, frames: number): Promise<number[]> {
  const context = await browser.newContext();
  await setUpCameras(context, [{ label: 'clock', scene: 'patient', hasClock: true }]);
  const [sender, receiver] = await Promise.all([context.newPage(), context.newPage()]);
  await Promise.all([sender.goto(url), receiver.goto(url)]);
  const offer = await sender.evaluate(async () => {
    const peer = new RTCPeerConnection();
    const stream = await navigator.mediaDevices.getUserMedia({ video: true });
    for (const track of stream.getTracks()) peer.addTransceiver(track, { direction: 'sendonly' });
    await peer.setLocalDescription();
    await new Promise<void>(resolve => {
      peer.addEventListener('icegatheringstatechange', () => {
        if (peer.iceGatheringState === 'complete') resolve();
      });
    });
    Object.assign(globalThis, { peer });
    return peer.localDescription?.sdp ?? '';
  });
  const answer = await receiver.evaluate(async sdp => {
    const peer = new RTCPeerConnection();
    const video = document.createElement('video');
    Object.assign(video, { muted: true, autoplay: true, id: 'glass' });
    document.body.append(video);
    peer.addEventListener('track', ({ track }) => {
      video.srcObject = new MediaStream([track]);
      void video.play();
    });
    await peer.setRemoteDescription({ type: 'offer', sdp });
    await peer.setLocalDescription();
    await new Promise<void>(resolve => {
      peer.addEventListener('icegatheringstatechange', () => {
        if (peer.iceGatheringState === 'complete') resolve();
      });
    });
    Object.assign(globalThis, { peer });
    return peer.localDescription?.sdp ?? '';
  }, offer);
  await sender.evaluate(
    sdp =>
      (globalThis as unknown as { peer: RTCPeerConnection }).peer.setRemoteDescription({
        type: 'answer',
        sdp,
      }),
    answer,
  );
  const ages = await measureGlass(receiver, { selector: '#glass', frames });
  await context.close();
  return ages;
}
