import { generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildObservation, buildPatient } from '@shimabashi/clinical';
import { type HubContract, type HubRow, type Operation, type RowResult } from '@shimabashi/contracts';
import { pino } from 'pino';
import WebSocket from 'ws';
import { type Clock, systemClock } from '../clock.ts';
import { type HubConfig } from '../config.ts';
import { startHub } from '../hub.ts';
import { type Seed } from '../seed.ts';

/** Two clinics, a doctor of both, a doctor and a nurse of one each, and two codes for each clinic. */
export const SEED: Seed = {
  practice: { name: '鳥羽志摩グループ診療', nameLatin: 'Toba-Shima group practice' },
  clinics: [
    { clinicId: 'kamishima', name: '神島診療所', nameLatin: 'Kamishima', telephones: [] },
    { clinicId: 'sakate', name: '坂手診療所', nameLatin: 'Sakate', telephones: [] },
  ],
  staff: [
    staffOf('doctor-both', 'doctor', ['kamishima', 'sakate'], 'umi no mieru machi'),
    staffOf('doctor-sakate', 'doctor', ['sakate'], 'shima kara shima e'),
    staffOf('nurse-kamishima', 'nurse', ['kamishima'], '4711'),
    staffOf('nurse-sakate', 'nurse', ['sakate'], '0815'),
  ],
  enrolmentCodes: ['kamishima', 'sakate'].flatMap(clinicId =>
    [1, 2].map(number => ({ code: `${clinicId}-${number}`, clinicId, name: `${clinicId} ${number}` })),
  ),
};

function staffOf(
  practitionerId: string,
  role: 'doctor' | 'nurse',
  clinicIds: string[],
  secret: string,
): Seed['staff'][number] {
  return { practitionerId, name: '山本 誠', nameLatin: 'Yamamoto Makoto', role, clinicIds, secret };
}

/** A hub in this process, on any free port, with a folder of its own. Fast hashes; no secrets here. */
export async function startTestHub(
  options: { clock?: Clock; dataDir?: string; seed?: Seed; config?: Partial<HubConfig> } = {},
) {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'hub-'));
  const seedFile = join(dataDir, 'seed.json');
  writeFileSync(seedFile, JSON.stringify(options.seed ?? SEED));
  const lines: string[] = [];
  const removeDir = (): void => rmSync(dataDir, { recursive: true, force: true });
  const hub = await startHub(
    {
      host: '127.0.0.1',
      port: 0,
      dataDir,
      keyFile: join(dataDir, 'chart.key'),
      consoleDir: undefined,
      tls: undefined,
      publicOrigins: [],
      seedFile,
      alerts: { on: true, pushSubject: 'mailto:alerts@hospital.example', pushHosts: [] },
      // A test that needs calls asks for a worker.
      media: { workers: 0, port: 0, announcedAddress: undefined, withLoopback: true, workerBin: undefined },
      logLevel: 'trace',
      ...options.config,
    },
    {
      clock: options.clock ?? systemClock,
      logger: pino({ level: 'trace' }, { write: line => void lines.push(line) }),
      scrypt: { cost: 16, blockSize: 1, parallelization: 1 },
    },
  ).catch((error: unknown) => {
    if (options.dataDir === undefined) removeDir();
    throw error;
  });
  return {
    ...testHubAt(hub.port),
    ...hub,
    dataDir,
    /** What the hub has logged. */
    lines,
    remove: async () => {
      await hub.stop();
      removeDir();
    },
  };
}

export type TestHub = Awaited<ReturnType<typeof startTestHub>>;

/** What can be asked of a hub from outside. */
export function testHubAt(port: number) {
  const origin = `http://127.0.0.1:${port}`;

  /** One request; a string or a buffer is sent as it is. */
  async function post(
    row: string,
    body: unknown,
    headers: Record<string, string> = {},
  ): Promise<{ status: number; headers: Headers; result: RowResult }> {
    const response = await fetch(`${origin}/api/${row}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body:
        typeof body === 'string' || body instanceof Uint8Array
          ? new Uint8Array(Buffer.from(body))
          : JSON.stringify(body),
    });
    const result = (await response.json()) as RowResult;
    return { status: response.status, headers: response.headers, result };
  }

  async function ask<Row extends HubRow>(row: Row, body: unknown, headers: Record<string, string>) {
    const { result } = await post(row, body, headers);
    if (!result.ok) throw new Error(`${row}: ${result.error.code}`);
    return result.body as HubContract[Row]['response']['_zod']['output'];
  }

  /** Headers of a kiosk that is enrolled. */
  async function signIn({ deviceId, privateKey }: { deviceId: string; privateKey: KeyObject }) {
    const { challenge } = await ask('device.challenge', { deviceId }, {});
    const signature = signatureOf(privateKey, challenge);
    const { token } = await ask('device.sign-in', { deviceId, challenge, signature }, {});
    return { headers: { authorization: `Bearer ${token}` } };
  }

  return {
    port,
    origin,
    post,
    ask,
    /** Headers of a signed-in doctor's browser. */
    async doctor(practitionerId = 'doctor-both', passphrase = 'umi no mieru machi') {
      const signedIn = await post('session.sign-in', { practitionerId, passphrase }, { origin });
      const cookie = signedIn.headers.getSetCookie()[0]?.split(';', 1)[0] ?? '';
      return { origin, cookie };
    },
    async kiosk(code: string) {
      const { publicKey, privateKey } = generateKeyPairSync('ed25519');
      const { deviceId, clinicId } = await ask(
        'device.enrol',
        { code, publicKey: publicKey.export({ format: 'jwk' }).x, name: 'kiosk' },
        {},
      );
      return { deviceId, clinicId, privateKey, ...(await signIn({ deviceId, privateKey })) };
    },
    signIn,
    socket: (path: '/link' | '/live' | '/room', headers: Record<string, string>) =>
      new TestSocket(`ws://127.0.0.1:${port}${path}`, headers),
  };
}

export function signatureOf(privateKey: KeyObject, challenge: string): string {
  return sign(null, Buffer.from(challenge, 'utf8'), privateKey).toString('base64url');
}

/** A client's end of a socket, with everything that it has heard. */
export class TestSocket {
  readonly socket: WebSocket;
  readonly heard: { type: string; [field: string]: unknown }[] = [];
  readonly #waiting = new Set<() => void>();
  #closeCode: number | undefined;

  constructor(url: string, headers: Record<string, string>) {
    this.socket = new WebSocket(url, { headers });
    this.socket.on('message', data => {
      this.heard.push(JSON.parse((data as Buffer).toString()) as { type: string });
      this.#wake();
    });
    this.socket.on('close', code => {
      this.#closeCode = code;
      this.#wake();
    });
  }

  send(message: unknown): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  /** The first message of this kind, as soon as it is there. */
  async next(type: string, matches: (message: { [field: string]: unknown }) => boolean = () => true) {
    return this.#until(() => this.heard.find(message => message.type === type && matches(message)));
  }

  async closed(): Promise<number> {
    return this.#until(() => this.#closeCode);
  }

  async #until<Found>(look: () => Found | undefined): Promise<Found> {
    for (;;) {
      const found = look();
      if (found !== undefined) return found;
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#waiting.add(resolve);
      // oxlint-disable-next-line no-await-in-loop -- one message after the other
      await promise;
    }
  }

  #wake(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}

interface Author {
  readonly deviceId: string;
  readonly clinicId: string;
}

export function patientOperation(author: Author, patientId: string): Operation {
  const resource = buildPatient({
    patientId,
    names: {
      kanji: { family: '浜口', given: 'ミサヲ' },
      kana: { family: 'ハマグチ', given: 'ミサヲ' },
      latin: { family: 'Hamaguchi', given: 'Misawo' },
    },
    birthDate: '1941-03-02',
    gender: 'female',
    cardNumber: null,
    clinicId: author.clinicId,
  });
  return operationOf(author, resource, patientId);
}

export function observationOperation(author: Author, patientId: string, effectiveAtMs: number): Operation {
  const resource = buildObservation({
    observationId: randomUUID(),
    patientId,
    encounterId: null,
    parameter: 'SpO2',
    measured: { status: 'measured', value: 96 },
    effectiveAtMs,
    performerId: `nurse-${author.clinicId}`,
    source: { method: 'by-hand', reason: 'probe does not fit' },
  });
  return operationOf(author, resource, patientId);
}

export function operationOf(
  author: Author,
  resource: Operation['resource'],
  patientId: string | null,
): Operation {
  return {
    operationId: randomUUID(),
    baseVersionId: null,
    resource,
    patientId,
    clinicId: author.clinicId,
    authorId: `nurse-${author.clinicId}`,
    deviceId: author.deviceId,
    reason: null,
    authoredAtMs: 1_795_000_000_000,
  };
}
