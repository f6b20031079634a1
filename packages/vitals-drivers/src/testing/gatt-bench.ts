import { type DeviceStatus, type Sample } from '@shimabashi/contracts';
import { type NumericReading } from '../decoder.ts';
import { type GattDriver } from '../gatt/gatt-driver.ts';
import { type GattTransportOptions, gattTransport } from '../gatt/gatt-transport.ts';
import { type GattFacts } from '../gatt/session.ts';
import {
  type SimulatedGattDevice,
  simulatedGattDevice,
  type SimulatedGattOptions,
} from '../simulator/gatt/devices.ts';
import { type ShownTime } from '../simulator/gatt/encode.ts';
import { SimulatedPatient } from '../simulator/patient.ts';
import { Supervisor } from '../supervisor.ts';
import { manualClock } from './manual-clock.ts';
import { memoryRadio } from './memory-radio.ts';

export const BENCH_ADDRESS = 'c0:26:da:00:00:01';
/** 2026-11-22 09:05:00 in Tokyo. */
const BENCH_START_MS = Date.UTC(2026, 10, 22, 0, 5, 0);
export const BENCH_NOW: ShownTime = { year: 2026, month: 11, day: 22, hour: 9, minute: 5, second: 0 };

/** A simulated device, a radio in memory, and the supervisor on a clock that stands still. */
export function gattBench(
  driver: GattDriver,
  how: {
    readonly transport?: Partial<GattTransportOptions>;
    readonly device?: Partial<SimulatedGattOptions>;
    /** Whether somebody keeps records; true when left out. */
    readonly keepsRecords?: boolean;
    readonly build?: (options: SimulatedGattOptions) => SimulatedGattDevice;
  } = {},
) {
  const clock = manualClock(BENCH_START_MS);
  const radio = memoryRadio();
  const build = how.build ?? (options => simulatedGattDevice(driver.protocol, options));
  const device = build({
    patient: new SimulatedPatient(7, 'ramp'),
    shows: () => BENCH_NOW,
    ...how.device,
  });
  const samples: Sample[] = [];
  const kept: NumericReading[] = [];
  const facts: GattFacts[] = [];
  const failures: string[] = [];
  const statuses: DeviceStatus[] = [];
  const transport = gattTransport({
    link: radio.link,
    identity: { address: BENCH_ADDRESS },
    driver,
    timeZone: 'Asia/Tokyo',
    clock,
    ...(how.keepsRecords === false
      ? {}
      : { persist: async (numbers: readonly NumericReading[]) => void kept.push(...numbers) }),
    onFacts: known => facts.push(known),
    ...how.transport,
  });
  const supervisor = new Supervisor([{ deviceId: 'ble-1', name: 'Ward', driver, transport }], clock, {
    onSamples: batch => samples.push(...batch),
    onWaveform: () => {},
    onStatus: status => statuses.push(status),
    onWithdrawn: () => {},
    onSessionFailed: (_, error) => failures.push(error.code),
  });
  const stop = new AbortController();
  const ended = supervisor.run(stop.signal);
  return {
    clock,
    radio,
    device,
    samples,
    kept,
    facts,
    failures,
    statuses,
    ended,
    stop: () => stop.abort(),
    /** The device wakes up and is read. */
    switchOn: async () => {
      const off = radio.switchOn(BENCH_ADDRESS, device.peripheral);
      await clock.pass(1_000);
      return off;
    },
    /** What was measured, without the ids. */
    numbers: () =>
      samples.map(({ parameter, measured }) => [
        parameter,
        measured.status === 'measured' ? measured.value : measured.reason,
      ]),
  };
}
