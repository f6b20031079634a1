import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError, Sample } from '@shimabashi/contracts';
import { type Decoder, type NumericReading, type Reading } from '../decoder.ts';
import { type Codec, type Driver, readingsOf } from '../driver.ts';
import { type ReplayDevice, replayTransport } from '../transports/replay.ts';
import { type Connection } from '../transport.ts';
import { cuts, damage, damaged, splitAt } from './chunks.ts';

/** What a driver must bring to be tested. */
export interface DriverExample {
  /** Bytes of a device that give at least one number, several times over. */
  readonly goodStream: Uint8Array;
  /** The numbers in it, in the order in which they come. */
  readonly numbers: readonly (readonly [parameter: string, value: number])[];
  /** Bytes that are none of the protocol's, and enough to be noticed. */
  readonly badBytes: Uint8Array;
  /** What no reading of the device may ever be outside of. */
  readonly possible: Readonly<Record<string, readonly [low: number, high: number]>>;
}

/** What every driver promises. A new driver is done when this passes with its own bytes. */
export function describeDriverContract(driver: Driver, example: DriverExample): void {
  describe(`driver contract: ${driver.protocol}`, () => {
    it('states what it needs to be watched and connected', () => {
      expect(driver.protocol).toMatch(/^[a-z0-9][a-z0-9-]*$/);
      expect(driver.maxQuietMs).toBeGreaterThan(0);
      expect(driver.serial.baudRate).toBeGreaterThan(0);
    });

    it('gives the numbers of its example', () => {
      expect(numbersOf(decodeAll(driver, [example.goodStream]))).toEqual(example.numbers);
    });

    it('gives readings that fit the contract', () => {
      for (const reading of numericsOf(decodeAll(driver, [example.goodStream]))) {
        expect(Sample.shape.measured.safeParse(reading.measured).success).toBe(true);
        expect(Sample.shape.quality.safeParse(reading.quality).success).toBe(true);
        expect(Sample.shape.rawHex.safeParse(reading.rawHex).success).toBe(true);
        expect(Sample.shape.deviceTime.safeParse(reading.deviceTime).success).toBe(true);
        expect(reading.rawHex).not.toBe('');
      }
    });

    it('gives the same readings however the bytes are chopped', () => {
      const whole = decodeAll(driver, [example.goodStream]);
      fc.assert(
        fc.property(cuts, places => {
          expect(decodeAll(driver, splitAt(example.goodStream, places))).toEqual(whole);
        }),
      );
    });

    it('reports and skips what it cannot read, and goes on', async () => {
      const { goodStream, badBytes } = example;
      const readings = await playAndHangUp(driver, [goodStream, badBytes, goodStream]);
      expect(readings.some(reading => reading.kind === 'rejected')).toBe(true);
      expect(numbersOf(readings)).toEqual([...example.numbers, ...example.numbers]);
    });

    it('gives possible numbers or none for any bytes at all', () => {
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 400 }), bytes => {
          expect(impossibleOf(decodeAll(driver, [bytes]), example.possible)).toEqual([]);
          expect(impossibleOf(decodeFrames(driver, [bytes]), example.possible)).toEqual([]);
        }),
      );
    });

    it('gives possible numbers or none for damaged bytes', () => {
      fc.assert(
        fc.property(fc.array(damage, { minLength: 1, maxLength: 8 }), damages => {
          const bytes = [damaged(example.goodStream, damages)];
          expect(impossibleOf(decodeAll(driver, bytes), example.possible)).toEqual([]);
          expect(impossibleOf(decodeFrames(driver, bytes), example.possible)).toEqual([]);
        }),
      );
    });

    it('ends when it is aborted while the device is silent, and lets go of the line', async () => {
      const { connection, device, signal, abort } = await openLine();
      const ended = collect(driver, connection, signal);
      abort();
      await expect(ended).resolves.toEqual([]);
      expect(device.openLines).toBe(0);
    });

    it('ends with DEVICE_LOST when the device hangs up', async () => {
      const { connection, device, signal } = await openLine();
      const ended = collect(driver, connection, signal);
      device.send(example.goodStream);
      device.hangUp();
      await expect(ended).rejects.toMatchObject({ code: 'DEVICE_LOST' });
    });

    it('ends with DEVICE_LOST when the line breaks', async () => {
      const { connection, device, signal } = await openLine();
      const ended = collect(driver, connection, signal);
      device.breakLine();
      await expect(ended).rejects.toMatchObject({ code: 'DEVICE_LOST' });
      expect(device.openLines).toBe(0);
    });
  });
}

async function openLine(): Promise<{
  connection: Connection;
  device: ReplayDevice;
  signal: AbortSignal;
  abort: () => void;
}> {
  const session = new AbortController();
  const { transport, device } = replayTransport();
  const connection = await transport.open(session.signal);
  return { connection, device, signal: session.signal, abort: () => session.abort() };
}

async function collect(driver: Driver, connection: Connection, signal: AbortSignal): Promise<Reading[]> {
  const readings: Reading[] = [];
  for await (const batch of readingsOf({ driver, connection, signal })) readings.push(...batch);
  return readings;
}

/** Everything that a driver reads until the device hangs up. */
async function playAndHangUp(driver: Driver, chunks: readonly Uint8Array[]): Promise<Reading[]> {
  const { connection, device, signal } = await openLine();
  const readings: Reading[] = [];
  device.send(...chunks);
  device.hangUp();
  try {
    for await (const batch of readingsOf({ driver, connection, signal })) readings.push(...batch);
  } catch (error) {
    if (!(error instanceof AppError && error.code === 'DEVICE_LOST')) throw error;
  }
  return readings;
}

/** What a driver makes of bytes, without a line. */
export function decodeAll(driver: Codec, chunks: readonly Uint8Array[]): Reading[] {
  return decodeWith(driver, driver.createDecoder(), chunks);
}

/** What each single frame of them says, as an engineer sees it. */
export function decodeFrames(driver: Codec, chunks: readonly Uint8Array[]): Reading[] {
  return decodeWith(driver, driver.createFrameDecoder?.() ?? driver.createDecoder(), chunks);
}

function decodeWith(driver: Codec, decoder: Decoder, chunks: readonly Uint8Array[]): Reading[] {
  const framer = driver.createFramer();
  return [...chunks.flatMap(chunk => framer.push(chunk)), ...framer.end()].flatMap(framed =>
    decoder.decode(framed),
  );
}

export function numericsOf(readings: readonly Reading[]): NumericReading[] {
  return readings.filter(reading => reading.kind === 'numeric');
}

/** The numbers among readings, without the absent ones. */
export function numbersOf(readings: readonly Reading[]): [parameter: string, value: number][] {
  return numericsOf(readings).flatMap(({ parameter, measured }) =>
    measured.status === 'measured' ? [[parameter, measured.value] as [string, number]] : [],
  );
}

function impossibleOf(readings: readonly Reading[], possible: DriverExample['possible']): unknown[] {
  return numbersOf(readings).filter(([parameter, value]) => {
    const range = possible[parameter];
    return range === undefined || value < range[0] || value > range[1];
  });
}
