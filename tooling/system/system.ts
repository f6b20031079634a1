import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Scenario, type Simulator, startSimulator } from '@shimabashi/vitals-drivers/simulator';
import { DEMO_CLINICS, DEMO_STAFF } from '../demo/people.ts';
import { demoOperations } from '../demo/population.ts';
import { chromiumPath } from '../machine.ts';
import { consoleDir, rendererDir, root } from '../paths.ts';
import { freePort } from './ports.ts';
import { startOnFreePort, type RunningProgram } from './process.ts';
import { type Relay, startRelay } from './relay.ts';

/** One island of a running system. */
export interface Kiosk {
  readonly clinicId: string;
  readonly port: number;
  readonly dataDir: string;
  readonly program: RunningProgram;
  /** The island's line to the mainland. */
  readonly line: Relay;
  /** The address of the screens with a one-time token, each time a new one. */
  openUrl(): string;
}

export interface System {
  readonly hub: {
    readonly port: number;
    readonly origin: string;
    readonly dataDir: string;
    readonly program: RunningProgram;
  };
  readonly kiosks: readonly Kiosk[];
  /** The first island's monitor, unless the caller plays it. */
  readonly monitor: Simulator | undefined;
  stop(): Promise<void>;
}

export interface SystemOptions {
  /** An empty folder for the data and logs of everything. */
  readonly dir: string;
  readonly seed: number;
  readonly islands: 1 | 2;
  /** One more kiosk in the first island's clinic: the last of `kiosks`. */
  readonly secondKiosk?: boolean;
  /** Wanted ports; any free ones where these are taken. */
  readonly ports?: { readonly hub: number; readonly kiosk: number; readonly monitor: number };
  readonly scenario?: Scenario;
  /** Port of a monitor that the caller plays; then none is started here. */
  readonly monitorPort?: number;
  /** More settings of the hub, such as the push service of a test. */
  readonly hubEnvironment?: Readonly<Record<string, string>>;
  /** More settings of every kiosk. Without one of its own each plays into a speaker that nobody hears. */
  readonly kioskEnvironment?: Readonly<Record<string, string>>;
  /** Flags for a Chromium window that the kiosk itself opens and keeps open; none is opened without. */
  readonly windowFlags?: readonly string[];
  /** Each island's line; a `startRelay` without. */
  readonly startLine?: (hubPort: () => number) => Promise<Relay>;
}

export const DEVICE_ID = 'nonin-0412';

/** Starts hub, islands and monitor as separate processes on this machine, with the demo's people. */
export async function startSystem(options: SystemOptions): Promise<System> {
  const { dir, seed } = options;
  const clinics = DEMO_CLINICS.slice(0, options.islands);
  const hubDir = join(dir, 'hub');
  mkdirSync(hubDir, { recursive: true });
  writeFileSync(join(dir, 'seed.json'), JSON.stringify(seedFile(clinics)));
  const hubEnvironment = {
    HUB_DATA_DIR: hubDir,
    HUB_SEED_FILE: join(dir, 'seed.json'),
    HUB_CONSOLE_DIR: consoleDir,
    // A second copy on this machine has ports of its own.
    HUB_MEDIA_PORT: '0',
    HUB_PUSH_SUBJECT: 'mailto:alerts@shioji-hospital.example',
    ...options.hubEnvironment,
  };
  importHistory({ dir, seed, clinicIds: clinics.map(clinic => clinic.clinicId), hubEnvironment });
  const { program: hub, port: hubPort } = await startOnFreePort(options.ports?.hub, port => ({
    name: 'hub',
    entry: join(root, 'apps/hub/src/main.ts'),
    environment: { ...hubEnvironment, HUB_PORT: String(port) },
    logFile: join(dir, 'hub.log'),
  }));

  const monitor =
    options.monitorPort === undefined
      ? await startSimulator({
          protocol: 'nonin-df2',
          scenario: options.scenario ?? 'normal',
          seed,
          to: { kind: 'tcp', port: await freePort(options.ports?.monitor) },
        })
      : undefined;
  const [first] = clinics;
  const places = [
    ...clinics.map(({ clinicId }) => ({ clinicId, name: 'キオスク 1', code: enrolmentCode(clinicId) })),
    ...(options.secondKiosk === true && first !== undefined
      ? [{ clinicId: first.clinicId, name: 'キオスク 2', code: spareEnrolmentCode(first.clinicId) }]
      : []),
  ];
  const kiosks = await Promise.all(
    places.map((place, index) =>
      startKiosk({
        options,
        place,
        folder: index < clinics.length ? place.clinicId : `${place.clinicId}-2`,
        wantedPort: options.ports === undefined ? undefined : options.ports.kiosk + index,
        hubPort,
        monitorPort: index === 0 ? (options.monitorPort ?? monitor?.port ?? undefined) : undefined,
      }),
    ),
  );
  return {
    hub: { port: hubPort, origin: `http://localhost:${hubPort}`, dataDir: hubDir, program: hub },
    kiosks,
    monitor,
    async stop() {
      await Promise.all(kiosks.map(kiosk => kiosk.program.stop()));
      await hub.stop();
      await Promise.all(kiosks.map(kiosk => kiosk.line.close()));
      await monitor?.stop();
    },
  };
}

async function startKiosk(deps: {
  options: SystemOptions;
  place: { readonly clinicId: string; readonly name: string; readonly code: string };
  /** Of its data, beneath that of everything. */
  folder: string;
  wantedPort: number | undefined;
  hubPort: number;
  monitorPort: number | undefined;
}): Promise<Kiosk> {
  const { options, folder } = deps;
  const { clinicId, name, code } = deps.place;
  const dataDir = join(options.dir, folder);
  mkdirSync(dataDir, { recursive: true });
  const devicesFile = join(options.dir, `${folder}-devices.json`);
  writeFileSync(
    devicesFile,
    JSON.stringify({ devices: deps.monitorPort === undefined ? [] : [monitorAt(deps.monitorPort)] }),
  );
  const line = await (options.startLine ?? startRelay)(() => deps.hubPort);
  const { program, port } = await startOnFreePort(deps.wantedPort, wanted => ({
    name: `kiosk ${folder}`,
    entry: join(root, 'apps/kiosk/src/host/main.ts'),
    environment: {
      KIOSK_PORT: String(wanted),
      KIOSK_DATA_DIR: dataDir,
      KIOSK_RENDERER_DIR: rendererDir,
      KIOSK_HUB_URL: `http://127.0.0.1:${line.port}`,
      KIOSK_ENROLMENT_CODE: code,
      KIOSK_NAME: name,
      KIOSK_DEVICES_FILE: devicesFile,
      KIOSK_SOUND_PLAYER: 'cat',
      ...options.kioskEnvironment,
      ...(options.windowFlags === undefined
        ? {}
        : {
            KIOSK_SHELL: 'window',
            KIOSK_CHROMIUM: chromiumPath() ?? '',
            KIOSK_SHELL_FLAGS: options.windowFlags.join(' '),
          }),
    },
    logFile: join(options.dir, `${folder}.log`),
  }));
  return {
    clinicId,
    port,
    dataDir,
    program,
    line,
    openUrl: () => `http://127.0.0.1:${port}/#token=${readFileSync(join(dataDir, 'door-token'), 'utf8')}`,
  };
}

function monitorAt(port: number): object {
  return {
    deviceId: DEVICE_ID,
    name: 'Nonin A-0412',
    protocol: 'nonin-df2',
    transport: { kind: 'tcp', host: '127.0.0.1', port },
  };
}

/** For one more kiosk of the first clinic, such as the packaged one. */
export const ELECTRON_ENROLMENT_CODE = 'demo-electron';

const enrolmentCode = (clinicId: string): string => `demo-${clinicId}`;
/** With which one more kiosk of the clinic may enrol, once. */
export const spareEnrolmentCode = (clinicId: string): string => `demo-${clinicId}-spare`;

function seedFile(clinics: typeof DEMO_CLINICS): object {
  return {
    practice: {
      name: '潮路市民病院 グループ診療',
      nameLatin: 'Shioji City Hospital group practice',
    },
    clinics: clinics.map(({ patients: _patients, ...clinic }) => clinic),
    staff: DEMO_STAFF.map(member => ({ ...member, clinicIds: clinics.map(clinic => clinic.clinicId) })),
    enrolmentCodes: [
      ...clinics.map(({ clinicId }) => ({ code: enrolmentCode(clinicId), clinicId, name: 'キオスク 1' })),
      ...clinics.map(({ clinicId }) => ({
        code: spareEnrolmentCode(clinicId),
        clinicId,
        name: 'キオスク 2',
      })),
      { code: ELECTRON_ENROLMENT_CODE, clinicId: clinics[0]!.clinicId, name: 'キオスク 2' },
    ],
  };
}

/** Years of history, brought in as a city would from the old system: by the hub's own import. */
function importHistory(deps: {
  dir: string;
  seed: number;
  clinicIds: readonly string[];
  hubEnvironment: Record<string, string>;
}): void {
  const file = join(deps.dir, 'history.ndjson');
  const operations = demoOperations({ seed: deps.seed, nowMs: Date.now() }).filter(operation =>
    deps.clinicIds.includes(operation.clinicId),
  );
  writeFileSync(file, operations.map(operation => JSON.stringify(operation)).join('\n'), { mode: 0o600 });
  const done = spawnSync(process.execPath, [join(root, 'apps/hub/src/import.ts'), file], {
    env: { ...process.env, ...deps.hubEnvironment },
    encoding: 'utf8',
  });
  if (done.status !== 0) throw new Error(`The import of the history failed: ${done.stderr.slice(-500)}`);
}
