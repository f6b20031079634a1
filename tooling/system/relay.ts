import { createServer, connect, type Socket } from 'node:net';

/**
 * The island's line to the mainland, as a TCP relay that can be cut.
 *
 * `cut` ends what is open and refuses what is new (a dead line whose end is told); `silence` keeps
 * connections open and lets nothing through (a half-open line, which nobody is told of).
 */
export interface Relay {
  readonly port: number;
  cut(): void;
  silence(): void;
  restore(): void;
  close(): Promise<void>;
}

export async function startRelay(targetPort: () => number, port = 0): Promise<Relay> {
  let state: 'open' | 'cut' | 'silent' = 'open';
  const pairs = new Set<readonly [Socket, Socket]>();
  const server = createServer(near => {
    if (state === 'cut') {
      near.resetAndDestroy();
      return;
    }
    const far = connect({ host: '127.0.0.1', port: targetPort() });
    const pair = [near, far] as const;
    pairs.add(pair);
    const pass = (from: Socket, to: Socket): void => {
      from.on('data', chunk => {
        if (state === 'silent') return;
        if (!to.write(chunk)) from.pause();
      });
      to.on('drain', () => from.resume());
      from.on('end', () => state !== 'silent' && to.end());
      from.on('error', () => to.destroy());
      from.on('close', () => {
        to.destroy();
        pairs.delete(pair);
      });
    };
    pass(near, far);
    pass(far, near);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const drop = (): void => {
    for (const [near, far] of pairs) {
      near.resetAndDestroy();
      far.destroy();
    }
    pairs.clear();
  };
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    cut() {
      state = 'cut';
      drop();
    },
    silence() {
      state = 'silent';
    },
    restore() {
      // Bytes that a silent line swallowed are gone: its connections cannot go on.
      if (state === 'silent') drop();
      state = 'open';
    },
    async close() {
      drop();
      await new Promise(resolve => server.close(resolve));
    },
  };
}
