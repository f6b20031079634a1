import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import * as z from 'zod';
import { AppError } from '@shimabashi/contracts';
import { isPushHost, PUSH_HOSTS } from './alerts/push-hosts.ts';
import { type MediaSettings } from './realtime/media/workers.ts';

/** What the hub is told before it starts. Paths are absolute. */
export interface HubConfig {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly dataDir: string;
  readonly keyFile: string;
  /** The built console, or undefined for a hub without one. */
  readonly consoleDir: string | undefined;
  readonly tls: { readonly certFile: string; readonly keyFile: string } | undefined;
  /** Where browsers find the console; empty means the loopback names at the port in use. */
  readonly publicOrigins: readonly string[];
  readonly seedFile: string | undefined;
  readonly media: MediaSettings;
  readonly alerts: {
    /** Whether this practice uses alerts at all. */
    readonly on: boolean;
    /** Whom push services may write to; undefined for a hub that pushes nothing. */
    readonly pushSubject: string | undefined;
    /** Hosts of push services, and origins of those inside the own network. */
    readonly pushHosts: readonly string[];
  };
  readonly logLevel: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';
}

const Path = z.string('must be a path').min(1, 'must be a path, not empty');

const PORT_RULE = 'must be a whole number from 0 to 65535';
const Port = z
  .union([z.number(), z.string().regex(/^\d{1,5}$/)], PORT_RULE)
  .transform(Number)
  .refine(port => Number.isInteger(port) && port >= 0 && port <= 65_535, PORT_RULE);

const ORIGIN_RULE = 'must be one or more origins such as https://hub.example, separated by commas';
const Origins = z
  .string(ORIGIN_RULE)
  .transform(text => text.split(',').map(part => part.trim()))
  .refine(origins => origins.every(isOrigin), ORIGIN_RULE);

const WORKERS_RULE = 'must be a whole number from 0 to 64';
const Workers = z
  .union([z.number(), z.string().regex(/^\d{1,2}$/)], WORKERS_RULE)
  .transform(Number)
  .refine(count => Number.isInteger(count) && count >= 0 && count <= 64, WORKERS_RULE);

const HostName = z
  .string('must be an address or a host name')
  .regex(/^[A-Za-z0-9.:-]+$/, 'must be an address or a host name');

const HOSTS_RULE = 'must be host names such as *.push.apple.com, or origins, separated by commas';
const PushHostList = z
  .string(HOSTS_RULE)
  .transform(text => text.split(',').map(part => part.trim()))
  .refine(hosts => hosts.every(isPushHost), HOSTS_RULE);

const SUBJECT_RULE = 'must be mailto: and an address that somebody reads';

/** Every setting, by its name in the environment and in the configuration file. */
const Settings = z.strictObject({
  HUB_HOST: HostName.default('127.0.0.1'),
  HUB_PORT: Port.default(47_080),
  HUB_DATA_DIR: z.string('is required: the folder of the databases').min(1, 'must be a path, not empty'),
  HUB_KEY_FILE: Path.optional(),
  HUB_CONSOLE_DIR: Path.optional(),
  HUB_TLS_CERT_FILE: Path.optional(),
  HUB_TLS_KEY_FILE: Path.optional(),
  HUB_PUBLIC_ORIGIN: Origins.optional(),
  HUB_SEED_FILE: Path.optional(),
  HUB_ALERTS: z.enum(['on', 'off'], 'must be on or off').default('on'),
  /** Push services refuse an address that cannot be one (Apple answers 403 to every push). */
  HUB_PUSH_SUBJECT: z
    .string(SUBJECT_RULE)
    .regex(/^mailto:[A-Za-z0-9._%+-]+@([A-Za-z0-9-]+\.)+[A-Za-z]{2,}$/, SUBJECT_RULE)
    .optional(),
  HUB_PUSH_HOSTS: PushHostList.default([...PUSH_HOSTS]),
  /** One core is left to the hub itself. */
  HUB_MEDIA_WORKERS: Workers.default(Math.max(1, availableParallelism() - 1)),
  HUB_MEDIA_PORT: Port.default(47_300),
  MEDIA_ANNOUNCED_ADDRESS: HostName.optional(),
  MEDIASOUP_WORKER_BIN: Path.optional(),
  HUB_LOG_LEVEL: z
    .enum(
      ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'],
      'must be one of trace, debug, info, warn, error, fatal, silent',
    )
    .default('info'),
});
type SettingName = keyof typeof Settings.shape;
const SETTING_NAMES = Object.keys(Settings.shape) as SettingName[];

/**
 * Reads the configuration: the JSON file that `HUB_CONFIG_FILE` names, then the environment, which
 * wins.
 *
 * @throws AppError `CONFIG_INVALID`; its message is one line with the name of the setting.
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): HubConfig {
  const file = environment['HUB_CONFIG_FILE'];
  const settings: Record<string, unknown> = file === undefined ? {} : readConfigFile(file);
  for (const name of SETTING_NAMES) {
    if (environment[name] !== undefined) settings[name] = environment[name];
  }
  const parsed = Settings.safeParse(settings);
  if (!parsed.success) {
    throw invalid(firstProblem(parsed.error));
  }
  return configOf(parsed.data);
}

function configOf(settings: z.infer<typeof Settings>): HubConfig {
  const { HUB_TLS_CERT_FILE: certFile, HUB_TLS_KEY_FILE: keyFile } = settings;
  if ((certFile === undefined) !== (keyFile === undefined)) {
    const [missing, given] =
      certFile === undefined
        ? ['HUB_TLS_CERT_FILE', 'HUB_TLS_KEY_FILE']
        : ['HUB_TLS_KEY_FILE', 'HUB_TLS_CERT_FILE'];
    throw invalid(`${missing}: is required together with ${given}`);
  }
  // D16: whoever can reach the hub from another machine must reach it encrypted.
  if (certFile === undefined && !isLoopback(settings.HUB_HOST)) {
    throw invalid('HUB_HOST: is not a loopback address; set HUB_TLS_CERT_FILE and HUB_TLS_KEY_FILE');
  }
  const dataDir = resolve(settings.HUB_DATA_DIR);
  return {
    host: settings.HUB_HOST,
    port: settings.HUB_PORT,
    dataDir,
    keyFile: resolve(settings.HUB_KEY_FILE ?? join(dataDir, 'chart.key')),
    consoleDir: resolved(settings.HUB_CONSOLE_DIR),
    tls:
      certFile === undefined || keyFile === undefined
        ? undefined
        : { certFile: resolve(certFile), keyFile: resolve(keyFile) },
    publicOrigins: settings.HUB_PUBLIC_ORIGIN ?? [],
    seedFile: resolved(settings.HUB_SEED_FILE),
    alerts: {
      on: settings.HUB_ALERTS === 'on',
      pushSubject: settings.HUB_PUSH_SUBJECT,
      pushHosts: settings.HUB_PUSH_HOSTS,
    },
    media: {
      workers: settings.HUB_MEDIA_WORKERS,
      port: settings.HUB_MEDIA_PORT,
      announcedAddress: settings.MEDIA_ANNOUNCED_ADDRESS,
      withLoopback: isLoopback(settings.HUB_HOST),
      workerBin: resolved(settings.MEDIASOUP_WORKER_BIN),
    },
    logLevel: settings.HUB_LOG_LEVEL,
  };
}

function readConfigFile(file: string): Record<string, unknown> {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw invalid(
      `HUB_CONFIG_FILE: ${error instanceof SyntaxError ? 'is not valid JSON' : 'cannot be read'}`,
    );
  }
  const parsed = z.record(z.string(), z.unknown()).safeParse(content);
  if (!parsed.success) {
    throw invalid('HUB_CONFIG_FILE: must hold one JSON object');
  }
  return parsed.data;
}

/** One line: the setting and what is wrong. The value stays out of it; it may be a secret. */
function firstProblem(error: z.ZodError): string {
  // A misspelt setting first: it is often the reason why another one is missing.
  const misspelt = error.issues.find(issue => issue.code === 'unrecognized_keys');
  if (misspelt !== undefined) {
    return `${misspelt.keys.join(', ')}: no such setting`;
  }
  const issue = error.issues[0];
  return `${issue?.path.join('.')}: ${issue?.message}`;
}

function invalid(message: string): AppError {
  return new AppError('CONFIG_INVALID', message);
}

function resolved(path: string | undefined): string | undefined {
  return path === undefined ? undefined : resolve(path);
}

function isOrigin(text: string): boolean {
  return URL.canParse(text) && /^https?:/.test(text) && new URL(text).origin === text;
}

/** Whether only this machine reaches a listener at `host`. */
export function isLoopback(host: string): boolean {
  if (host === 'localhost' || host === '::1') return true;
  const address = host.startsWith('::ffff:') ? host.slice('::ffff:'.length) : host;
  return isIP(address) === 4 && address.startsWith('127.');
}
