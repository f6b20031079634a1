import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Bleno, type Property, withBindings } from '@stoprocent/bleno';
import { assert } from '@shimabashi/contracts';
import { GattRefusal } from '../gatt/gatt-link.ts';
import { type SimulatedCharacteristic, type SimulatedPeripheral } from '../simulator/gatt/peripheral.ts';
import { ended } from './message-bus.ts';

const SHIM = new URL('btvirt-shim.c', import.meta.url).pathname;
const PROGRAMS = ['btvirt', 'socat', 'gcc'];

/** Whether this machine can emulate controllers (Debian: `bluez-test-tools`, `socat`, `gcc`, `libc6-dev`). */
export const hasVirtualRadio: boolean = PROGRAMS.every(
  program => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0,
);

/** Emulated controllers that hear each other, each on a serial port of its own. */
export interface VirtualAir {
  /** A new controller. Answers the serial port where it speaks HCI. */
  controller(): Promise<string>;
  stop(): Promise<void>;
}

/** Starts BlueZ's controller emulator (`btvirt`), which needs no Bluetooth in the kernel. */
export async function startVirtualAir(): Promise<VirtualAir> {
  const folder = await mkdtemp(join(tmpdir(), 'shimabashi-air-'));
  const shim = join(folder, 'shim.so');
  const compiled = spawnSync('gcc', ['-shared', '-fPIC', '-o', shim, SHIM, '-ldl'], { encoding: 'utf8' });
  assert(compiled.status === 0, `the shim compiles: ${compiled.stderr}`);
  const children: ChildProcess[] = [];
  const start = (program: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}) => {
    children.push(spawn(program, args, { stdio: 'ignore', env: { ...process.env, ...environment } }));
  };
  start('btvirt', ['-s'], { LD_PRELOAD: shim, BTVIRT_FOLDER: folder });
  const socket = join(folder, 'bt-server-bredrle');
  await appears(socket);
  let controllers = 0;
  return {
    controller: async () => {
      controllers += 1;
      const link = join(folder, `${controllers}.tty`);
      start('socat', [`pty,raw,echo=0,link=${link}`, `UNIX-CONNECT:${socket}`]);
      await appears(link);
      return link;
    },
    stop: async () => {
      for (const child of children.toReversed()) await ended(child);
      await rm(folder, { recursive: true });
    },
  };
}

/** A simulated device on an emulated controller. */
export interface RadioPeripheral {
  readonly address: string;
  hangUp(): void;
  stop(): void;
}

/** Plays a device: it advertises, is connected to, and answers. */
export async function playPeripheral(
  port: string,
  peripheral: SimulatedPeripheral,
): Promise<RadioPeripheral> {
  const bleno = withBindings('hci', {
    hciDriver: 'uart',
    bindParams: { uart: { port, baudRate: 115_200, flowControl: false } },
  });
  await bleno.waitForPoweredOnAsync(10_000);
  const services = [...new Set(peripheral.characteristics.map(({ service }) => service))];
  await bleno.setServicesAsync(
    services.map(
      service =>
        new bleno.PrimaryService({
          uuid: short(service),
          characteristics: peripheral.characteristics
            .filter(has => has.service === service)
            .map(has => characteristicOf(bleno, has)),
        }),
    ),
  );
  await bleno.startAdvertisingAsync(peripheral.name, peripheral.services.map(short));
  return {
    address: bleno.address.toLowerCase(),
    hangUp: () => bleno.disconnect(),
    stop: () => bleno.stop(),
  };
}

const PROPERTY: Readonly<Record<string, Property>> = { 'write-without-response': 'writeWithoutResponse' };
const ATT_READ_NOT_PERMITTED = 0x02;
const ATT_SUCCESS = 0x00;

function characteristicOf(bleno: Bleno, has: SimulatedCharacteristic) {
  let unsubscribe = () => {};
  // An indication must be confirmed before the next is sent; bleno keeps no queue of its own.
  const waiting: Uint8Array[] = [];
  let send: ((value: Buffer) => void) | undefined;
  let inFlight = false;
  const next = () => {
    const value = inFlight ? undefined : waiting.shift();
    if (value === undefined || send === undefined) return;
    inFlight = true;
    send(Buffer.from(value));
  };
  const sent = () => {
    inFlight = false;
    setImmediate(next);
  };
  return new bleno.Characteristic({
    uuid: short(has.characteristic),
    properties: has.properties.map(property => PROPERTY[property] ?? (property as Property)),
    onReadRequest: (_handle, offset, answer) => {
      answered(
        code => answer(code, Buffer.alloc(0)),
        () => {
          answer(ATT_SUCCESS, Buffer.from(has.read?.() ?? []).subarray(offset));
        },
      );
    },
    onWriteRequest: (_handle, data, _offset, withoutResponse, answer) => {
      answered(answer, () => {
        has.write?.(Uint8Array.from(data));
        if (!withoutResponse || answer !== undefined) answer(ATT_SUCCESS);
      });
    },
    onSubscribe: (_handle, _size, update) => {
      send = update;
      inFlight = false;
      waiting.length = 0;
      const stop = has.subscribe?.(value => {
        waiting.push(value);
        next();
      });
      unsubscribe = stop ?? (() => {});
    },
    onUnsubscribe: () => {
      send = undefined;
      unsubscribe();
    },
    onIndicate: sent,
    onNotify: sent,
  });
}

function answered(refuse: (code: number) => void, work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof GattRefusal)) throw error;
    refuse(ATT_READ_NOT_PERMITTED);
  }
}

/** bleno wants assigned numbers short. */
function short(uuid: string): string {
  return uuid.endsWith('-0000-1000-8000-00805f9b34fb') ? uuid.slice(4, 8) : uuid.replaceAll('-', '');
}

async function appears(path: string): Promise<void> {
  for (let tries = 0; !existsSync(path); tries += 1) {
    assert(tries < 500, `${path} appears`);
    await new Promise(resolve => {
      setTimeout(resolve, 10);
    });
  }
}
