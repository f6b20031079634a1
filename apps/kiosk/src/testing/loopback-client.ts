import { WebSocket } from 'ws';
import { type KioskApi, KioskEvent, kioskContract, type RowResult } from '@shimabashi/contracts';

/** A program (not a page) that holds the cookie of a loopback door, as an engineer with curl would. */
export async function enterLoopbackDoor(
  port: number,
  token: string,
): Promise<{ api: KioskApi; cookie: string }> {
  const origin = `http://127.0.0.1:${port}`;
  const session = await fetch(`${origin}/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token }),
  });
  const cookie = session.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  const call = async (row: string, request: unknown): Promise<RowResult> => {
    const response = await fetch(`${origin}/api/${row}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie },
      body: JSON.stringify(request),
    });
    return (await response.json()) as RowResult;
  };
  const rows = Object.keys(kioskContract).map(row => [row, (request: unknown) => call(row, request)]);
  const api = {
    ...(Object.fromEntries(rows) as Omit<KioskApi, 'subscribe'>),
    subscribe: (listener: Parameters<KioskApi['subscribe']>[0]) => {
      const socket = new WebSocket(`ws://127.0.0.1:${port}/events`, { headers: { cookie } });
      socket.on('open', () => listener.onDoor('open'));
      socket.on('close', () => listener.onDoor('lost'));
      socket.on('message', data =>
        listener.onEvent(KioskEvent.parse(JSON.parse((data as Buffer).toString()))),
      );
      return () => socket.terminate();
    },
  };
  return { api, cookie };
}
