import { randomBytes, timingSafeEqual } from 'node:crypto';
import { chmodSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Who may use the loopback door.
 *
 * A one-time token (in a file that only the kiosk's user can read, or in the fragment of the URL that
 * the shell opens) buys one cookie. A used token is worth nothing, so that a URL in a history or a
 * process list opens no door.
 */
export class DoorKeys {
  readonly #tokenFile: string;
  readonly #cookies: Buffer[] = [];
  readonly #tokens: Buffer[] = [];
  #fileToken: Buffer | undefined;

  constructor(dataDir: string) {
    this.#tokenFile = join(dataDir, 'door-token');
  }

  /** Puts a token into the file, for programs of the kiosk's user. Once the door is open. */
  publish(): void {
    this.#writeFileToken();
  }

  /** A new one-time token, for a window that the shell itself opens. */
  issueToken(): string {
    const token = newSecret();
    this.#tokens.push(Buffer.from(token));
    if (this.#tokens.length > TOKENS_MAX) this.#tokens.shift();
    return token;
  }

  /** The cookie's value for a valid token, which is thereby used up; undefined for any other. */
  trade(token: string): string | undefined {
    const given = Buffer.from(token);
    if (this.#fileToken !== undefined && equal(this.#fileToken, given)) {
      this.#writeFileToken();
    } else {
      const index = this.#tokens.findIndex(known => equal(known, given));
      if (index < 0) return undefined;
      this.#tokens.splice(index, 1);
    }
    const cookie = newSecret();
    this.#cookies.push(Buffer.from(cookie));
    if (this.#cookies.length > COOKIES_MAX) this.#cookies.shift();
    return cookie;
  }

  opens(cookie: string | undefined): boolean {
    if (cookie === undefined) return false;
    const given = Buffer.from(cookie);
    return this.#cookies.some(known => equal(known, given));
  }

  #writeFileToken(): void {
    const token = newSecret();
    const fresh = `${this.#tokenFile}.new`;
    writeFileSync(fresh, token, { mode: 0o600 });
    chmodSync(fresh, 0o600);
    renameSync(fresh, this.#tokenFile);
    this.#fileToken = Buffer.from(token);
  }
}

/** Windows of a kiosk that are open at once: one, a second screen, and an engineer with curl. */
const COOKIES_MAX = 32;
const TOKENS_MAX = 8;

function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

function equal(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
