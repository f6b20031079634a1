import assert from 'node:assert/strict';
import { join } from 'node:path';
import { createWorker, type types } from 'mediasoup';
import { build } from 'vite';
import { launchBrowser } from '../../system/browser.ts';
import { type RouterAsk } from './call-page.ts';

const LIMIT_MS = 60_000;
/** An address that a browser trusts with a camera. Nothing listens there: the page is put into its mouth. */
const PAGE_URL = 'http://localhost/call';

/**
 * One call in a real browser through a router of this worker: picture, sound and a message.
 *
 * @throws AssertionError, or Error when nothing came through in time
 */
export async function checkBrowserCall(workerBin: string): Promise<void> {
  const [script, browser, worker] = await Promise.all([
    bundle(),
    launchBrowser(),
    createWorker({ logLevel: 'error', workerBin }),
  ]);
  try {
    const ask = await routerDoor(worker);
    const page = await browser.newPage();
    await page.route(PAGE_URL, route => route.fulfill({ contentType: 'text/html', body: '<!doctype html>' }));
    await page.goto(PAGE_URL);
    await page.exposeFunction('askRouter', ask);
    await page.addScriptTag({ content: script });
    const figures = await Promise.race([
      page.evaluate(() => callThroughRouter()),
      new Promise<never>((_resolve, reject) => {
        setTimeout(() => reject(new Error(`no call within ${LIMIT_MS / 1000} s`)), LIMIT_MS).unref();
      }),
    ]);
    assert.ok(figures.framesDecoded > 0, 'frames were decoded');
    assert.ok(figures.audioBytes > 0, 'sound arrived');
    assert.equal(figures.answer, 'there and back');
  } finally {
    await browser.close();
    worker.close();
  }
}

/** The page's script with mediasoup-client in it. */
async function bundle(): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'warn',
    build: {
      write: false,
      lib: { entry: join(import.meta.dirname, 'call-page.ts'), formats: ['iife'], name: 'callPage' },
    },
  });
  const [first] = Array.isArray(built) ? built : [built];
  assert.ok(first !== undefined && 'output' in first, 'a bundle');
  return first.output[0].code;
}

type Answers = { [Row in keyof RouterAsk]: (body: RouterAsk[Row][0]) => Promise<unknown> };

/** The router's side of the page's questions. */
async function routerDoor(
  worker: types.Worker,
): Promise<(row: keyof RouterAsk, body: unknown) => Promise<unknown>> {
  const router = await worker.createRouter({
    mediaCodecs: [
      { kind: 'audio', mimeType: 'audio/opus', clockRate: 48_000, channels: 2 },
      { kind: 'video', mimeType: 'video/VP8', clockRate: 90_000 },
    ],
  });
  const listenInfos = [{ protocol: 'udp', ip: '127.0.0.1' } as const];
  const transports = new Map<string, types.WebRtcTransport>();
  const at = (transportId: string): types.WebRtcTransport => {
    const transport = transports.get(transportId);
    assert.ok(transport !== undefined, 'a transport of ours');
    return transport;
  };
  const answers: Answers = {
    capabilities: async () => router.rtpCapabilities,
    async transport() {
      const transport = await router.createWebRtcTransport({ listenInfos, enableSctp: true });
      transports.set(transport.id, transport);
      const { id, iceParameters, iceCandidates, dtlsParameters, sctpParameters } = transport;
      return { id, iceParameters, iceCandidates, dtlsParameters, sctpParameters };
    },
    connect: ({ transportId, dtlsParameters }) => at(transportId).connect({ dtlsParameters }),
    produce: async ({ transportId, kind, rtpParameters }) => ({
      id: (await at(transportId).produce({ kind, rtpParameters })).id,
    }),
    async produceData({ transportId, sctpStreamParameters: { streamId, ...kind } }) {
      assert.ok(streamId !== undefined, 'the channel has its number');
      const { id } = await at(transportId).produceData({ sctpStreamParameters: { streamId, ...kind } });
      return { id };
    },
    async consume({ transportId, ...wanted }) {
      const { id, producerId, kind, rtpParameters } = await at(transportId).consume(wanted);
      return { id, producerId, kind, rtpParameters };
    },
    async consumeData({ transportId, dataProducerId }) {
      const { id, sctpStreamParameters } = await at(transportId).consumeData({ dataProducerId });
      return { id, dataProducerId, sctpStreamParameters };
    },
  };
  return (row, body) => answers[row](body as never);
}
