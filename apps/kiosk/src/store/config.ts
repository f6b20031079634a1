import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { type KioskContract, type RowResponse } from '@shimabashi/contracts';
import * as z from 'zod';

/** Patient data never crosses a network in the clear (D16); this machine's own loopback is none. */
const LOOPBACK_HOSTS: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]']);

const HubUrl = z
  .url({ protocol: /^https?$/, error: 'must be an address such as https://hub.example' })
  .transform(text => new URL(text))
  .refine(url => url.protocol === 'https:' || LOOPBACK_HOSTS.has(url.hostname), {
    error: 'must be https, except on this machine itself',
  })
  .refine(url => url.username === '' && url.password === '' && url.search === '', {
    error: 'must not carry a user, a password or a query',
  });

/** The settings of the store service. All come from the environment. */
const Environment = z.object({
  KIOSK_DATA_DIR: z.string({ error: 'is required: the folder of the chart' }).min(1),
  /** The chart's key: 32 random bytes as hexadecimal digits. Made at the first start. */
  KIOSK_KEY_FILE: z.string().min(1).optional(),
  /** Without one the kiosk works alone, and says that the link is down. */
  KIOSK_HUB_URL: HubUrl.optional(),
  /** Used once, when this kiosk is not enrolled yet. */
  KIOSK_ENROLMENT_CODE: z.string().min(8, 'must have at least 8 characters').max(64).optional(),
  KIOSK_NAME: z.string().min(1).max(80).default('kiosk'),
  /** A part of the label of each device of a call: which of two cameras is which. */
  KIOSK_MICROPHONE: z.string().max(120).optional(),
  KIOSK_FACE_CAMERA: z.string().max(120).optional(),
  KIOSK_EXAM_CAMERA: z.string().max(120).optional(),
  /** Given by the shell. A nurse stays signed in while it is the same: over a crash, not over a boot. */
  KIOSK_BOOT_ID: z.uuid('must be a UUID').optional(),
  KIOSK_LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug']).default('info'),
});

export interface StoreConfig {
  readonly databaseFile: string;
  /** What devices remember and said: beside the chart, with its key. */
  readonly deviceRecordsFile: string;
  /** Who this kiosk is, beside the chart, with its key. */
  readonly identityFile: string;
  readonly keyFile: string;
  readonly dataDir: string;
  readonly hubUrl: URL | null;
  readonly enrolmentCode: string | null;
  readonly name: string;
  readonly bootId: string;
  readonly callDevices: RowResponse<KioskContract, 'calls.devices'>;
  readonly logLevel: string;
}

/** The settings, or one line that names the one that is wrong. An empty variable counts as unset. */
export function readStoreConfig(
  environment: Record<string, string | undefined>,
): { readonly ok: true; readonly config: StoreConfig } | { readonly ok: false; readonly line: string } {
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = Environment.safeParse(set);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return { ok: false, line: `${issue?.path.join('.') ?? 'environment'}: ${issue?.message ?? 'is wrong'}` };
  }
  const settings = parsed.data;
  return {
    ok: true,
    config: {
      dataDir: settings.KIOSK_DATA_DIR,
      databaseFile: join(settings.KIOSK_DATA_DIR, 'chart.db'),
      deviceRecordsFile: join(settings.KIOSK_DATA_DIR, 'devices.db'),
      identityFile: join(settings.KIOSK_DATA_DIR, 'identity.bin'),
      keyFile: settings.KIOSK_KEY_FILE ?? join(settings.KIOSK_DATA_DIR, 'chart.key'),
      hubUrl: settings.KIOSK_HUB_URL ?? null,
      enrolmentCode: settings.KIOSK_ENROLMENT_CODE ?? null,
      name: settings.KIOSK_NAME,
      // Without a shell that counts boots each start is one: nobody is signed in.
      bootId: settings.KIOSK_BOOT_ID ?? randomUUID(),
      callDevices: {
        microphone: settings.KIOSK_MICROPHONE ?? null,
        faceCamera: settings.KIOSK_FACE_CAMERA ?? null,
        examCamera: settings.KIOSK_EXAM_CAMERA ?? null,
      },
      logLevel: settings.KIOSK_LOG_LEVEL,
    },
  };
}
