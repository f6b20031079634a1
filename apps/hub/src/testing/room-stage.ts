import { randomBytes, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { type AddressInfo, type Socket } from 'node:net';
import { type Call, type Participant } from '@shimabashi/contracts';
import { WebSocketServer } from 'ws';
import { systemClock } from '../clock.ts';
import { MediaWorkers } from '../realtime/media/workers.ts';
import { type RoomAdmission } from '../realtime/rooms/admission.ts';
import { MediaMeter } from '../realtime/rooms/media-meter.ts';
import { Rooms } from '../realtime/rooms/rooms.ts';

/** The hub's real rooms behind a socket, and a page with both ends of a call. */
export interface RoomStage {
  readonly pageUrl: string;
  readonly roomUrl: string;
  readonly tickets: { readonly kiosk: string; readonly doctor: string };
  readonly meter: MediaMeter;
  readonly workerPids: () => number[];
  /** Cuts every socket without a word, and lets none in until `letIn`. */
  readonly cut: () => void;
  readonly letIn: () => void;
  /** What a restarted hub has forgotten: rooms and routers, all but the tickets. */
  readonly restartRooms: () => void;
  /** Somebody takes the call that rang. */
  readonly takeCall: () => void;
  readonly endCall: () => void;
  readonly stop: () => Promise<void>;
}

const NURSE = {
  practitionerId: 'N-1',
  name: '汐入 美咲',
  nameLatin: 'Shioiri Misaki',
  role: 'nurse',
} as const;
const DOCTOR = { practitionerId: 'D-1', name: '灘 健一', nameLatin: 'Nada Kenichi', role: 'doctor' } as const;

/** `script` is the page's own. `state`: whether the call rings yet, or is on. */
export async function startRoomStage(
  script: string,
  { state = 'connected' }: { readonly state?: 'ringing' | 'connected' } = {},
): Promise<RoomStage> {
  let call: Call = { ...connectedCall(), state };
  const become = (change: Partial<Call>) => {
    call = { ...call, ...change };
    for (const listener of changed) listener(call);
  };
  const ticketOf = new Map<string, Participant>();
  const ticket = (kind: Participant['kind']) => {
    const made = randomBytes(32).toString('base64url');
    const staff = kind === 'kiosk' ? NURSE : DOCTOR;
    ticketOf.set(made, { participantId: randomUUID(), kind, staff, joinedAtMs: Date.now() });
    return made;
  };
  const tickets = { kiosk: ticket('kiosk'), doctor: ticket('doctor') };
  const changed = new Set<(call: Call) => void>();
  const admission: RoomAdmission = {
    admit: asked => {
      const participant = ticketOf.get(asked);
      return participant === undefined || call.state === 'ended' ? undefined : { call, participant };
    },
    joined: () => {},
    left: () => {},
    onCallChanged: listener => void changed.add(listener),
  };
  const workers = new MediaWorkers({
    settings: {
      workers: 1,
      port: 0,
      announcedAddress: undefined,
      withLoopback: true,
      workerBin: process.env['MEDIASOUP_WORKER_BIN'],
    },
    clock: systemClock,
    onProblem: () => {},
  });
  const meter = new MediaMeter();
  const openRooms = () =>
    new Rooms({
      clock: systemClock,
      admission,
      meter,
      openRouter: () => workers.openRouter(),
      onBadMessage: why => {
        throw new Error(`The room refused a message: ${why}`);
      },
      onRefused: () => {},
      onUnexpected: error => {
        throw error;
      },
    });
  workers.start();
  let rooms = openRooms();

  const http = createServer((request, response) => {
    const isScript = request.url === '/two-ends.js';
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
    response.end(isScript ? script : '<!doctype html><script type="module" src="/two-ends.js"></script>');
  });
  const sockets = new Set<Socket>();
  let isCut = false;
  const doors = new WebSocketServer({ server: http, path: '/room' });
  doors.on('connection', (socket, request) => {
    sockets.add(request.socket);
    rooms.connect(socket);
  });
  http.on('upgrade', (_request, socket) => {
    if (isCut) socket.destroy();
  });
  await new Promise<void>(resolve => http.listen(0, '127.0.0.1', resolve));
  const { port } = http.address() as AddressInfo;

  const cut = () => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  return {
    pageUrl: `http://localhost:${port}/`,
    roomUrl: `ws://localhost:${port}/room`,
    tickets,
    meter,
    workerPids: () => workers.pids,
    cut: () => {
      isCut = true;
      cut();
    },
    letIn: () => {
      isCut = false;
    },
    restartRooms: () => {
      rooms.stop();
      rooms = openRooms();
      cut();
    },
    takeCall: () => become({ state: 'connected' }),
    endCall: () => become({ state: 'ended', endedAtMs: Date.now() }),
    stop: async () => {
      rooms.stop();
      workers.stop();
      doors.close();
      cut();
      await new Promise(resolve => http.close(resolve));
    },
  };
}

function connectedCall(): Call {
  const nowMs = Date.now();
  return {
    callId: randomUUID(),
    clinicId: 'shiomi',
    kioskDeviceId: 'K-1',
    kioskName: 'キオスク 1',
    direction: 'to-kiosk',
    patientId: 'p1',
    encounterId: 'e1',
    doctor: DOCTOR,
    nurse: NURSE,
    rung: [],
    state: 'connected',
    ringingAtMs: nowMs,
    connectedAtMs: nowMs,
    endedAtMs: null,
    end: null,
  };
}
