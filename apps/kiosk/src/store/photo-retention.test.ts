import { beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '@shimabashi/contracts';
import { PHOTO_KEPT_MS, PhotoRetention } from './photo-retention.ts';

const NOW_MS = 1_800_000_000_000;
const [A, B, C] = ['a', 'b', 'c'].map(letter => letter.repeat(64)) as [string, string, string];
let outlived: string[];
let dropped: { readonly ids: readonly string[]; readonly before: number }[];
let reported: string[];
let later: { readonly afterMs: number; readonly run: () => void }[];
let answer: () => readonly string[];

beforeEach(() => {
  outlived = [A, B];
  dropped = [];
  reported = [];
  later = [];
  answer = () => [];
});

const retention = () =>
  new PhotoRetention({
    log: {
      outlivedPhotos: () => outlived,
      dropPhotos: (ids, before) => {
        dropped.push({ ids, before });
        return ids;
      },
    },
    deviceId: () => 'kiosk-1',
    askHub: async () => ({ binaryIds: [...answer()] }),
    nowMs: () => NOW_MS,
    timers: {
      after(afterMs, run) {
        const timer = { afterMs, run };
        later.push(timer);
        return () => void later.splice(later.indexOf(timer), 1);
      },
    },
    report: (what, code) => reported.push(`${what}: ${code}`),
  });

describe('the originals of photographs', () => {
  it('go when the hub has them in a backup that was verified, and they are out of the window', async () => {
    answer = () => [A];
    await retention().run();
    expect(dropped).toEqual([{ ids: [A], before: NOW_MS - PHOTO_KEPT_MS }]);
    expect(reported).toEqual([]);
  });

  it('stay when the hub names others than were asked for', async () => {
    answer = () => [C];
    await retention().run();
    expect(dropped).toEqual([{ ids: [], before: NOW_MS - PHOTO_KEPT_MS }]);
  });

  it('stay when the hub does not answer, or is of a release that does not know', async () => {
    answer = () => {
      throw new AppError('UNKNOWN_ROW', 'Played.');
    };
    await retention().run();
    expect(dropped).toEqual([]);
    expect(reported).toEqual(['photographs that may go: UNKNOWN_ROW']);
  });

  it('are not asked about where there are none', async () => {
    outlived = [];
    answer = () => {
      throw new Error('not asked');
    };
    await retention().run();
    expect(reported).toEqual([]);
  });

  it('are looked at again later, once, until it is stopped', async () => {
    const running = retention();
    await running.run();
    await running.run();
    expect(later).toHaveLength(1);
    running.stop();
    expect(later).toEqual([]);
    await running.run();
    expect(later).toEqual([]);
  });
});
