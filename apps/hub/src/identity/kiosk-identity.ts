import { createPublicKey, randomUUID, verify } from 'node:crypto';
import { AppError } from '@shimabashi/contracts';
import { type EnrolledDevice, type IdentityStore } from '../db/identity-store.ts';
import { type AttemptLimit, AttemptLimiter } from './attempts.ts';
import { Challenges } from './challenges.ts';
import { randomToken, tokenHash } from './secrets.ts';

const DEVICE_TOKEN_MS = 60 * 60 * 1_000;

const PER_ADDRESS: AttemptLimit = { attempts: 20, withinMs: 15 * 60 * 1_000 };

/** A kiosk that restarts often must not fill our memory with tokens. */
const TOKENS_PER_DEVICE_MAX = 8;

/** Where a kiosk belongs: all that the rest of the hub needs to know of it. */
export interface KioskIdentity {
  readonly deviceId: string;
  readonly clinicId: string;
}

/** Kiosks: enrolled once by a code, afterwards known by their key. Tokens live in memory only. */
export type KioskIdentities = ReturnType<typeof createKioskIdentities>;

export function createKioskIdentities(deps: {
  store: IdentityStore;
  nowMs: () => number;
  onEnrolled: (device: KioskIdentity) => void;
}) {
  const { store, nowMs, onEnrolled } = deps;
  const addresses = new AttemptLimiter({ limit: PER_ADDRESS, nowMs });
  const challenges = new Challenges(nowMs);
  const tokens = new DeviceTokens(nowMs);

  return {
    /**
     * Takes a kiosk in. The same kiosk may send its code again: it has not heard our first answer.
     *
     * @throws AppError `SIGN_IN_FAILED` when the code is unknown, used or over; `TOO_MANY_ATTEMPTS`
     */
    enrol(request: {
      readonly code: string;
      readonly publicKey: string;
      readonly name: string;
      readonly address: string;
    }): KioskIdentity {
      const takeBack = addresses.begin(request.address);
      const codeHash = tokenHash(request.code);
      const code = store.enrolmentCode(codeHash);
      if (code === undefined || code.expiresAtMs <= nowMs()) {
        throw new AppError('SIGN_IN_FAILED', 'The code is not valid.');
      }
      const enrolled = code.usedBy === null ? undefined : store.device(code.usedBy);
      if (enrolled !== undefined && enrolled.publicKey !== request.publicKey) {
        throw new AppError('SIGN_IN_FAILED', 'The code is not valid.');
      }
      takeBack();
      if (enrolled !== undefined) return identityOf(enrolled);

      const device = {
        deviceId: `kiosk-${randomUUID()}`,
        clinicId: code.clinicId,
        name: code.name ?? request.name,
        publicKey: request.publicKey,
      };
      store.atomically(() => {
        store.saveDevice(device, nowMs());
        store.useEnrolmentCode(codeHash, device.deviceId);
      });
      onEnrolled(identityOf(device));
      return identityOf(device);
    },

    /** A challenge, whether there is such a kiosk or not. */
    challenge: (deviceId: string): string => challenges.issue(deviceId),

    /** @throws AppError `SIGN_IN_FAILED`, `TOO_MANY_ATTEMPTS` */
    signIn(request: {
      readonly deviceId: string;
      readonly challenge: string;
      readonly signature: string;
      readonly address: string;
    }): { readonly token: string; readonly expiresAtMs: number } {
      const takeBack = addresses.begin(request.address);
      const device = store.device(request.deviceId);
      if (
        device === undefined ||
        !challenges.isOpen(request.deviceId, request.challenge) ||
        !isSignedBy(device.publicKey, request.challenge, request.signature)
      ) {
        throw new AppError('SIGN_IN_FAILED', 'The signature does not fit.');
      }
      challenges.use(request.challenge);
      takeBack();
      return tokens.issue(identityOf(device));
    },

    find: (token: string): KioskIdentity | undefined => tokens.find(token),
  };
}

function identityOf(device: Pick<EnrolledDevice, 'deviceId' | 'clinicId'>): KioskIdentity {
  return { deviceId: device.deviceId, clinicId: device.clinicId };
}

/** Ed25519 (RFC 8032) over the challenge's UTF-8 bytes. */
function isSignedBy(publicKey: string, challenge: string, signature: string): boolean {
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: publicKey }, format: 'jwk' });
  return verify(null, Buffer.from(challenge, 'utf8'), key, Buffer.from(signature, 'base64url'));
}

/** Bearer tokens of kiosks, by hash. Lost with the process: a kiosk then signs in again by itself. */
class DeviceTokens {
  readonly #nowMs: () => number;
  readonly #byHash = new Map<string, { readonly identity: KioskIdentity; readonly expiresAtMs: number }>();

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  issue(identity: KioskIdentity): { readonly token: string; readonly expiresAtMs: number } {
    this.#prune(identity.deviceId);
    const token = randomToken();
    const expiresAtMs = this.#nowMs() + DEVICE_TOKEN_MS;
    this.#byHash.set(tokenHash(token), { identity, expiresAtMs });
    return { token, expiresAtMs };
  }

  find(token: string): KioskIdentity | undefined {
    const found = this.#byHash.get(tokenHash(token));
    return found !== undefined && this.#nowMs() < found.expiresAtMs ? found.identity : undefined;
  }

  #prune(deviceId: string): void {
    const own: string[] = [];
    for (const [hash, { identity, expiresAtMs }] of this.#byHash) {
      if (expiresAtMs <= this.#nowMs()) this.#byHash.delete(hash);
      else if (identity.deviceId === deviceId) own.push(hash);
    }
    // Oldest first: the map keeps the order of issue.
    for (const hash of own.slice(0, Math.max(0, own.length - TOKENS_PER_DEVICE_MAX + 1))) {
      this.#byHash.delete(hash);
    }
  }
}
