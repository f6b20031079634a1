import { describe, expect, it } from 'vitest';
import { type SoundStatus } from '@shimabashi/contracts';
import { Mouth } from './mouth.ts';
import { SAMPLE_RATE_HZ } from './pcm.ts';
import { PIPE_BYTES, type Player } from './player.ts';
import { Speaker } from './speaker.ts';

/** A player that a test plays: a pipe, and somebody who empties it, faster or slower than time. */
function playedPlayer(ratePerMs = (SAMPLE_RATE_HZ * 2) / 1_000) {
  let held = 0;
  let rate = ratePerMs;
  let end: () => void = () => {};
  const taken: number[] = [];
  const player: Player = {
    write: bytes => {
      const room = Math.min(bytes.length, Math.floor((PIPE_BYTES - held) / 2) * 2);
      held += room;
      const view = new DataView(bytes.buffer, bytes.byteOffset, room);
      for (let at = 0; at < room; at += 2) taken.push(view.getInt16(at, true));
      return room;
    },
    onEnd: listener => (end = listener),
    stop: () => {},
  };
  return {
    player,
    taken,
    held: () => held,
    pass: (ms: number) => (held = Math.max(0, held - rate * ms)),
    setRate: (share: number) => (rate = ratePerMs * share),
    die: () => end(),
  };
}

function speaking(players: ReturnType<typeof playedPlayer>[]) {
  let nowMs = 0;
  const timers = new Set<{ atMs: number; callback: () => void }>();
  const said: (SoundStatus & { atMs: number })[] = [];
  const mouth = new Mouth(1);
  let started = 0;
  const speaker = new Speaker({
    start: players.length === 0 ? undefined : () => players[Math.min(started++, players.length - 1)]!.player,
    mouth,
    clock: {
      nowMs: () => nowMs,
      monotonicMs: () => nowMs,
      after: (ms, callback) => {
        const timer = { atMs: nowMs + ms, callback };
        timers.add(timer);
        return () => timers.delete(timer);
      },
    },
    onStatus: status => said.push({ ...status, atMs: nowMs }),
  });
  const pass = (ms: number): void => {
    for (const endMs = nowMs + ms; nowMs < endMs; nowMs += 10) {
      for (const player of players) player.pass(10);
      for (const timer of [...timers].filter(({ atMs }) => atMs <= nowMs)) {
        timers.delete(timer);
        timer.callback();
      }
    }
  };
  speaker.begin();
  return {
    mouth,
    said,
    pass,
    started: () => started,
    states: () => said.map(({ state, code }) => code ?? state),
  };
}

describe('a speaker', () => {
  it('is broken until the player has taken more than a pipe holds, then quiet, then sounding', () => {
    const kiosk = speaking([playedPlayer()]);
    expect(kiosk.states()).toEqual(['STARTING']);
    kiosk.pass(1_500);
    kiosk.mouth.sound('high');
    kiosk.pass(200);
    kiosk.mouth.sound(undefined);
    kiosk.pass(200);
    expect(kiosk.states()).toEqual(['STARTING', 'quiet', 'sounding', 'quiet']);
  });

  it('gives the samples of the figure in order, none left out, soon after it is asked to', () => {
    const player = playedPlayer();
    const kiosk = speaking([player]);
    kiosk.pass(2_000);
    const before = player.taken.length;
    kiosk.mouth.sound('high');
    kiosk.pass(7_000);
    const heard = player.taken.slice(before);
    const first = heard.findIndex(sample => sample !== 0);
    expect(first / SAMPLE_RATE_HZ).toBeLessThan(0.3);
    const alone = new Mouth(1);
    alone.sound('high');
    const wanted = Array.from(new Int16Array(alone.peek(SAMPLE_RATE_HZ * 6).buffer));
    const begin = wanted.findIndex(sample => sample !== 0);
    expect(heard.slice(first, first + SAMPLE_RATE_HZ * 5)).toEqual(
      wanted.slice(begin, begin + SAMPLE_RATE_HZ * 5),
    );
  });

  it('says within a second that the player takes nothing any more, and tries another', () => {
    const player = playedPlayer();
    const kiosk = speaking([player, playedPlayer()]);
    kiosk.pass(3_000);
    player.setRate(0);
    kiosk.pass(1_000);
    expect(kiosk.states()).toEqual(['STARTING', 'quiet', 'PLAYER_STUCK']);
    expect(kiosk.said.at(-1)!.atMs - 3_000).toBeLessThanOrEqual(1_000);
    kiosk.pass(3_000);
    expect(kiosk.states().at(-1)).toBe('quiet');
    expect(kiosk.started()).toBe(2);
  });

  it('says at once that the player has ended, and waits longer each time it ends again', () => {
    const player = playedPlayer();
    const kiosk = speaking([player]);
    kiosk.pass(2_000);
    player.die();
    expect(kiosk.states().at(-1)).toBe('PLAYER_ENDED');
    kiosk.pass(600);
    expect(kiosk.started()).toBe(2);
    player.die();
    kiosk.pass(600);
    expect(kiosk.started()).toBe(2);
    kiosk.pass(600);
    expect(kiosk.started()).toBe(3);
  });

  it('does not queue a sound behind a second of silence when the sound card is slow', () => {
    const player = playedPlayer();
    const kiosk = speaking([player]);
    player.setRate(0.99);
    kiosk.pass(300_000);
    expect(kiosk.states()).toEqual(['STARTING', 'quiet']);
    kiosk.mouth.sound('high');
    expect(player.held()).toBeLessThanOrEqual(PIPE_BYTES);
    kiosk.pass(10_000);
    expect(kiosk.states().at(-1)).toBe('sounding');
  });

  it('says that there is nothing to play with', () => {
    expect(speaking([]).states()).toEqual(['STARTING', 'NO_PLAYER']);
  });
});

it('is never quieter than half for an alarm of high priority, whatever the volume is', () => {
  const peak = (volume: number, sound: 'high' | 'ring') => {
    const mouth = new Mouth(volume);
    mouth.sound(sound);
    return Math.max(...new Int16Array(mouth.peek(20_000).buffer));
  };
  expect(peak(0, 'high')).toBeGreaterThan(peak(1, 'high') * 0.49);
  expect(peak(0, 'ring')).toBe(0);
});
