import { createPrivateKey, generateKeyPairSync, type JsonWebKey, sign } from 'node:crypto';
import {
  AppError,
  type HubContract,
  type HubRow,
  type RowRequest,
  type RowResponse,
} from '@shimabashi/contracts';
import { type ChartLog } from '@shimabashi/sync';
import { type HubClient } from './hub-client.ts';
import { type StoreSettings } from './settings.ts';

/** A token this close to its end is not used any more, in milliseconds. */
const TOKEN_MARGIN_MS = 60_000;

export interface HubSessionDeps {
  readonly client: HubClient;
  readonly settings: StoreSettings;
  readonly log: ChartLog;
  readonly enrolmentCode: string | null;
  readonly name: string;
  readonly nowMs: () => number;
}

/** Who this kiosk is to the hub: enrolled once by a code, then known by its own key. */
export class HubSession {
  readonly #deps: HubSessionDeps;
  #token: { readonly value: string; readonly expiresAtMs: number } | undefined;

  constructor(deps: HubSessionDeps) {
    this.#deps = deps;
  }

  /**
   * Makes sure that this kiosk is enrolled, and gives its id.
   *
   * @throws AppError `FORBIDDEN` when it is not, and has no code; the hub's refusal of the code.
   */
  async ensureEnrolled(signal: AbortSignal): Promise<string> {
    const { settings, client, enrolmentCode, name, log, nowMs } = this.#deps;
    const known = settings.get('enrolment');
    if (known !== undefined) return known.deviceId;
    if (enrolmentCode === null) {
      throw new AppError('FORBIDDEN', 'This kiosk is not enrolled, and has no code to be.');
    }
    // Kept before it is sent: if the answer is lost, the same key asks again.
    const publicKey = this.#deviceKey().x;
    const enrolment = await client.call('device.enrol', { code: enrolmentCode, publicKey, name }, { signal });
    settings.set('enrolment', enrolment);
    const { deviceId } = enrolment;
    log.audit({ actorId: deviceId, deviceId, action: 'enrol', patientId: null, atMs: nowMs() });
    return deviceId;
  }

  /** A bearer token that is good for now. @throws AppError as the hub refuses. */
  async token(signal: AbortSignal): Promise<string> {
    if (this.#token !== undefined && this.#deps.nowMs() < this.#token.expiresAtMs) return this.#token.value;
    const { client, nowMs } = this.#deps;
    const deviceId = await this.ensureEnrolled(signal);
    const { challenge } = await client.call('device.challenge', { deviceId }, { signal });
    const key = createPrivateKey({ key: this.#deviceKey() as JsonWebKey, format: 'jwk' });
    const signature = sign(null, Buffer.from(challenge, 'utf8'), key).toString('base64url');
    const askedAtMs = nowMs();
    const granted = await client.call('device.sign-in', { deviceId, challenge, signature }, { signal });
    // `expiresAtMs` is the hub's clock. Where ours is ahead, a short life by our own is safe.
    const expiresAtMs = Math.max(granted.expiresAtMs - TOKEN_MARGIN_MS, askedAtMs + TOKEN_MARGIN_MS);
    this.#token = { value: granted.token, expiresAtMs };
    return granted.token;
  }

  /** The hub did not take the token: it was restarted, or the token is over. */
  forgetToken(): void {
    this.#token = undefined;
  }

  /** Asks a row as this device; a token that is no longer good is replaced once. */
  async call<Row extends HubRow>(
    row: Row,
    request: RowRequest<HubContract, Row>,
    signal: AbortSignal,
  ): Promise<RowResponse<HubContract, Row>> {
    try {
      return await this.#deps.client.call(row, request, { token: await this.token(signal), signal });
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'SIGN_IN_REQUIRED') throw error;
      this.forgetToken();
      return this.#deps.client.call(row, request, { token: await this.token(signal), signal });
    }
  }

  #deviceKey() {
    const kept = this.#deps.settings.get('device-key');
    if (kept !== undefined) return kept;
    const { privateKey } = generateKeyPairSync('ed25519');
    const { x, d } = privateKey.export({ format: 'jwk' });
    if (x === undefined || d === undefined) throw new Error('Assertion failed: a private key has x and d');
    const key = { kty: 'OKP', crv: 'Ed25519', x, d } as const;
    this.#deps.settings.set('device-key', key);
    return key;
  }
}
