import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { AppError, type PullResponse, type PushResponse } from '@shimabashi/contracts';
import { type HubPort, type PushItem } from './engine.ts';
import { openChartLog } from './sqlite/index.ts';
import { binary, documentOf, operation, SimulatedHub, SimulatedKiosk, VirtualTime } from './testing/index.ts';

const memoryLog = () => openChartLog({ path: ':memory:', key: new Uint8Array(32), newId: randomUUID });

/** Measured on the real way (`photo-link.test`): what JSON, base64 and gzip leave, and HTTP's headers. */
const COMPRESSED_CHUNK = 1.007;
const COMPRESSED_JSON = 0.6;
const HEADER_BYTES = 420;

/** A line of so many bytes a second: what is sent first arrives first, and a cut loses what is on it. */
class ThinLink implements HubPort {
  bytesSent = 0;
  readonly #hub: SimulatedHub;
  readonly #time: VirtualTime;
  readonly #bytesPerMs: number;
  #freeAtMs = 0;
  #cuts = 0;

  constructor(hub: SimulatedHub, time: VirtualTime, bitsPerSecond: number) {
    this.#hub = hub;
    this.#time = time;
    this.#bytesPerMs = bitsPerSecond / 8_000;
  }

  cut(): void {
    this.#cuts += 1;
    // What had not left yet is not sent.
    this.bytesSent -= Math.max(0, this.#freeAtMs - this.#time.nowMs()) * this.#bytesPerMs;
    this.#freeAtMs = 0;
  }

  async push(items: readonly PushItem[]): Promise<PushResponse> {
    const bytes = HEADER_BYTES + items.map(bytesOf).reduce((sum, each) => sum + each, 0);
    const cuts = this.#cuts;
    this.bytesSent += bytes;
    this.#freeAtMs = Math.max(this.#freeAtMs, this.#time.nowMs()) + bytes / this.#bytesPerMs;
    await this.#time.wait(this.#freeAtMs - this.#time.nowMs());
    if (cuts !== this.#cuts) throw new AppError('LINK_DOWN', 'The line was cut.');
    return this.#hub.push(items);
  }

  pull(request: Parameters<HubPort['pull']>[0]): Promise<PullResponse> {
    return this.#hub.pull(request);
  }

  backfill(request: Parameters<HubPort['backfill']>[0]): Promise<PullResponse> {
    return this.#hub.backfill(request);
  }
}

function bytesOf(item: PushItem): number {
  return 'binaryId' in item
    ? (item.dataBase64.length * 3 * COMPRESSED_CHUNK) / 4
    : JSON.stringify(item).length * COMPRESSED_JSON;
}

/** A kiosk on such a line, with a photograph of 4 MB taken and its DocumentReference delivered. */
async function withPhoto(bitsPerSecond: number) {
  const time = new VirtualTime();
  const hub = new SimulatedHub(time, memoryLog);
  const link = new ThinLink(hub, time, bitsPerSecond);
  const kiosk = new SimulatedKiosk('kiosk-1', memoryLog(), link, time);
  const photo = binary(4_000_000);
  kiosk.authorPhoto(documentOf([photo]), [photo]);
  return {
    time,
    link,
    kiosk,
    idealMs: (photo.bytes.length * 8_000) / bitsPerSecond,
    isThere: () => hub.log.binary(photo.binaryId)?.isWhole === true,
    has: (operationId: string) => hub.log.operationIds().includes(operationId),
    end: () => {
      kiosk.engine.stop();
      kiosk.log.close();
      hub.log.close();
    },
  };
}

describe('a photograph of 4 MB, with a delay of 40 ms there and back', () => {
  it('fills a line of 3 Mbit/s', async () => {
    const { time, link, kiosk, idealMs, isThere, end } = await withPhoto(3_000_000);
    const startMs = time.nowMs();
    kiosk.engine.linkUp();
    while (!isThere()) {
      // oxlint-disable-next-line no-await-in-loop -- time passes step by step
      await time.pass(10);
    }
    expect((time.nowMs() - startMs) / idealMs).toBeLessThan(1.03);
    expect(link.bytesSent / 4_000_000).toBeLessThan(1.02);
    end();
  });

  it('takes at most 1.15 of the time that a line is up which is cut every 6 s for 1.5 s', async () => {
    const { time, link, kiosk, idealMs, isThere, end } = await withPhoto(3_000_000);
    let upMs = 0;
    kiosk.engine.linkUp();
    while (!isThere()) {
      // oxlint-disable-next-line no-await-in-loop -- time passes step by step
      await time.pass(10);
      upMs += 10;
      if (upMs % 4_500 !== 0) continue;
      link.cut();
      kiosk.engine.linkDown();
      // oxlint-disable-next-line no-await-in-loop -- as above
      await time.pass(1_500);
      kiosk.engine.linkUp();
    }
    expect(upMs / idealMs).toBeLessThan(1.15);
    expect(link.bytesSent / 4_000_000).toBeLessThan(1.04);
    end();
  });

  it('lets a vital sign through a line of 300 kbit/s within 3 s, whenever it is entered', async () => {
    const { time, kiosk, isThere, has, end } = await withPhoto(300_000);
    kiosk.engine.linkUp();
    await time.pass(5_000);
    const latenciesMs: number[] = [];
    for (let number = 0; number < 30 && !isThere(); number += 1) {
      const vital = operation();
      kiosk.author(vital);
      const enteredAtMs = time.nowMs();
      while (!has(vital.operationId)) {
        // oxlint-disable-next-line no-await-in-loop -- time passes step by step
        await time.pass(10);
      }
      latenciesMs.push(time.nowMs() - enteredAtMs);
      // oxlint-disable-next-line no-await-in-loop -- as above
      await time.pass(1_730 + number * 7);
    }
    expect(latenciesMs).toHaveLength(30);
    expect(Math.max(...latenciesMs)).toBeLessThan(3_000);
    end();
  });
});
