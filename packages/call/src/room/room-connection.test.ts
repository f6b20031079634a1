import { AppError, HubClock, SOCKET_CLOSE } from '@shimabashi/contracts';
import { FakeClocks } from '@shimabashi/contracts/testing';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeRoomSocket } from '../testing/fake-room-socket.ts';
import { joined, ROOM_URL, TICKET } from '../testing/joined.ts';
import { retryAfterMs, RoomConnection, type RoomLink } from './room-connection.ts';

function connection() {
  const clocks = new FakeClocks();
  const sockets: FakeRoomSocket[] = [];
  const links: RoomLink['link'][] = [];
  const hub = {
    /** Whether a socket opens, and who enters is answered. */
    isUp: true,
    refusesTicket: false,
    join: vi.fn<() => Promise<{ ticket: string; roomUrl: string }>>(async () => ({
      ticket: TICKET,
      roomUrl: ROOM_URL,
    })),
  };
  let joins = 0;
  const room = new RoomConnection(
    {
      clock: new HubClock(clocks),
      join: hub.join,
      random: () => 0,
      openSocket: () => {
        const socket = new FakeRoomSocket();
        sockets.push(socket);
        queueMicrotask(() => {
          if (!hub.isUp) {
            socket.ends();
            return;
          }
          socket.answer = ({ id, row }) => {
            if (row !== 'room.join' || !hub.isUp) return;
            if (hub.refusesTicket) socket.refuses(id, 'FORBIDDEN');
            else socket.replies(id, joined());
          };
          socket.opens();
        });
        return socket;
      },
    },
    {
      onJoined: () => {
        joins += 1;
      },
      onNews: () => {},
      onLink: ({ link }) => links.push(link),
    },
  );
  const pass = async (ms: number) => {
    // In small steps, so that both clocks and all timers agree on the way.
    for (let left = ms; left > 0; left -= 100) {
      clocks.pass(Math.min(left, 100));
      if (hub.isUp) for (const socket of sockets) if (!socket.isClosed) socket.echoes(clocks.wallMs());
      await vi.advanceTimersByTimeAsync(Math.min(left, 100));
    }
  };
  const open = () => sockets.filter(socket => !socket.isClosed);
  return { room, hub, sockets, links, pass, open, joins: () => joins };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('a place in a room', () => {
  it('is entered with a ticket, once', async () => {
    const { room, pass, sockets, joins, hub } = connection();
    room.open();
    room.open();
    await pass(100);
    expect(room.link.link).toBe('joined');
    expect({ sockets: sockets.length, joins: joins(), tickets: hub.join.mock.calls.length }).toEqual({
      sockets: 1,
      joins: 1,
      tickets: 1,
    });
  });

  it('is taken again with the same ticket after the socket was lost', async () => {
    const { room, pass, sockets, joins, hub, links } = connection();
    room.open();
    await pass(6_000);
    sockets.at(-1)?.ends();
    expect(room.link.link).toBe('lost');
    await pass(200);
    expect(room.link.link).toBe('joined');
    expect(joins()).toBe(2);
    expect(hub.join).toHaveBeenCalledTimes(1);
    expect(links).toEqual(['joining', 'joined', 'lost', 'joined']);
  });

  it('is taken again after a silence: a Wi-Fi that died closes nothing', async () => {
    const { room, pass, hub } = connection();
    room.open();
    await pass(2_000);
    hub.isUp = false;
    await pass(8_000);
    expect(room.link.link).toBe('lost');
    hub.isUp = true;
    await pass(9_000);
    expect(room.link.link).toBe('joined');
  });

  it('asks for another ticket when this one is refused', async () => {
    const { room, pass, hub, sockets } = connection();
    room.open();
    await pass(6_000);
    hub.refusesTicket = true;
    sockets.at(-1)?.ends();
    await pass(300);
    hub.refusesTicket = false;
    await pass(2_000);
    expect(room.link.link).toBe('joined');
    expect(hub.join.mock.calls.length).toBeGreaterThan(1);
  });

  it('is given up when no ticket is given any more, with the reason', async () => {
    const { room, pass, hub, sockets, open } = connection();
    hub.join.mockRejectedValueOnce(new AppError('CALL_ENDED', 'Over.'));
    room.open();
    await pass(60_000);
    expect(room.link).toMatchObject({ link: 'refused', error: { code: 'CALL_ENDED' } });
    expect(sockets).toHaveLength(0);
    expect(open()).toHaveLength(0);
  });

  it('is tried for again when the hub could not be asked for a ticket', async () => {
    const { room, pass, hub } = connection();
    hub.join.mockRejectedValueOnce(new AppError('LINK_DOWN', 'No line.'));
    room.open();
    await pass(500);
    expect(room.link.link).toBe('joined');
  });

  it('taken at another screen of ours is left to that one', async () => {
    const { room, pass, sockets } = connection();
    room.open();
    await pass(1_000);
    sockets.at(-1)?.ends(SOCKET_CLOSE.replaced);
    await pass(30_000);
    expect(room.link).toMatchObject({ link: 'refused', error: { code: 'CONFLICT' } });
    expect(sockets).toHaveLength(1);
  });

  it('waits longer after each failure, at most eight seconds', () => {
    fc.assert(
      fc.property(fc.nat(50), fc.double({ min: 0, max: 0.999, noNaN: true }), (failures, luck) => {
        const ms = retryAfterMs(failures, luck);
        expect(ms).toBeLessThanOrEqual(8_000);
        expect(retryAfterMs(failures + 1, 0)).toBeGreaterThanOrEqual(retryAfterMs(failures, 0));
      }),
    );
  });

  const troubles = fc.array(
    fc.record({
      what: fc.constantFrom('cut', 'silence', 'refuse', 'ticketless', 'none' as const),
      forMs: fc.integer({ min: 0, max: 20_000 }),
    }),
    { maxLength: 6 },
  );
  it('comes back after any trouble, with one socket at a time', async () => {
    await fc.assert(
      fc.asyncProperty(troubles, async list => {
        const { room, pass, hub, sockets, open } = connection();
        room.open();
        await pass(500);
        for (const { what, forMs } of list) {
          if (what === 'cut') sockets.at(-1)?.ends();
          if (what === 'silence') hub.isUp = false;
          if (what === 'refuse') hub.refusesTicket = true;
          if (what === 'ticketless') hub.join.mockRejectedValueOnce(new AppError('LINK_DOWN', 'No line.'));
          await pass(forMs);
          expect(open().length).toBeLessThanOrEqual(1);
          hub.isUp = true;
          hub.refusesTicket = false;
        }
        await pass(22_000);
        expect(room.link.link).toBe('joined');
        expect(open()).toHaveLength(1);
        room.close();
        await pass(10_000);
        expect(open()).toHaveLength(0);
      }),
      { numRuns: 40 },
    );
  });
});
