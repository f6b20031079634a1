import { generateKeyPairSync, sign } from 'node:crypto';
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { APP_ERRORS, type HubRow, type RowResult } from '@shimabashi/contracts';
import { type System } from '@shimabashi/tooling/system';
import { NoninDf2Encoder, SimulatedPatient } from '@shimabashi/vitals-drivers/simulator';

/** One message at a door, and the code that it gets. */
export type Knock = readonly [what: string, knock: () => Promise<unknown>, answer: unknown];

/** What a door says to a message: a code of the error table, with the status that goes with it, or OK. */
export async function codeOf(answer: Promise<Response>): Promise<string> {
  const response = await answer;
  return response.status === 204 ? 'OK' : codeOfResult(await response.json(), response.status);
}

function codeOfResult(body: unknown, httpStatus: number): string {
  const result = body as RowResult;
  if (result.ok) return 'OK';
  const { code } = result.error;
  return httpStatus === APP_ERRORS[code].httpStatus ? code : `${code} with ${httpStatus}`;
}

export function post(
  url: string,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body });
}

/**
 * What a door says to a body that is too large by its own header. Only its beginning is sent: a door
 * that answers and closes before it has read all makes a client fail in its writing now and then.
 */
export function codeOfTooMuch(
  url: string,
  headers: Record<string, string>,
  message: { readonly begin: string; readonly bytes: number },
): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(
      url,
      {
        method: 'POST',
        agent: false,
        headers: { 'content-type': 'application/json', 'content-length': message.bytes, ...headers },
      },
      answer => {
        let body = '';
        answer.on('data', chunk => (body += String(chunk)));
        answer.on('error', reject);
        answer.on('end', () => {
          sent.destroy();
          resolve(codeOfResult(JSON.parse(body), answer.statusCode ?? 0));
        });
      },
    );
    sent.on('error', reject);
    sent.write(message.begin);
  });
}

/** The code that a socket is closed with once `message` was sent; 1006 for one that never opened. */
export function closeCodeOf(
  url: string,
  headers: Record<string, string>,
  message?: string | Uint8Array<ArrayBuffer>,
): Promise<number> {
  // Node's own WebSocket takes headers; the browser's type, which it shares, does not know them.
  const Opened = WebSocket as unknown as new (url: string, options: { headers: object }) => WebSocket;
  const socket = new Opened(url, { headers });
  return new Promise(resolve => {
    socket.addEventListener('open', () => message !== undefined && socket.send(message));
    socket.addEventListener('close', event => resolve(event.code));
    socket.addEventListener('error', () => {});
  });
}

/** A kiosk of our own, enrolled at the system's hub: its bearer token and its id. */
export async function enrolDevice(
  system: System,
  code: string,
): Promise<{ readonly deviceId: string; readonly token: string }> {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const ask = async <Body>(row: HubRow, request: object): Promise<Body> => {
    const answer = await post(`${system.hub.origin}/api/${row}`, JSON.stringify(request));
    return ((await answer.json()) as { body: Body }).body;
  };
  const { deviceId } = await ask<{ deviceId: string }>('device.enrol', {
    code,
    publicKey: publicKey.export({ format: 'jwk' }).x,
    name: 'doors',
  });
  const { challenge } = await ask<{ challenge: string }>('device.challenge', { deviceId });
  const signature = sign(null, Buffer.from(challenge), privateKey).toString('base64url');
  const { token } = await ask<{ token: string }>('device.sign-in', { deviceId, challenge, signature });
  return { deviceId, token };
}

/** Gives the hub one more code to enrol with: seeds are read at its start. */
export async function addEnrolmentCode(
  system: System & { readonly dir: string },
  code: string,
): Promise<void> {
  const file = join(system.dir, 'seed.json');
  const seed = JSON.parse(readFileSync(file, 'utf8')) as { enrolmentCodes: object[] };
  seed.enrolmentCodes.push({ code, clinicId: system.kiosks[0]!.clinicId, name: 'doors' });
  writeFileSync(file, JSON.stringify(seed));
  await system.hub.program.stop();
  await system.hub.program.start();
}

/** How a program ended that was started with these settings and nothing else. */
export function endOf(
  entry: string,
  settings: Record<string, string>,
  words: readonly string[] = [],
): Promise<{ readonly exitCode: number | null; readonly stdout: string; readonly stderr: string }> {
  const path = join(import.meta.dirname, '../..', entry);
  const { PATH = '' } = process.env;
  const child = spawn(process.execPath, [path, ...words], {
    env: { PATH, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 20_000,
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', chunk => (stdout += String(chunk)));
  child.stderr.on('data', chunk => (stderr += String(chunk)));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', exitCode => resolve({ exitCode, stdout, stderr }));
  });
}

/** A monitor in the hands of the test. */
export interface PlayedMonitor {
  readonly port: number;
  /** Sends bytes, whatever they are, to whoever is connected, and resolves once they have left. */
  say(bytes: Uint8Array): Promise<void>;
  /** From here on a finger at rest, in real time, until the result is called. */
  measure(): () => void;
  close(): Promise<void>;
}

const TICK_MS = 40;

export async function playMonitor(): Promise<PlayedMonitor> {
  const kiosks = new Set<Socket>();
  let waiting: (() => void) | undefined;
  const server = createServer(kiosk => {
    kiosks.add(kiosk);
    waiting?.();
    kiosk.on('error', () => kiosk.destroy());
    kiosk.on('close', () => kiosks.delete(kiosk));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    async say(bytes) {
      while (kiosks.size === 0) await new Promise<void>(resolve => (waiting = resolve));
      await Promise.all(
        [...kiosks].map(kiosk => new Promise<void>(resolve => kiosk.write(bytes, () => resolve()))),
      );
    },
    measure() {
      const patient = new SimulatedPatient(1, 'normal');
      const encoder = new NoninDf2Encoder();
      const frames = Math.round((encoder.framesPerSecond * TICK_MS) / 1_000);
      const timer = setInterval(() => {
        const bytes = Buffer.concat(Array.from({ length: frames }, () => encoder.nextFrame(patient).bytes));
        for (const kiosk of kiosks) kiosk.write(bytes);
      }, TICK_MS);
      return () => clearInterval(timer);
    },
    close() {
      for (const kiosk of kiosks) kiosk.destroy();
      return new Promise(resolve => server.close(() => resolve()));
    },
  };
}
