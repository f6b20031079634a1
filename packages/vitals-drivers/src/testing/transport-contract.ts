import { afterEach, describe, expect, it } from 'vitest';
import { type Connection, type Transport } from '../transport.ts';
import { joined } from './chunks.ts';

/** The far end of a line, so that the suite can play the device. */
export interface FarEnd {
  readonly transport: Transport;
  /** Sends to everyone who has the line open. */
  send(bytes: Uint8Array): void;
  /** Resolves with what the device was sent, once it is at least so many bytes. */
  received(byteCount: number): Promise<Uint8Array>;
  /** Closes the line from the device's side. */
  hangUp(): void;
  /** A transport to a place where nothing is. */
  readonly nowhere: Transport;
  stop(): Promise<void>;
}

/** What every transport promises. */
export function describeTransportContract(name: string, start: () => Promise<FarEnd>): void {
  describe(`transport contract: ${name}`, () => {
    const farEnds: FarEnd[] = [];
    const opened = async () => {
      const farEnd = await start();
      farEnds.push(farEnd);
      return { farEnd, connection: await farEnd.transport.open(new AbortController().signal) };
    };
    afterEach(async () => {
      for (const farEnd of farEnds.splice(0)) await farEnd.stop();
    });

    it('brings the bytes of the device, in order and all of them', async () => {
      const { farEnd, connection } = await opened();
      const sent = Uint8Array.from({ length: 3_000 }, (_, index) => index % 251);
      farEnd.send(sent.subarray(0, 1_000));
      farEnd.send(sent.subarray(1_000));
      expect(await take(connection, sent.length)).toEqual(sent);
      await connection.close();
    });

    it('brings bytes to the device', async () => {
      const { farEnd, connection } = await opened();
      await connection.write(Uint8Array.of(0x02, 0x70, 0x03));
      expect(await farEnd.received(3)).toEqual(Uint8Array.of(0x02, 0x70, 0x03));
      await connection.close();
    });

    it('ends the bytes when it is closed, and can be closed twice', async () => {
      const { connection } = await opened();
      const ended = take(connection, 1);
      await connection.close();
      await connection.close();
      expect(await ended).toEqual(new Uint8Array());
    });

    it('fails to write with DEVICE_LOST after it was closed', async () => {
      const { connection } = await opened();
      await connection.close();
      await expect(connection.write(Uint8Array.of(1))).rejects.toMatchObject({ code: 'DEVICE_LOST' });
    });

    it('can be opened again', async () => {
      const { farEnd, connection } = await opened();
      await connection.close();
      const again = await farEnd.transport.open(new AbortController().signal);
      farEnd.send(Uint8Array.of(7));
      expect(await take(again, 1)).toEqual(Uint8Array.of(7));
      await again.close();
    });

    it('fails with DEVICE_LOST where nothing is', async () => {
      const farEnd = await start();
      farEnds.push(farEnd);
      const opening = farEnd.nowhere.open(new AbortController().signal);
      await expect(opening).rejects.toMatchObject({ code: 'DEVICE_LOST' });
    });

    it('fails with DEVICE_LOST when opening is given up', async () => {
      const farEnd = await start();
      farEnds.push(farEnd);
      const opening = farEnd.transport.open(AbortSignal.abort());
      await expect(opening).rejects.toMatchObject({ code: 'DEVICE_LOST' });
    });
  });
}

/**
 * What a transport promises on top when it can tell that the far end closed the line. Where that looks
 * like silence (a pty, many USB adapters), only the supervisor's watch finds it.
 */
export function describeHangUpContract(name: string, start: () => Promise<FarEnd>): void {
  describe(`hang-up contract: ${name}`, () => {
    it('ends the bytes when the device hangs up', async () => {
      const farEnd = await start();
      const connection = await farEnd.transport.open(new AbortController().signal);
      const ended = take(connection, 1);
      farEnd.hangUp();
      expect(await ended).toEqual(new Uint8Array());
      await farEnd.stop();
    });
  });
}

/** Reads until so many bytes have come, or the line ends. */
async function take(connection: Connection, byteCount: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let taken = 0;
  for await (const chunk of connection.bytes) {
    chunks.push(chunk);
    taken += chunk.length;
    if (taken >= byteCount) break;
  }
  return joined(chunks);
}
