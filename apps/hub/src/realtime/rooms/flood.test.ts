import * as fc from 'fast-check';
import { roomContract } from '@shimabashi/contracts';
import { afterAll, afterEach, expect, it } from 'vitest';
import { DTLS, rtpOf, UNRELIABLE } from '../testing/rtp.ts';
import { callOf, startTestRooms } from '../testing/test-rooms.ts';

const test = startTestRooms();
afterAll(() => test.stop());
afterEach(() => test.failOnSurprise());

it('ends a flood of messages, and nobody else notices', async () => {
  const call = callOf();
  const [kiosk, doctor] = [await test.join(call, 'kiosk'), await test.join(call, 'doctor')];
  for (let sent = 0; sent < 300; sent += 1) doctor.visitor.say({ type: 'ask', askedAtMs: sent });
  expect(await doctor.visitor.closed()).toBe(4429);
  expect(test.bad).toContain('flood');
  await kiosk.visitor.next('participants', ({ participants }) => participants.length === 1);
  expect(kiosk.visitor.closedWith).toBeUndefined();
});

it('ends a heap of requests that nobody waits for', async () => {
  const { visitor } = await test.join(callOf(), 'kiosk');
  for (let id = 100; id < 140; id += 1)
    visitor.say({ type: 'request', id, row: 'transport.create', body: { direction: 'send' } });
  expect(await visitor.closed()).toBe(4429);
});

it('lets a participant speak as much as a call needs', async () => {
  const { visitor } = await test.join(callOf(), 'kiosk');
  for (let second = 0; second < 60; second += 1) {
    for (let sent = 0; sent < 50; sent += 1) visitor.say({ type: 'vitals', vitals: { kind: 'ended' } });
    visitor.pong();
    test.clock.advance(1_000);
  }
  expect(visitor.closedWith).toBeUndefined();
});

/** A request that is right, and one with a part of it replaced by anything at all. */
const rows = Object.keys(roomContract).filter(row => row !== 'room.join' && row !== 'room.leave');
const anything = fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.constant(undefined), fc.double(), fc.string());

function mutated(value: unknown, path: readonly number[], change: unknown): unknown {
  const [next, ...rest] = path;
  if (next === undefined || typeof value !== 'object' || value === null) return change;
  const keys = Object.keys(value);
  const key = keys[next % Math.max(1, keys.length)] ?? 'added';
  const inner = mutated((value as Record<string, unknown>)[key], rest, change);
  if (Array.isArray(value)) return value.map((item, at) => (String(at) === key ? inner : (item as unknown)));
  return { ...value, [key]: inner };
}

it('answers every bad request with a code of the table, and no worker dies of it', async () => {
  const call = callOf();
  const { visitor, state } = await test.join(call, 'kiosk');
  const doctor = await test.join(call, 'doctor');
  const [pid] = test.workers.pids;
  const sendId = (await visitor.ask('transport.create', { direction: 'send' })).transportId;
  const receiveId = (await visitor.ask('transport.create', { direction: 'receive' })).transportId;
  const theirs = await doctor.visitor.ask('transport.create', { direction: 'send' });
  const { producerId } = await doctor.visitor.ask('producer.create', {
    transportId: theirs.transportId,
    kind: 'video',
    source: 'face-camera',
    rtpParameters: rtpOf('face-camera'),
  });
  const good = [
    ['transport.connect', () => ({ transportId: sendId, dtlsParameters: DTLS })],
    [
      'producer.create',
      () => ({
        transportId: sendId,
        kind: 'video',
        source: 'exam-camera',
        rtpParameters: rtpOf('exam-camera'),
      }),
    ],
    [
      'producer.create',
      () => ({
        transportId: sendId,
        kind: 'audio',
        source: 'microphone',
        rtpParameters: rtpOf('microphone'),
      }),
    ],
    [
      'consumer.create',
      () => ({ transportId: receiveId, producerId, rtpCapabilities: state.rtpCapabilities }),
    ],
    [
      'data-producer.create',
      () => ({ transportId: sendId, sctpStreamParameters: UNRELIABLE, label: 'vitals' }),
    ],
  ] as const;
  const requests = fc.oneof(
    fc.record({ row: fc.constantFrom(...rows), body: anything }),
    fc
      .record({
        of: fc.constantFrom(...good),
        path: fc.array(fc.nat(12), { minLength: 1, maxLength: 6 }),
        change: anything,
      })
      .map(({ of: [row, body], path, change }) => ({ row, body: mutated(body(), path, change) })),
  );
  await fc.assert(
    fc.asyncProperty(requests, async ({ row, body }) => {
      test.clock.advance(1_000);
      visitor.pong();
      doctor.visitor.pong();
      // A message without a body is no message of the contract, and ends the socket.
      const result = await visitor.result(row, body ?? null);
      const code = result.ok ? 'OK' : result.error.code;
      expect(['OK', 'BAD_REQUEST', 'NOT_FOUND', 'FORBIDDEN']).toContain(code);
    }),
    { numRuns: 400 },
  );
  expect(test.workers.pids).toEqual([pid]);
  await doctor.visitor.ask('front.choose', { source: 'face-camera' });
}, 30_000);
