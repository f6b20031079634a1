import { RING_FOR_MS } from '@shimabashi/contracts';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { about, CallScene, doctor, kiosk } from '../testing/call-scene.ts';
import { CallBell } from './call-bell.ts';

let scene: CallScene;
let bell: CallBell;
let pushed: { to: string; ttlSeconds: number }[];
let answer: () => Promise<boolean>;
const unexpected: unknown[] = [];

beforeEach(() => {
  scene = new CallScene();
  scene.here.clear();
  scene.subscribed.add('d1');
  scene.subscribed.add('d2');
  pushed = [];
  unexpected.length = 0;
  answer = async () => true;
  bell = startBell();
});
afterEach(() => scene.end());

function startBell(): CallBell {
  return new CallBell({
    clock: scene.clock,
    ringing: () => scene.calls.ringing(),
    leftMs: call => call.ringingAtMs + RING_FOR_MS - scene.clock.nowMs(),
    push: (_call, to, ttlSeconds) => {
      pushed.push({ to, ttlSeconds });
      return answer();
    },
    reportUnexpected: error => unexpected.push(error),
  });
}

async function lookAfter(ms: number): Promise<void> {
  scene.clock.advance(ms);
  bell.look();
  await Promise.resolve();
  await Promise.resolve();
}
const ring = () => scene.calls.ringDuty(kiosk('kiosk-1'), about());

it('rings once at each doctor who is called, and no longer than the call', async () => {
  ring();
  await lookAfter(0);
  await lookAfter(5_000);
  expect(pushed).toEqual([
    { to: 'd1', ttlSeconds: RING_FOR_MS / 1_000 },
    { to: 'd2', ttlSeconds: RING_FOR_MS / 1_000 },
  ]);
});

it('tries again, ever more slowly, while it rings, and not when somebody has taken it', async () => {
  answer = async () => false;
  const { callId } = ring();
  for (let second = 0; second <= 10; second += 1) await lookAfter(second === 0 ? 0 : 1_000);
  // After 0, 1, 3 and 7 seconds.
  expect(pushed.filter(({ to }) => to === 'd1').map(({ ttlSeconds }) => ttlSeconds)).toEqual([
    60, 59, 57, 53,
  ]);
  scene.calls.accept(callId, doctor('d2'));
  pushed = [];
  await lookAfter(20_000);
  expect(pushed).toEqual([]);
});

it('does not ring again at whoever declined', async () => {
  answer = async () => false;
  const { callId } = ring();
  scene.calls.decline(callId, doctor('d1'), 'not-now');
  await lookAfter(0);
  expect(pushed.map(({ to }) => to)).toEqual(['d2']);
});

it('reports what surprises it, and tries again', async () => {
  answer = () => Promise.reject(new Error('odd'));
  ring();
  await lookAfter(0);
  answer = async () => true;
  await lookAfter(1_000);
  expect(unexpected).toHaveLength(2);
  expect(pushed).toHaveLength(4);
});

it('of a hub that was killed rings once more', async () => {
  ring();
  await lookAfter(0);
  scene.restart();
  bell = startBell();
  await lookAfter(1_000);
  expect(pushed.map(({ to }) => to)).toEqual(['d1', 'd2', 'd1', 'd2']);
});
