import { randomBytes } from 'node:crypto';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startThinLine, type ThinLine } from './thin-line.ts';

let server: Server;
let line: ThinLine;
/** Answers with what it heard, and ends when the other end does. */
beforeEach(async () => {
  server = createServer(socket => {
    socket.on('error', () => {});
    socket.pipe(socket);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  line = await startThinLine(() => (typeof address === 'object' ? (address?.port ?? 0) : 0));
});
afterEach(async () => {
  await line.close();
  server.close();
});

const open = (): Socket => connect({ port: line.port, host: '127.0.0.1', allowHalfOpen: true });

/** What comes back until the end; undefined when the connection was broken. */
function answerOf(socket: Socket): Promise<Buffer | undefined> {
  const parts: Buffer[] = [];
  return new Promise(resolve => {
    socket.on('data', (part: Buffer) => parts.push(part));
    socket.once('end', () => resolve(Buffer.concat(parts)));
    socket.once('error', () => resolve(undefined));
  });
}

describe('a thin line', () => {
  it('brings everything, in order and with its end, to each of several connections', async () => {
    line.shape({ bitsPerSecond: 20_000_000, delayMs: 5 });
    const sent = [randomBytes(100_000), randomBytes(3_000), randomBytes(1)];
    const answers = sent.map(bytes => {
      const socket = open();
      socket.end(bytes);
      return answerOf(socket);
    });
    expect(await Promise.all(answers)).toEqual(sent);
    expect(line.crossed).toMatchObject({ up: 103_001, down: 103_001 });
  });

  it('breaks what is open when it is cut, and takes nothing new until it is restored', async () => {
    line.shape({ bitsPerSecond: 200_000, delayMs: 5 });
    const socket = open();
    const answer = answerOf(socket);
    await new Promise(resolve => socket.once('connect', resolve));
    socket.write(randomBytes(100_000));
    await expect.poll(() => line.crossed.up).toBeGreaterThan(0);
    line.cut();
    expect(await answer).toBeUndefined();
    expect(await answerOf(open())).toBeUndefined();
    line.restore();
    line.shape(null);
    const again = open();
    again.end('here');
    expect((await answerOf(again))?.toString()).toBe('here');
  });
});
