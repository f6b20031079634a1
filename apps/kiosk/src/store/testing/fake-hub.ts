import { createPublicKey, randomBytes, randomUUID, verify } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, type Socket } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { type WebSocket, WebSocketServer } from 'ws';
import {
  answerRow,
  AppError,
  assert,
  BinaryChunk,
  hubContract,
  type HubContract,
  type LinkDown,
  LinkUp,
  Operation,
  type RowHandlers,
} from '@shimabashi/contracts';
import { type ChartLog } from '@shimabashi/sync';
import { openChartLog } from '@shimabashi/sync/sqlite';
import { CHART, CLINIC, MORNING_MS, NURSE, operationOf } from './people.ts';

export const ENROLMENT_CODE = 'island-code-1';

/** How a door may answer instead of the hub. */
export type Interference = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * A small hub on loopback for the link's tests: real HTTP, real WebSocket, the real log; its
 * identity is simple, and what stands between (a portal, a proxy) can be played.
 */
export class FakeHub {
  readonly chart: ChartLog = openChartLog({ path: ':memory:', key: new Uint8Array(32), newId: randomUUID });
  /** How many whole pictures its last verified backup holds. */
  backedUpWholeNumber = 0;
  /** Messages of kiosks, oldest first. */
  readonly heard: LinkUp[] = [];
  readonly requests: { readonly row: string; readonly encoding: string | undefined }[] = [];
  readonly #server = createServer((request, response) => void this.#answer(request, response));
  readonly #sockets = new WebSocketServer({ noServer: true });
  readonly #listeners = new Set<() => void>();
  readonly #connections = new Set<Socket>();
  readonly #devices = new Map<string, { readonly publicKey: string; readonly name: string }>();
  #tokens = new Map<string, string>();
  #challenge = '';
  #link: WebSocket | undefined;
  #interference: Interference | undefined;
  #loseAnswers = 0;
  #played: Partial<RowHandlers<HubContract, IncomingMessage>> = {};

  static async start(): Promise<FakeHub> {
    const hub = new FakeHub();
    hub.#server.on('connection', socket => hub.#connections.add(socket));
    hub.#server.on('upgrade', (request, socket, head) => {
      if (hub.#interference !== undefined || !hub.#isKnown(request)) {
        socket.end('HTTP/1.1 401 Unauthorized\r\nconnection: close\r\n\r\n');
        return;
      }
      hub.#sockets.handleUpgrade(request, socket, head, link => hub.#hold(link));
    });
    hub.chart.accept(
      CHART.map(resource => operationOf(resource, randomUUID())),
      { actorId: 'doctor-1', deviceId: 'console-1', action: 'write', patientId: null, atMs: MORNING_MS },
    );
    hub.#server.listen(0, '127.0.0.1');
    await once(hub.#server, 'listening');
    return hub;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get deviceNames(): readonly string[] {
    return [...this.#devices.values()].map(device => device.name);
  }

  /** Everything that kiosks have sent, headers included. */
  get bytesReceived(): number {
    return [...this.#connections].reduce((sum, socket) => sum + socket.bytesRead, 0);
  }

  /** Lets somebody else answer every request, until called with nothing. */
  interfere(interference?: Interference): void {
    this.#interference = interference;
  }

  /** Does its work, and then loses so many answers of `sync.push`. */
  loseAnswers(count: number): void {
    this.#loseAnswers = count;
  }

  /** As after a restart: no token is known any more. */
  forgetTokens(): void {
    this.#tokens = new Map();
  }

  /** Answers these rows as told, from now on. */
  play(rows: Partial<RowHandlers<HubContract, IncomingMessage>>): void {
    this.#played = { ...this.#played, ...rows };
  }

  cutLink(): void {
    this.#link?.terminate();
  }

  send(message: LinkDown): void {
    this.#link?.send(JSON.stringify(message));
  }

  /** Sends anything at all, as something that is not the hub would. */
  sendRaw(text: string | Buffer): void {
    this.#link?.send(text);
  }

  /** Resolves once `reached` holds; looked at after everything that happens here. */
  async until(reached: () => boolean): Promise<void> {
    if (reached()) return;
    await new Promise<void>(resolve => {
      const look = (): void => {
        if (!reached()) return;
        this.#listeners.delete(look);
        resolve();
      };
      this.#listeners.add(look);
    });
  }

  async end(): Promise<void> {
    this.#sockets.close();
    this.cutLink();
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
    this.chart.close();
  }

  #hold(link: WebSocket): void {
    this.#link = link;
    link.on('error', () => {});
    link.on('message', data => {
      assert(Buffer.isBuffer(data), 'a text message comes as a buffer');
      this.heard.push(LinkUp.parse(JSON.parse(data.toString('utf8'))));
      this.#tell();
    });
    this.send({ type: 'ask', askedAtMs: MORNING_MS });
    this.#tell();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const row = (request.url ?? '').replace('/api/', '');
    this.requests.push({ row, encoding: request.headers['content-encoding'] });
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (this.#interference !== undefined) {
      this.#interference(request, response);
      this.#tell();
      return;
    }
    const sent = Buffer.concat(chunks);
    const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent;
    const result = await answerRow({
      contract: hubContract,
      handlers: { ...this.#handlers, ...this.#played } as RowHandlers<HubContract, IncomingMessage>,
      context: request,
      row,
      request: JSON.parse(body.toString('utf8')),
      reportUnexpected: error => {
        throw error;
      },
    });
    if (row === 'sync.push' && this.#loseAnswers > 0) {
      this.#loseAnswers -= 1;
      response.destroy();
    } else {
      response.writeHead(result.ok ? 200 : 400, { 'content-type': 'application/json' });
      response.end(JSON.stringify(result));
    }
    this.#tell();
  }

  readonly #handlers: Partial<RowHandlers<HubContract, IncomingMessage>> = {
    'device.enrol': ({ code, publicKey, name }) => {
      if (code !== ENROLMENT_CODE) throw new AppError('SIGN_IN_FAILED', 'No such code.');
      this.#devices.set('kiosk-1', { publicKey, name });
      return { deviceId: 'kiosk-1', clinicId: CLINIC.clinicId };
    },
    'device.challenge': () => {
      this.#challenge = randomBytes(32).toString('base64url');
      return { challenge: this.#challenge };
    },
    'device.sign-in': ({ deviceId, challenge, signature }) => {
      const device = this.#devices.get(deviceId);
      assert(device !== undefined && challenge === this.#challenge, 'a kiosk answers what it was asked');
      const key = createPublicKey({
        key: { kty: 'OKP', crv: 'Ed25519', x: device.publicKey },
        format: 'jwk',
      });
      if (!verify(null, Buffer.from(challenge), key, Buffer.from(signature, 'base64url'))) {
        throw new AppError('SIGN_IN_FAILED', 'The signature is not right.');
      }
      const token = randomBytes(32).toString('base64url');
      this.#tokens.set(token, deviceId);
      return { token, expiresAtMs: MORNING_MS + 3_600_000 };
    },
    'sync.staff': (_, request) => {
      this.#require(request);
      return { clinic: CLINIC, staff: [NURSE] };
    },
    'sync.push': ({ operations }, request) => {
      this.#require(request);
      const chunks = operations.flatMap(item => BinaryChunk.safeParse(item).data ?? []);
      const parsed = operations.flatMap(item => Operation.safeParse(item).data ?? []);
      assert(chunks.length + parsed.length === operations.length, 'a kiosk sends what the contract knows');
      const note = {
        actorId: 'kiosk-1',
        deviceId: 'kiosk-1',
        action: 'sync',
        patientId: null,
        atMs: 0,
      } as const;
      const results = [...this.chart.accept(parsed, note), ...this.chart.acceptChunks(chunks, note)];
      return { epoch: this.chart.epoch, results };
    },
    'sync.pull': ({ cursor, limit }, request) => {
      this.#require(request);
      const { versions, ...page } = this.chart.versionsAfter(cursor.sequence, [CLINIC.clinicId], limit);
      return { epoch: this.chart.epoch, versions: [...versions], ...page };
    },
    'sync.backed-up': ({ binaryIds }, request) => {
      this.#require(request);
      return { binaryIds: [...this.chart.wholeUpTo(binaryIds, this.backedUpWholeNumber)] };
    },
    'sync.backfill': ({ patientId, cursor, limit }, request) => {
      this.#require(request);
      const { versions, ...page } = this.chart.versionsOf(patientId, cursor.sequence, limit);
      return { epoch: this.chart.epoch, versions: [...versions], ...page };
    },
  };

  #require(request: IncomingMessage): void {
    if (!this.#isKnown(request)) throw new AppError('SIGN_IN_REQUIRED', 'No such token.');
  }

  #isKnown(request: IncomingMessage): boolean {
    return this.#tokens.has((request.headers.authorization ?? '').replace('Bearer ', ''));
  }

  #tell(): void {
    for (const look of this.#listeners) look();
  }
}
