import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeLink, type LinkContext, SteadyLink } from './link-quality.ts';
import { type MediaCounters, readCounters } from './media-counters.ts';
import { Shedding } from './shedding.ts';

const counters = (seconds: number, over: Partial<MediaCounters> = {}): MediaCounters => ({
  atMs: seconds * 1_000,
  audioPacketsReceived: seconds * 50,
  audioPacketsLost: 0,
  audioBytesReceived: seconds * 4_000,
  audioSamples: seconds * 48_000,
  audibleConcealedSamples: 0,
  videoBytesReceived: seconds * 100_000,
  framesDecoded: seconds * 25,
  freezeMs: 0,
  audioBytesSent: seconds * 4_000,
  videoBytesSent: seconds * 100_000,
  sentFractionLost: 0,
  roundTripMs: 40,
  availableOutgoingBps: 2_000_000,
  ...over,
});
const context = (over: Partial<LinkContext> = {}): LinkContext => ({
  isConnected: true,
  isOtherHere: true,
  otherPictures: 'flowing',
  isOtherHeard: true,
  holdsBack: false,
  ...over,
});
const judged = (over: Partial<MediaCounters>, about: Partial<LinkContext> = {}) =>
  judgeLink(counters(0), counters(5, over), context(about));

describe('the line', () => {
  it.each([
    ['is good', {}, {}, { step: 'good', side: null }],
    ['is reduced by our own loss', { sentFractionLost: 0.05 }, {}, { step: 'reduced', side: 'ours' }],
    ['is reduced by their loss', { audioPacketsLost: 20 }, {}, { step: 'reduced', side: 'theirs' }],
    ['is reduced by a slow round trip', { roundTripMs: 450 }, {}, { step: 'reduced', side: 'ours' }],
    ['has few frames', { framesDecoded: 10 }, {}, { step: 'reduced', side: 'theirs' }],
    ['holds pictures back at theirs', {}, { otherPictures: 'held-back' }, { step: 'stills', side: 'theirs' }],
    ['holds pictures back at ours', {}, { holdsBack: true }, { step: 'stills', side: 'ours' }],
    [
      'breaks voices up too',
      { audibleConcealedSamples: 30_000 },
      { holdsBack: true },
      { step: 'audio', side: 'ours' },
    ],
    ['is cut here', {}, { isConnected: false }, { step: 'lost', side: 'ours' }],
    ['has nobody at its other end', {}, { isOtherHere: false }, { step: 'lost', side: 'theirs' }],
    ['brings nothing', { audioPacketsReceived: 0, framesDecoded: 0 }, {}, { step: 'lost', side: 'theirs' }],
    [
      'is good while the other is muted',
      { audioPacketsReceived: 0 },
      { isOtherHeard: false },
      { step: 'good', side: null },
    ],
  ] as const)('%s', (_, over, about, expected) => {
    expect(judged(over, about)).toEqual(expected);
  });

  it('is shown worse only after three judgements, better after five, and lost at once', () => {
    const steady = new SteadyLink();
    const good = { step: 'good', side: null } as const;
    const reduced = { step: 'reduced', side: 'ours' } as const;
    expect([1, 2, 3].map(() => steady.add(reduced).step)).toEqual(['good', 'good', 'reduced']);
    expect([1, 2, 3, 4, 5].map(() => steady.add(good).step)).toEqual([
      'reduced',
      'reduced',
      'reduced',
      'reduced',
      'good',
    ]);
    expect(steady.add({ step: 'lost', side: 'ours' }).step).toBe('lost');
    expect(steady.add(good).step).toBe('good');
  });
});

describe('holding pictures back', () => {
  /** Seconds of this estimate, one after the other; gives what is held back after each. */
  function run(shedding: Shedding, seconds: readonly number[], hasExam: boolean, from = 1) {
    return seconds.map((availableOutgoingBps, index) =>
      shedding.add(counters(from + index, { availableOutgoingBps }), hasExam),
    );
  }

  it('begins with the face, three seconds after the line became thin', () => {
    expect(run(new Shedding(), [2e6, 2e5, 2e5, 2e5, 2e5], true)).toEqual([
      'none',
      'none',
      'none',
      'face',
      'face',
    ]);
  });

  it('holds all back where not even the examination fits', () => {
    expect(
      run(
        new Shedding(),
        Array.from({ length: 7 }, () => 5e4),
        true,
      ).at(-1),
    ).toBe('all');
  });

  it('tries again when the line may have got better, and at most once a minute when it has not', () => {
    const shedding = new Shedding();
    let changes = 0;
    let last = shedding.shed;
    for (let second = 1; second <= 600; second += 1) {
      const shed = shedding.add(counters(second, { availableOutgoingBps: 5e4 }), false);
      if (shed === 'none' && last !== 'none') changes += 1;
      last = shed;
    }
    expect(changes).toBeGreaterThan(3);
    expect(changes).toBeLessThanOrEqual(12);
  });

  it('ends once there is room, whatever was before', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 3_000_000 }), { maxLength: 120 }),
        fc.boolean(),
        (before, hasExam) => {
          const shedding = new Shedding();
          run(shedding, before, hasExam);
          const after = run(
            shedding,
            Array.from({ length: 140 }, () => 3e6),
            hasExam,
            before.length + 1,
          );
          expect(after.at(-1)).toBe('none');
        },
      ),
    );
  });
});

it('adds the counters of both transports up', () => {
  const report = (entries: Record<string, unknown>[]): RTCStatsReport =>
    new Map(entries.map((entry, index) => [String(index), entry])) as unknown as RTCStatsReport;
  const read = readCounters(
    [
      report([
        { type: 'outbound-rtp', kind: 'audio', bytesSent: 10 },
        { type: 'remote-inbound-rtp', kind: 'audio', fractionLost: 0.1 },
        { type: 'candidate-pair', nominated: true, currentRoundTripTime: 0.05, availableOutgoingBitrate: 9 },
      ]),
      report([
        { type: 'inbound-rtp', kind: 'video', framesDecoded: 3, bytesReceived: 5 },
        { type: 'inbound-rtp', kind: 'video', framesDecoded: 4, bytesReceived: 6 },
      ]),
    ],
    7,
  );
  expect(read).toMatchObject({
    atMs: 7,
    audioBytesSent: 10,
    sentFractionLost: 0.1,
    roundTripMs: 50,
    availableOutgoingBps: 9,
    framesDecoded: 7,
    videoBytesReceived: 11,
  });
});
