import { AppError } from '@shimabashi/contracts';
import { type Driver, type DriverClock, type SerialSettings } from './driver.ts';
import { DRIVERS } from './drivers/index.ts';
import { type Transport } from './transport.ts';

/** A place where a device of unknown protocol is. */
export interface Listenable {
  /** The line, set as the driver asks. */
  transport(driver: { readonly serial: SerialSettings }): Transport;
  /** Whether the settings make a difference. */
  readonly isSerial: boolean;
}

/** So long a device is listened to, in milliseconds: three numbers of those that speak once a second. */
const LISTEN_MS = 3_200;
/** Of the bytes heard, so many must belong to good frames. */
const SHARE_MIN = 0.8;

/**
 * Finds out which protocols fit what a device says: the best first, none when nothing does.
 *
 * First it listens, at every setting that a driver knows; then it asks as the drivers do that ask.
 * What it finds is a proposal: a device at a bed is enrolled with its protocol, once a person has seen that
 * its numbers are right.
 */
export async function detect(port: Listenable, signal: AbortSignal, clock: DriverClock): Promise<Driver[]> {
  for (const group of settingsOf(DRIVERS, port)) {
    const heard = await listen(port, group.settings, { signal, clock });
    const fitting = fittingOf(group.drivers, heard);
    if (fitting.length > 0) return fitting;
  }
  for (const driver of DRIVERS.filter(one => one.begin !== undefined && one.hid === undefined)) {
    const heard = await listen(port, driver.serial, { signal, clock, driver });
    if (fittingOf([driver], heard).length > 0) return [driver];
  }
  return [];
}

function settingsOf(
  drivers: readonly Driver[],
  port: Listenable,
): { settings: SerialSettings; drivers: Driver[] }[] {
  const groups = new Map<string, { settings: SerialSettings; drivers: Driver[] }>();
  for (const driver of drivers) {
    const key = port.isSerial ? JSON.stringify(driver.serial) : '';
    const group = groups.get(key) ?? { settings: driver.serial, drivers: [] };
    group.drivers.push(driver);
    groups.set(key, group);
  }
  return [...groups.values()];
}

interface Listening {
  readonly signal: AbortSignal;
  readonly clock: DriverClock;
  /** Who asks; nobody when left out. */
  readonly driver?: Driver;
}

async function listen(port: Listenable, settings: SerialSettings, how: Listening): Promise<Uint8Array> {
  if (how.signal.aborted) throw new AppError('DEVICE_LOST', 'Stopped.');
  const connection = await port.transport({ serial: settings }).open(how.signal);
  const end = how.driver?.begin?.(
    bytes => void connection.write(bytes).catch(() => connection.close()),
    how.clock,
  );
  const cancel = how.clock.after(LISTEN_MS, () => void connection.close());
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of connection.bytes) chunks.push(chunk);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
  }
  cancel();
  end?.();
  await connection.close();
  return Buffer.concat(chunks);
}

/** The drivers whose frames make up nearly all of the bytes, the most exact first. */
function fittingOf(drivers: readonly Driver[], heard: Uint8Array): Driver[] {
  const scored = drivers.map(driver => ({ driver, ...scoreOf(driver, heard) }));
  return scored
    .filter(({ share, numbers }) => share >= SHARE_MIN && numbers > 0)
    .toSorted((one, other) => other.share - one.share || one.rateError - other.rateError)
    .map(({ driver }) => driver);
}

function scoreOf(driver: Driver, heard: Uint8Array): { share: number; numbers: number; rateError: number } {
  const framer = driver.createFramer();
  const decoder = driver.createFrameDecoder?.() ?? driver.createDecoder();
  const framed = [...framer.push(heard), ...framer.end()];
  const good = framed.filter(one => one.kind === 'frame');
  const readings = framed.flatMap(one => decoder.decode(one));
  const bytes = good.reduce((sum, one) => sum + one.bytes.length, 0);
  const waves = readings.filter(({ kind }) => kind === 'waveform').length;
  // Frames of two makers may look alike, and come at different rates.
  const expected = ((driver.waveforms.pleth ?? 0) * LISTEN_MS) / 1_000;
  return {
    share: heard.length === 0 ? 0 : bytes / heard.length,
    numbers: readings.filter(({ kind }) => kind === 'numeric' || kind === 'statement').length,
    rateError: Math.abs(waves - expected) / Math.max(1, expected),
  };
}
