import { join } from 'node:path';
import * as z from 'zod';

const port = z.coerce.number({ error: 'must be a port number' }).int().min(0).max(65_535);

/** The settings of a kiosk without Electron. All come from the environment. */
export const HostConfig = z.object({
  /** Fixed, since another port is another origin and loses the browser's permissions. */
  KIOSK_PORT: port.default(47_101),
  KIOSK_DATA_DIR: z.string({ error: 'is required: the folder of the chart' }).min(1),
  /** The built screens. */
  KIOSK_RENDERER_DIR: z
    .string()
    .min(1)
    .default(join(import.meta.dirname, '../../dist/renderer')),
  /** Opens Chromium and keeps it open; `none` leaves that to others. */
  KIOSK_SHELL: z.enum(['fullscreen', 'window', 'none']).default('none'),
  KIOSK_CHROMIUM: z.string().min(1).default('/usr/bin/chromium'),
  /** More flags for Chromium, separated by spaces. */
  KIOSK_SHELL_FLAGS: z.string().default(''),
  /** Checked by the store, which uses it; here it is for what the screens may connect to. */
  KIOSK_HUB_URL: z.string().optional(),
  KIOSK_LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug']).default('info'),
});
export type HostConfig = z.infer<typeof HostConfig>;

/** The settings, or one line that names the one that is wrong. An empty variable counts as unset. */
export function readHostConfig(
  environment: Record<string, string | undefined>,
): { readonly ok: true; readonly config: HostConfig } | { readonly ok: false; readonly line: string } {
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = HostConfig.safeParse(set);
  if (parsed.success) return { ok: true, config: parsed.data };
  const issue = parsed.error.issues[0];
  return { ok: false, line: `${issue?.path.join('.') ?? 'environment'}: ${issue?.message ?? 'is wrong'}` };
}
