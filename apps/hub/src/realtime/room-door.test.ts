import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RowResult } from '@shimabashi/contracts';
import { observer } from 'mediasoup';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startTestHub, type TestHub, TestSocket } from '../testing/test-hub.ts';
import { rtpOf } from './testing/rtp.ts';

/** Workers are processes: on a busy machine they take their time. */
const PATIENCE = { timeout: 20_000 };
vi.setConfig({ testTimeout: 20_000, hookTimeout: 20_000 });
afterAll(() => vi.resetConfig());

const MEDIA = {
  media: {
    workers: 1,
    port: 0,
    announcedAddress: undefined,
    withLoopback: true,
    workerBin: process.env['MEDIASOUP_WORKER_BIN'],
  },
};

/** A participant's socket: a browser's, so it sends neither cookie nor token. */
class RoomSocket extends TestSocket {
  #lastId = 0;

  static async open(hub: TestHub): Promise<RoomSocket> {
    const socket = new RoomSocket(`ws://127.0.0.1:${hub.port}/room`, { origin: 'http://127.0.0.1:47101' });
    await new Promise((resolve, reject) => {
      socket.socket.once('open', resolve);
      socket.socket.once('error', reject);
    });
    return socket;
  }

  async ask(row: string, body: object): Promise<{ [field: string]: unknown }> {
    this.#lastId += 1;
    const id = this.#lastId;
    this.send({ type: 'request', id, row, body });
    const result = (await this.next('reply', reply => reply['id'] === id))['result'] as RowResult;
    if (!result.ok) throw new Error(`${row}: ${result.error.code}`);
    return result.body as { [field: string]: unknown };
  }
}

const workerPids: number[] = [];
const noteWorker = (worker: { pid: number }): void => void workerPids.push(worker.pid);
observer.on('newworker', noteWorker);
afterAll(() => void observer.off('newworker', noteWorker));

let dataDir: string;
let hub: TestHub;
beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'hub-room-'));
  hub = await startTestHub({ dataDir, config: MEDIA });
});
afterEach(async () => {
  await hub.stop();
  rmSync(dataDir, { recursive: true });
});

/** A call between a doctor and a kiosk that has been taken, with a ticket for each. */
async function connectedCall() {
  const kiosk = await hub.kiosk('sakate-1');
  await hub.socket('/link', kiosk.headers).next('duty');
  const doctor = await hub.doctor();
  const callId = randomUUID();
  const about = { callId, kioskDeviceId: kiosk.deviceId, patientId: null, encounterId: null };
  await hub.ask('calls.ring-kiosk', about, doctor);
  const mine = { callId, nurseId: null };
  await hub.ask('calls.accept', mine, kiosk.headers);
  const kioskTicket = (await hub.ask('calls.join', mine, kiosk.headers)).ticket;
  const doctorTicket = (await hub.ask('calls.join', mine, doctor)).ticket;
  return { callId, kiosk, doctor, kioskTicket, doctorTicket };
}

async function metric(name: string, labels = ''): Promise<number> {
  const text = await (await fetch(`${hub.origin}/metrics`)).text();
  const line = text.split('\n').find(candidate => candidate.startsWith(`${name}${labels} `));
  return Number(line?.split(' ').at(-1));
}

describe('/room', () => {
  it('is open to tickets of connected calls only', async () => {
    const stranger = await RoomSocket.open(hub);
    await expect(stranger.ask('room.join', { ticket: 'a'.repeat(43) })).rejects.toThrow('FORBIDDEN');
    expect(await stranger.closed()).toBe(4403);
    expect(hub.lines.join('')).not.toContain('aaaa');
  });

  it('holds both ends of a call until it ends', async () => {
    const { callId, kiosk, kioskTicket, doctorTicket } = await connectedCall();
    const [near, far] = [await RoomSocket.open(hub), await RoomSocket.open(hub)];
    await near.ask('room.join', { ticket: kioskTicket });
    const { transportId } = await near.ask('transport.create', { direction: 'send' });
    const { producerId } = await near.ask('producer.create', {
      transportId,
      kind: 'audio',
      source: 'microphone',
      rtpParameters: rtpOf('microphone'),
    });
    const state = await far.ask('room.join', { ticket: doctorTicket });
    expect(state).toMatchObject({ call: { callId }, producers: [{ producerId }] });
    expect(await metric('shimabashi_rooms')).toBe(1);
    expect(await metric('shimabashi_room_participants')).toBe(2);
    expect(await metric('shimabashi_media_producers', '{kind="audio"}')).toBe(1);
    expect(await metric('shimabashi_media_bytes_total', '{direction="received",kind="audio"}')).toBe(0);
    await hub.ask('calls.end', { callId, nurseId: null }, kiosk.headers);
    await far.next('call', message => (message['call'] as { state: string }).state === 'ended');
    expect([await near.closed(), await far.closed()]).toEqual([1000, 1000]);
    expect(await metric('shimabashi_rooms')).toBe(0);
    const late = await RoomSocket.open(hub);
    await expect(late.ask('room.join', { ticket: doctorTicket })).rejects.toThrow('FORBIDDEN');
  });

  it('takes the same ticket after the hub has been started again', async () => {
    const { callId, kioskTicket } = await connectedCall();
    const before = await RoomSocket.open(hub);
    const { participants } = await before.ask('room.join', { ticket: kioskTicket });
    const [{ participantId }] = participants as [{ participantId: string }];
    await hub.stop();
    expect(await before.closed()).toBe(1001);
    hub = await startTestHub({ dataDir, config: MEDIA });
    const after = await RoomSocket.open(hub);
    const state = await after.ask('room.join', { ticket: kioskTicket });
    expect(state).toMatchObject({ call: { callId }, self: { participantId } });
  });

  it('lives on when a worker is killed, and counts it', async () => {
    const { kioskTicket } = await connectedCall();
    const socket = await RoomSocket.open(hub);
    await socket.ask('room.join', { ticket: kioskTicket });
    expect(await metric('shimabashi_media_workers')).toBe(1);
    process.kill(workerPids.at(-1)!, 'SIGKILL');
    await socket.next('media-reset');
    await socket.ask('room.join', { ticket: kioskTicket });
    expect(await metric('shimabashi_media_worker_restarts_total')).toBe(1);
    expect(hub.lines.join('')).toContain('a media worker is not running');
  });

  it('leaves a hub without a worker to its charts', async () => {
    await hub.stop();
    const media = { ...MEDIA.media, workerBin: '/nowhere/mediasoup-worker' };
    hub = await startTestHub({ dataDir, config: { media } });
    expect((await fetch(`${hub.origin}/readyz`)).status).toBe(200);
    await vi.waitFor(() => expect(hub.lines.join('')).toContain('/nowhere/mediasoup-worker'), PATIENCE);
  });
});
