import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { type Browser, type Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type KioskEvent } from '@shimabashi/contracts';
import { type RoomStage, startRoomStage } from '@shimabashi/hub/testing/room-stage';
import { launchBrowser } from '@shimabashi/tooling/system';

let script: string;
let browser: Browser;
let stage: RoomStage;
let page: Page;

beforeAll(async () => {
  script = await bundle();
  browser = await launchBrowser();
});
afterAll(() => browser.close());
beforeEach(async () => {
  stage = await startRoomStage(script);
  page = await browser.newPage();
  await page.goto(stage.pageUrl);
  await page.evaluate(({ roomUrl, tickets }) => window.ends.open(roomUrl, tickets), {
    roomUrl: stage.roomUrl,
    tickets: stage.tickets,
  });
  await bothSee();
});
afterEach(async () => {
  await page.close();
  await stage.stop();
});

type Kind = 'kiosk' | 'doctor';
const look = (kind: Kind) => () => page.evaluate(asked => window.ends.look(asked), kind);
/** A killed worker or a lost socket is back within seconds; the rest is patience with a busy machine. */
const SOON = { timeout: 20_000, interval: 100 };

/** New frames are decoded and new sound arrives at both ends, from now on. */
async function bothSee(): Promise<void> {
  for (const kind of ['kiosk', 'doctor'] as const) {
    const before = (await look(kind)()).counters?.atMs ?? 0;
    const seesAndHears = async () => {
      const { media, tracks, counters, lastBreak } = await look(kind)();
      const isNew = counters !== null && counters.atMs > before;
      return {
        media,
        lastBreak,
        tracks: tracks.length,
        sees: isNew && counters.framesDecoded > 5,
        hears: isNew && counters.audioBytesReceived > 500,
      };
    };
    await expect
      .poll(seesAndHears, SOON)
      .toMatchObject({ media: 'up', tracks: kind === 'doctor' ? 3 : 2, sees: true, hears: true });
  }
}

const sample = (sequence: number): KioskEvent => ({
  event: 'samples',
  samples: [
    {
      sampleId: `nonin.1.${sequence}`,
      deviceId: 'nonin-1',
      parameter: 'SpO2',
      measured: { status: 'measured', value: 94 },
      unit: '%',
      quality: [],
      origin: 'live',
      deviceTime: null,
      receivedAtMs: Date.now(),
      sequence,
      rawHex: '',
    },
  ],
});

const unplugged = (): KioskEvent => ({
  event: 'device',
  device: {
    deviceId: 'nonin-1',
    name: 'Nonin',
    protocol: 'nonin-serial',
    state: 'connecting',
    sinceMs: Date.now(),
    lastHeardAtMs: null,
    badFrames: 0,
  },
});

describe('a call through the hub’s real rooms, in a real browser', () => {
  it('carries three sources of the kiosk and two of the doctor', async () => {
    const doctor = await look('doctor')();
    const sources = doctor.tracks.map(({ source }) => source).toSorted();
    expect(sources).toEqual(['exam-camera', 'face-camera', 'microphone']);
    expect(doctor.local).toEqual([
      ['microphone', 'on'],
      ['face-camera', 'on'],
    ]);
  });

  it('carries live numbers by the data channel, and by the socket what may not be lost', async () => {
    await page.evaluate(event => window.ends.event(event), sample(1));
    await expect.poll(look('doctor'), SOON).toMatchObject({ samples: 1 });
    await page.evaluate(event => window.ends.event(event), unplugged());
    await expect.poll(look('doctor'), SOON).toMatchObject({ withdrawn: 1 });
  });

  it('shows words, puts a picture in front, asks for a still and says what became of it', async () => {
    const words = { wordsId: randomUUID(), text: '足を見せてください' };
    await page.evaluate(shown => window.ends.doctor?.room.showWords(shown), words);
    await expect.poll(look('kiosk'), SOON).toMatchObject({ words: words.text });
    await page.evaluate(id => window.ends.kiosk?.room.tellWordsShown(id), words.wordsId);
    await expect.poll(look('doctor'), SOON).toMatchObject({ shownWordsId: words.wordsId });
    await page.evaluate(() => window.ends.doctor?.room.chooseFront('exam-camera'));
    await expect.poll(look('kiosk'), SOON).toMatchObject({ front: 'exam-camera' });
    const stillId = randomUUID();
    await page.evaluate(id => window.ends.doctor?.room.askStill(id), stillId);
    await expect.poll(look('kiosk'), SOON).toMatchObject({ stills: 1 });
    await page.evaluate(id => window.ends.kiosk?.room.tellStill(id, 'saved'), stillId);
    await expect.poll(look('doctor'), SOON).toMatchObject({ still: 'saved' });
  });

  it('shows both cameras, and leaves the bits to the one in front', async () => {
    const sizeOf = (source: 'face-camera' | 'exam-camera') => () =>
      page.evaluate(asked => window.ends.sizeOf(asked), source);
    await expect.poll(sizeOf('exam-camera'), SOON).toMatch(/^\d+x\d+$/);
    await page.evaluate(() => window.ends.doctor?.room.chooseFront('exam-camera'));
    await expect.poll(sizeOf('face-camera'), SOON).toBe('320x180');
  });

  it('takes a still of at least the video’s size, as JPEG, with a thumbnail that fits one row', async () => {
    const still = await page.evaluate(() => window.ends.still());
    expect(still.begin).toEqual([0xff, 0xd8, 0xff]);
    expect(still.widthPx * still.heightPx).toBeGreaterThanOrEqual(
      (still.videoWidthPx ?? 0) * (still.videoHeightPx ?? 0),
    );
    expect(still.thumbnailBytes).toBeLessThanOrEqual(24_576);
    expect(still.thumbnailBytes).toBeGreaterThan(500);
  });

  it('mutes at once, and the other side is told', async () => {
    await page.evaluate(() => window.ends.doctor?.room.setMuted(true));
    const isSilent = async () =>
      (await look('kiosk')()).tracks.find(({ source }) => source === 'microphone')?.isPaused;
    await expect.poll(isSilent, SOON).toBe(true);
  });

  it('comes back by itself after a cut of the sockets', async () => {
    stage.cut();
    await expect.poll(look('doctor'), SOON).toMatchObject({ link: 'lost' });
    stage.letIn();
    await expect.poll(look('doctor'), SOON).toMatchObject({ link: 'joined', builds: 2 });
    await bothSee();
  });

  it('comes back by itself after the hub has forgotten its rooms', async () => {
    stage.restartRooms();
    await expect.poll(look('kiosk'), SOON).toMatchObject({ link: 'joined', builds: 2 });
    await bothSee();
  });

  it('comes back by itself after its media worker was killed', async () => {
    for (const pid of stage.workerPids()) process.kill(pid, 'SIGKILL');
    await expect.poll(look('doctor'), SOON).toMatchObject({ link: 'joined', builds: 2 });
    await bothSee();
  });

  it('ends when the call ends, and nobody comes back', async () => {
    stage.endCall();
    await expect.poll(look('doctor'), SOON).toMatchObject({ link: 'closed' });
    await expect.poll(look('kiosk'), SOON).toMatchObject({ link: 'closed', tracks: [] });
  });
});

describe('a call that rings', () => {
  it('is built at both ends and sends nothing, and is seen and heard as soon as it is taken', async () => {
    const ringing = await startRoomStage(script, { state: 'ringing' });
    try {
      await page.goto(ringing.pageUrl);
      await page.evaluate(({ roomUrl, tickets }) => window.ends.open(roomUrl, tickets), {
        roomUrl: ringing.roomUrl,
        tickets: ringing.tickets,
      });
      for (const kind of ['kiosk', 'doctor'] as const) {
        await expect.poll(async () => (await look(kind)()).tracks.length, SOON).toBe(2);
        expect(await look(kind)()).toMatchObject({ media: 'up' });
      }
      await page.evaluate(event => window.ends.event(event), sample(1));
      const { sent } = await ringing.meter.read();
      expect(sent).toEqual({ audio: 0, video: 0, data: 0 });
      ringing.takeCall();
      await bothSee();
      expect(await look('doctor')()).toMatchObject({ builds: 1, samples: 0 });
    } finally {
      await ringing.stop();
    }
  });
});

async function bundle(): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'warn',
    define: { 'process.env.NODE_ENV': '"production"' },
    build: {
      write: false,
      target: 'es2023',
      lib: { entry: join(import.meta.dirname, 'room/two-ends.ts'), formats: ['es'], fileName: 'two-ends' },
    },
  });
  const [output] = Array.isArray(built) ? built : [built];
  if (output === undefined || !('output' in output)) throw new Error('Nothing was built.');
  return output.output[0].code;
}
