import { HubClock, SOCKET_CLOSE } from '@shimabashi/contracts';
import { FakeClocks } from '@shimabashi/contracts/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeSocket } from '../../testing/fake-socket.ts';
import { LiveConnection, type LiveLink } from './live-connection.ts';

function connection() {
  const clocks = new FakeClocks();
  const sockets: FakeSocket[] = [];
  const links: LiveLink['link'][] = [];
  const messages: string[] = [];
  const signIn = vi.fn<() => void>();
  const live = new LiveConnection(
    {
      openSocket: () => {
        const socket = new FakeSocket();
        sockets.push(socket);
        return socket;
      },
      clock: new HubClock(clocks),
      random: () => 1,
    },
    {
      onMessage: message => messages.push(message.type),
      onLink: link => links.push(link.link),
      onSignInRequired: signIn,
    },
  );
  const last = () => {
    const socket = sockets.at(-1);
    if (socket === undefined) throw new Error('No socket was opened.');
    return socket;
  };
  const pass = (ms: number) => {
    for (let passed = 0; passed < ms; passed += 50) {
      clocks.pass(50);
      vi.advanceTimersByTime(50);
    }
  };
  return { live, sockets, links, messages, signIn, clocks, last, pass };
}

describe('the live socket', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('asks for the time before it asks for numbers, and is up from the first word on', () => {
    const { live, links, last, clocks } = connection();
    live.watch('p1');
    live.open();
    last().opens();
    expect(last().sent.map(message => message.type)).toEqual(['ask', 'watch']);
    expect(last().sent[1]).toEqual({ type: 'watch', patientId: 'p1' });
    expect(links).toEqual([]);
    last().echoes(clocks.wallMs());
    expect(links).toEqual(['up']);
    live.close();
  });

  it('returns by itself, slower each time, at most every 2 s, and watches again', () => {
    const { live, sockets, links, last, pass, clocks } = connection();
    live.watch('p1');
    live.open();
    last().opens();
    last().echoes(clocks.wallMs());
    const waits: number[] = [];
    for (let turn = 0; turn < 6; turn += 1) {
      const count = sockets.length;
      last().ends(1006);
      let waited = 0;
      while (sockets.length === count) {
        pass(50);
        waited += 50;
      }
      waits.push(waited);
    }
    expect(waits).toEqual([250, 500, 1_000, 2_000, 2_000, 2_000]);
    expect(links).toEqual(['up', 'lost']);
    last().opens();
    last().echoes(clocks.wallMs());
    expect(links).toEqual(['up', 'lost', 'up']);
    expect(last().sent).toContainEqual({ type: 'watch', patientId: 'p1' });
    live.close();
  });

  it('does not hurry back to a hub that turns it away each time', () => {
    const { live, sockets, last, pass, clocks } = connection();
    live.watch('p9');
    live.open();
    for (let turn = 0; turn < 4; turn += 1) {
      last().opens();
      last().echoes(clocks.wallMs());
      last().ends(SOCKET_CLOSE.forbidden);
      pass(2_000);
    }
    expect(sockets).toHaveLength(5);
    last().opens();
    expect(last().sent.at(-1)).toEqual({ type: 'watch', patientId: null });
    live.close();
  });

  it('is lost after 6 s of silence, though the socket looks open', () => {
    const { live, links, last, pass, clocks } = connection();
    live.open();
    last().opens();
    last().echoes(clocks.wallMs());
    const first = last();
    pass(5_900);
    expect(links).toEqual(['up']);
    pass(200);
    expect(links).toEqual(['up', 'lost']);
    expect(first.closed).toBe(true);
    first.says({ type: 'live-ended', patientId: 'p1' }); // Too late: it is not the socket any more.
    expect(links).toEqual(['up', 'lost']);
    live.close();
  });

  it.each([
    ['no JSON', '{'],
    ['an unknown type', '{"type":"hello"}'],
    ['a field too many', '{"type":"live-ended","patientId":"p1","x":1}'],
    ['bytes', new ArrayBuffer(4)],
  ])('lets %s pass without a word and without harm', (_, data) => {
    const { live, last, messages, links } = connection();
    live.open();
    last().opens();
    last().saysText(data);
    expect({ messages, links, refused: live.refused }).toEqual({ messages: [], links: [], refused: 1 });
    last().says({ type: 'live-ended', patientId: 'p1' });
    expect(messages).toEqual(['live-ended']);
    live.close();
  });

  it('tries no more when the hub says that nobody is signed in', () => {
    const { live, sockets, signIn, last, pass } = connection();
    live.open();
    last().opens();
    last().ends(SOCKET_CLOSE.signInRequired);
    pass(10_000);
    expect(signIn).toHaveBeenCalledOnce();
    expect(sockets).toHaveLength(1);
  });
});
