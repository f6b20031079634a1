import { createServer } from 'node:net';

/** A port that is free now: the wanted one if it is, else any. */
export async function freePort(wanted = 0): Promise<number> {
  const found = await tryPort(wanted);
  return found ?? (await tryPort(0)) ?? Promise.reject(new Error('No port is free.'));
}

function tryPort(port: number): Promise<number | undefined> {
  return new Promise(resolve => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : undefined));
    });
  });
}
