import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Chance } from '../demo/chance.ts';
import { RecordedDisk } from './disk.ts';
import { type Step, stepOf } from './strace.ts';

const FILES = new Set(['/k/chart.db', '/k/chart.db-wal']);
const hex = (text: string) =>
  Buffer.from(text)
    .toString('hex')
    .replaceAll(/../g, byte => `\\x${byte}`);
const call = (name: string, file: string, rest: string, result: number) =>
  `${name}(22<${hex(file)}>${rest}) = ${result}`;

describe('a line of strace', () => {
  it('says what was written where', () => {
    const line = call('pwrite64', '/k/chart.db-wal', `, "${hex('frame')}", 5, 4120`, 5);
    expect(stepOf(line, FILES)).toEqual({
      kind: 'write',
      file: '/k/chart.db-wal',
      at: 4120,
      bytes: Buffer.from('frame'),
    });
  });

  it('says what was synced and cut', () => {
    expect(stepOf(call('fdatasync', '/k/chart.db', '', 0), FILES)).toEqual({
      kind: 'sync',
      file: '/k/chart.db',
    });
    expect(stepOf(call('ftruncate', '/k/chart.db', ', 4096', 0), FILES)).toEqual({
      kind: 'truncate',
      file: '/k/chart.db',
      size: 4096,
    });
  });

  it('joins what went out in several pieces, as far as it went', () => {
    const pieces = `, [{iov_base="${hex('HTTP')}", iov_len=4}, {iov_base="${hex('/1.1')}", iov_len=4}], 2`;
    expect(stepOf(call('writev', 'socket:[1]', pieces, 6), FILES)).toEqual({
      kind: 'say',
      bytes: Buffer.from('HTTP/1'),
    });
  });

  it('is no step when the call failed, or was about another file', () => {
    expect(stepOf(`pwrite64(22<${hex('/k/chart.db')}>, "", 5, 0) = -1 ENOSPC (…)`, FILES)).toBeUndefined();
    expect(stepOf(call('fsync', '/k/other', '', 0), FILES)).toBeUndefined();
    expect(stepOf('+++ exited with 0 +++', FILES)).toBeUndefined();
  });
});

const DB = '/k/chart.db';
const write = (at: number, text: string): Step => ({ kind: 'write', file: DB, at, bytes: Buffer.from(text) });
const after = (steps: readonly Step[], loss: 'all' | 'some' | 'torn') => {
  const disk = new RecordedDisk(new Map([[DB, Buffer.from('base')]]));
  for (const step of steps) disk.take(step);
  return { text: disk.afterPowerCut(loss, new Chance('test')).get(DB)?.toString(), pending: disk.pending };
};

describe('a disk that loses its power', () => {
  it('has what was synced, and of the rest nothing', () => {
    expect(after([write(0, 'BA'), { kind: 'sync', file: DB }, write(2, 'SE')], 'all')).toEqual({
      text: 'BAse',
      pending: 1,
    });
  });

  it('keeps what was pending of one file when another is synced', () => {
    expect(after([write(0, 'BA'), { kind: 'sync', file: `${DB}-wal` }], 'all').text).toBe('base');
  });

  it('loses nothing that was synced, however the rest is lost', () => {
    const step = fc.oneof(
      fc.record({ at: fc.nat(2_000), length: fc.integer({ min: 1, max: 1_500 }) }),
      fc.constant('sync' as const),
    );
    const property = fc.property(
      fc.array(step, { maxLength: 20 }),
      fc.constantFrom('all' as const, 'some' as const, 'torn' as const),
      fc.string(),
      (course, loss, seed) => {
        const disk = new RecordedDisk(new Map());
        let synced = Buffer.alloc(0);
        const now = Buffer.alloc(4_000);
        const touched = new Set<number>();
        for (const [index, each] of course.entries()) {
          if (each === 'sync') {
            disk.take({ kind: 'sync', file: DB });
            synced = Buffer.from(now);
            touched.clear();
            continue;
          }
          const bytes = Buffer.alloc(each.length, index + 1);
          disk.take({ kind: 'write', file: DB, at: each.at, bytes });
          bytes.copy(now, each.at);
          for (let at = each.at; at < each.at + each.length; at += 1) touched.add(at);
        }
        const left = disk.afterPowerCut(loss, new Chance(seed)).get(DB) ?? Buffer.alloc(0);
        const isKept = [...synced.keys()].every(at => touched.has(at) || (left[at] ?? 0) === synced[at]);
        expect(isKept).toBe(true);
      },
    );
    fc.assert(property);
  });
});
