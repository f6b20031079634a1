import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { type ChartLog } from '@shimabashi/sync';
import { StoreSettings } from './settings.ts';

/** The settings without which a kiosk is nobody to its hub, and nobody can sign in to it. */
const NAMES = ['enrolment', 'device-key', 'clinic', 'staff', 'enrolled-devices'] as const;

export interface IdentityFile {
  readonly path: string;
  /** The chart's key. The copy has its own, which follows from it. */
  readonly key: Uint8Array;
}

/** The settings in the chart's file, of which those of `NAMES` are kept beside it as well. */
export function settingsWithCopy(
  file: IdentityFile,
  log: ChartLog,
  onNotKept: (error: Error) => void,
): StoreSettings {
  const keep = (): void => {
    try {
      writeIdentityCopy(file, log);
    } catch (error) {
      onNotKept(error as Error);
    }
  };
  keep();
  return new StoreSettings(log, name => {
    if ((NAMES as readonly string[]).includes(name)) keep();
  });
}

/**
 * Writes who this kiosk is into an encrypted file beside the chart, whole or not at all: when the
 * chart's file is damaged, the kiosk is still enrolled, and its nurses can sign in.
 */
function writeIdentityCopy(file: IdentityFile, log: Pick<ChartLog, 'getSetting'>): void {
  const settings = Object.fromEntries(NAMES.map(name => [name, log.getSetting(name) ?? null]));
  const draft = `${file.path}.draft`;
  const target = openSync(draft, 'w', 0o600);
  try {
    writeSync(target, seal(file.key, JSON.stringify(settings)));
    fsyncSync(target);
  } finally {
    closeSync(target);
  }
  renameSync(draft, file.path);
}

/** Sets what the log has lost of it. False where there is no copy that can be read. */
export function restoreIdentity(
  file: IdentityFile,
  log: Pick<ChartLog, 'getSetting' | 'setSetting'>,
): boolean {
  const settings = readIdentityCopy(file);
  if (settings === undefined) return false;
  for (const [name, value] of Object.entries(settings)) {
    if (value !== null && log.getSetting(name) === undefined) log.setSetting(name, value);
  }
  return true;
}

function readIdentityCopy(file: IdentityFile): Record<string, string | null> | undefined {
  try {
    return JSON.parse(unseal(file.key, readFileSync(file.path))) as Record<string, string | null>;
  } catch {
    return undefined; // Not there, of another key, or damaged: GCM says so.
  }
}

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** AES-256-GCM (NIST SP 800-38D) with a random nonce: nonce, tag, text. */
function seal(key: Uint8Array, text: string): Uint8Array {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', keyOf(key), nonce);
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
}

function unseal(key: Uint8Array, bytes: Buffer): string {
  const decipher = createDecipheriv('aes-256-gcm', keyOf(key), bytes.subarray(0, NONCE_BYTES));
  decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
  const text = decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES));
  return Buffer.concat([text, decipher.final()]).toString('utf8');
}

function keyOf(key: Uint8Array): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', key, '', 'shimabashi kiosk identity 1', 32));
}
