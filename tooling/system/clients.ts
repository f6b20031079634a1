import {
  AppError,
  fromWireError,
  hubContract,
  type HubContract,
  type HubRow,
  kioskContract,
  type KioskContract,
  type KioskRow,
  type RowRequest,
  type RowResponse,
  type RowResult,
} from '@shimabashi/contracts';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEMO_CLINICS, DEMO_STAFF } from '../demo/people.ts';
import { type Kiosk, type System } from './system.ts';

/** A program that speaks to a kiosk through its loopback door, as an engineer with curl does. */
export interface KioskClient {
  readonly cookie: string;
  call<Row extends KioskRow>(
    row: Row,
    request: RowRequest<KioskContract, Row>,
  ): Promise<RowResponse<KioskContract, Row>>;
}

/** Opens the door with the token of the day and signs the demo's nurse in. */
export async function enterKiosk(kiosk: Kiosk): Promise<KioskClient> {
  const origin = `http://127.0.0.1:${kiosk.port}`;
  const token = readFileSync(join(kiosk.dataDir, 'door-token'), 'utf8');
  const session = await post(`${origin}/session`, { token }, '');
  const cookie = cookieOf(session);
  const client: KioskClient = {
    cookie,
    async call(row, request) {
      return kioskContract[row].response.parse(
        await rowOf(await post(`${origin}/api/${row}`, request, cookie)),
      ) as never;
    },
  };
  const [nurse] = DEMO_STAFF;
  // A new kiosk knows nobody before it has met its hub.
  await until(async () => ((await client.call('session.staff', {})).staff.length > 0 ? true : undefined), {
    limitMs: 15_000,
    what: 'the kiosk knows its staff',
  });
  await client.call('session.sign-in', { practitionerId: nurse!.practitionerId, pin: nurse!.secret });
  return client;
}

/** Resolves when a new kiosk has the patients of its clinic. */
export async function waitForPatients(kiosk: Kiosk): Promise<KioskClient> {
  const nurse = await enterKiosk(kiosk);
  const last = DEMO_CLINICS.find(({ clinicId }) => clinicId === kiosk.clinicId)?.patients.at(-1);
  const text = last?.kana.family ?? '';
  await until(
    async () =>
      (await nurse.call('patients.find', { text, limit: 1 })).patients.length > 0 ? true : undefined,
    { limitMs: 30_000, what: 'the patients are on the kiosk' },
  );
  return nurse;
}

/** The doctor's console as a program. */
export interface HubClient {
  readonly cookie: string;
  call<Row extends HubRow>(
    row: Row,
    request: RowRequest<HubContract, Row>,
  ): Promise<RowResponse<HubContract, Row>>;
}

export async function signInDoctor(system: System): Promise<HubClient> {
  const doctor = DEMO_STAFF[1]!;
  const { origin } = system.hub;
  const answer = await post(
    `${origin}/api/session.sign-in`,
    { practitionerId: doctor.practitionerId, passphrase: doctor.secret },
    '',
    origin,
  );
  const cookie = cookieOf(answer);
  await rowOf(answer);
  return {
    cookie,
    async call(row, request) {
      const body = await rowOf(await post(`${origin}/api/${row}`, request, cookie, origin));
      return hubContract[row].response.parse(body) as never;
    },
  };
}

/** Calls until the answer is as wanted, and gives it. For what other processes do in their own time. */
export async function until<Answer>(
  ask: () => Promise<Answer | undefined>,
  options: { readonly limitMs: number; readonly what: string; readonly everyMs?: number },
): Promise<Answer> {
  const endAtMs = performance.now() + options.limitMs;
  let last: unknown;
  while (performance.now() < endAtMs) {
    try {
      const answer = await ask();
      if (answer !== undefined) return answer;
    } catch (error) {
      last = error;
    }
    await new Promise(resolve => setTimeout(resolve, options.everyMs ?? 25));
  }
  throw new Error(`Not within ${options.limitMs} ms: ${options.what}`, { cause: last });
}

function post(url: string, body: unknown, cookie: string, origin?: string): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', cookie, ...(origin === undefined ? {} : { origin }) },
    body: JSON.stringify(body),
  });
}

function cookieOf(response: Response): string {
  const cookie = response.headers.getSetCookie()[0]?.split(';')[0];
  if (cookie === undefined) throw new AppError('SIGN_IN_FAILED', `No cookie with status ${response.status}.`);
  return cookie;
}

async function rowOf(response: Response): Promise<unknown> {
  const result = (await response.json()) as RowResult;
  if (!result.ok) throw fromWireError(result.error);
  return result.body;
}
