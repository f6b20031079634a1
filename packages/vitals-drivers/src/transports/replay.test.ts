import { describe, expect, it } from 'vitest';
import {
  describeHangUpContract,
  describeTransportContract,
  type FarEnd,
} from '../testing/transport-contract.ts';
import { joined } from '../testing/chunks.ts';
import { ByteQueue } from './byte-queue.ts';
import { replayTransport } from './replay.ts';

async function start(): Promise<FarEnd> {
  const { transport, device } = replayTransport();
  const nowhere = replayTransport();
  nowhere.device.setPresent(false);
  return {
    transport,
    nowhere: nowhere.transport,
    send: bytes => device.send(bytes),
    received: async () => joined(device.received),
    hangUp: () => device.hangUp(),
    stop: async () => device.hangUp(),
  };
}

describeTransportContract('replay', start);
describeHangUpContract('replay', start);

describe('ByteQueue', () => {
  it('lets go of a line that nobody reads, instead of filling the memory', async () => {
    const queue = new ByteQueue();
    for (let pushed = 0; pushed < 20; pushed += 1) queue.push(new Uint8Array(65_536));
    const read = (async () => {
      let byteCount = 0;
      for await (const chunk of queue) byteCount += chunk.length;
      return byteCount;
    })();
    await expect(read).rejects.toMatchObject({ code: 'DEVICE_LOST' });
  });
});
