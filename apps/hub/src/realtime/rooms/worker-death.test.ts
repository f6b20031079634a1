import { afterAll, afterEach, expect, it, vi } from 'vitest';
import { DTLS, rtpOf } from '../testing/rtp.ts';
import { callOf, startTestRooms } from '../testing/test-rooms.ts';

/** Workers are processes: on a busy machine they take their time. */
const PATIENCE = { timeout: 20_000 };
vi.setConfig({ testTimeout: 20_000, hookTimeout: 20_000 });
afterAll(() => vi.resetConfig());

let test: ReturnType<typeof startTestRooms> | undefined;
afterEach(() => {
  test?.stop();
  test?.failOnSurprise();
});

it('builds everything anew on another worker when one is killed', async () => {
  test = startTestRooms();
  const call = callOf();
  const kiosk = await test.join(call, 'kiosk');
  const doctor = await test.join(call, 'doctor');
  const { transportId } = await kiosk.visitor.ask('transport.create', { direction: 'send' });
  const [pid] = test.workers.pids;
  process.kill(pid!, 'SIGKILL');
  await Promise.all([kiosk.visitor.next('media-reset'), doctor.visitor.next('media-reset')]);
  // What was built on the old one says so until they have joined again.
  const gone = { transportId, dtlsParameters: DTLS };
  expect(await kiosk.visitor.codeOf('transport.connect', gone)).toBe('SERVICE_RESTARTING');
  await doctor.visitor.ask('front.choose', { source: 'exam-camera' });

  const again = await kiosk.visitor.ask('room.join', { ticket: test.ticket(call, 'kiosk') });
  expect(again.front).toBe('exam-camera');
  const built = await kiosk.visitor.ask('transport.create', { direction: 'send' });
  await kiosk.visitor.ask('producer.create', {
    transportId: built.transportId,
    kind: 'audio',
    source: 'microphone',
    rtpParameters: rtpOf('microphone'),
  });
  expect(test.workers.restarts).toBe(1);
  expect(test.workers.pids).not.toContain(pid);
  expect(kiosk.visitor.closedWith ?? doctor.visitor.closedWith).toBeUndefined();
});

it('replaces a worker that hangs', async () => {
  test = startTestRooms();
  const { visitor } = await test.join(callOf(), 'kiosk');
  const [pid] = test.workers.pids;
  process.kill(pid!, 'SIGSTOP');
  test.workersClock.advance(5_000);
  test.workersClock.advance(10_000);
  await visitor.next('media-reset');
  const { workers } = test;
  await vi.waitFor(() => expect(workers.count).toBe(1), PATIENCE);
  expect(workers.pids).not.toContain(pid);
});

it('says to come again while there is no worker, and lets the socket live', async () => {
  test = startTestRooms({ workerBin: '/nowhere/mediasoup-worker' });
  const { problems, workersClock } = test;
  await vi.waitFor(() => expect(problems.length).toBeGreaterThan(1), PATIENCE);
  const visitor = test.open();
  const ticket = test.ticket(callOf(), 'kiosk');
  const refused = visitor.codeOf('room.join', { ticket });
  // The room waits for a worker that may be just starting.
  await vi.waitFor(() => {
    workersClock.advance(5_000);
    expect(visitor.heard).toHaveLength(1);
  }, PATIENCE);
  expect(await refused).toBe('SERVICE_RESTARTING');
  expect(visitor.closedWith).toBeUndefined();
  expect(String(problems[0])).toContain('ENOENT');
});

it('has no calls where the hub is told so', async () => {
  test = startTestRooms({ workers: 0 });
  const visitor = test.open();
  const ticket = test.ticket(callOf(), 'kiosk');
  expect(await visitor.codeOf('room.join', { ticket })).toBe('SERVICE_RESTARTING');
});
