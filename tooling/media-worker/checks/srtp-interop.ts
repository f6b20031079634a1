import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { createWorker, type types } from 'mediasoup';
import {
  deriveKeys,
  protectRtp,
  type SessionKeys,
  type Suite,
  SUITES,
  unprotectRtcp,
  unprotectRtp,
} from './srtp.ts';

const PACKETS = 200;
const SEND_EVERY_MS = 10;
const LIMIT_MS = 30_000;
const LOOPBACK = '127.0.0.1';
const SSRC = 0x11223344;
const PAYLOAD_TYPE = 100;
const SENDER_REPORT = 200;
const OPUS = {
  mimeType: 'audio/opus',
  clockRate: 48_000,
  channels: 2,
} as const satisfies Partial<types.RtpCodecParameters>;

/**
 * Sends packets of an independent SRTP through the worker and reads what comes out, with all four
 * cipher suites. Tampered, repeated and cut packets go with them and must not come out.
 *
 * @throws AssertionError, or Error when it does not end
 */
export async function checkSrtp(workerBin: string): Promise<void> {
  const worker = await createWorker({ logLevel: 'none', workerBin });
  try {
    const router = await worker.createRouter({
      mediaCodecs: [{ kind: 'audio', preferredPayloadType: PAYLOAD_TYPE, ...OPUS }],
    });
    const suites = Object.entries(SUITES) as [types.SrtpCryptoSuite, Suite][];
    await Promise.all(suites.map(([name, suite]) => checkSuite(router, name, suite)));
  } finally {
    worker.close();
  }
}

async function checkSuite(router: types.Router, name: types.SrtpCryptoSuite, suite: Suite): Promise<void> {
  const newKey = (): Buffer => randomBytes(suite.keyBytes + suite.saltBytes);
  const [near, far] = await Promise.all([openSocket(), openSocket()]);
  const [nearKey, farKey] = [newKey(), newKey()];
  const listen = {
    listenInfo: { protocol: 'udp', ip: LOOPBACK },
    rtcpMux: true,
    enableSrtp: true,
    srtpCryptoSuite: name,
  } as const;
  const transportIn = await router.createPlainTransport({ ...listen, comedia: true });
  const transportOut = await router.createPlainTransport(listen);
  await transportIn.connect({ srtpParameters: { cryptoSuite: name, keyBase64: nearKey.toString('base64') } });
  await transportOut.connect({
    ip: LOOPBACK,
    port: far.address().port,
    srtpParameters: { cryptoSuite: name, keyBase64: farKey.toString('base64') },
  });
  const producer = await transportIn.produce({
    kind: 'audio',
    rtpParameters: {
      codecs: [{ ...OPUS, payloadType: PAYLOAD_TYPE }],
      encodings: [{ ssrc: SSRC }],
    },
  });
  const consumer = await transportOut.consume({
    producerId: producer.id,
    rtpCapabilities: router.rtpCapabilities,
  });
  const workerKey = Buffer.from(transportOut.srtpParameters?.keyBase64 ?? '', 'base64');
  const arrived = collect(far, suite, deriveKeys(suite, workerKey), consumer);
  await send(near, transportIn.tuple.localPort, suite, deriveKeys(suite, nearKey));
  const payloads = await arrived;
  assert.deepEqual(
    payloads,
    Array.from({ length: PACKETS }, (_, at) => payloadOf(at)),
    name,
  );
  for (const socket of [near, far]) socket.close();
}

async function openSocket(): Promise<Socket> {
  const socket = createSocket('udp4');
  await new Promise<void>(resolve => socket.bind(0, LOOPBACK, resolve));
  return socket;
}

const payloadOf = (at: number): string => `payload ${at} ${'z'.repeat(at * 5)}`;

/** The payloads that came out, once the last one and a report of the worker are there. */
function collect(
  socket: Socket,
  suite: Suite,
  keys: SessionKeys,
  consumer: types.Consumer,
): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const payloads: string[] = [];
    let reports = 0;
    const late = setTimeout(
      () => reject(new Error(`${payloads.length} of ${PACKETS} packets, ${reports} reports in time`)),
      LIMIT_MS,
    );
    socket.on('message', packet => {
      try {
        if (isRtcp(packet)) {
          checkReport(unprotectRtcp(suite, keys, packet), consumer);
          reports += 1;
        } else payloads.push(unprotectRtp(suite, keys, packet).toString('latin1'));
      } catch (error) {
        reject(error as Error);
      }
      if (payloads.at(-1) !== payloadOf(PACKETS - 1) || reports === 0) return;
      clearTimeout(late);
      resolve(payloads);
    });
  });
}

/** RFC 5761, 4: packet types of RTCP share the byte with marker and payload type. */
function isRtcp(packet: Buffer): boolean {
  const type = packet.readUInt8(1);
  return type >= 192 && type <= 223;
}

function checkReport(packet: Buffer, consumer: types.Consumer): void {
  assert.equal(packet.readUInt8(1), SENDER_REPORT);
  assert.equal(packet.readUInt32BE(4), consumer.rtpParameters.encodings?.[0]?.ssrc);
}

async function send(socket: Socket, port: number, suite: Suite, keys: SessionKeys): Promise<void> {
  for (let at = 0; at < PACKETS; at += 1) {
    const packet = protectRtp(suite, keys, Buffer.concat([headerOf(at), Buffer.from(payloadOf(at))]));
    const tampered = Buffer.from(packet);
    const flippedAt = [packet.length - 1, 13, 5][at % 3]!; // In the tag, the payload, the header.
    tampered.writeUInt8(tampered.readUInt8(flippedAt) ^ 1, flippedAt);
    for (const bytes of [tampered, packet, packet, packet.subarray(0, 12 + (at % 8))])
      socket.send(bytes, port, LOOPBACK);
    // oxlint-disable-next-line no-await-in-loop -- a stream, not a burst
    await new Promise(resolve => setTimeout(resolve, SEND_EVERY_MS));
  }
}

function headerOf(at: number): Buffer {
  const header = Buffer.alloc(12);
  header.writeUInt8(0x80, 0);
  header.writeUInt8(PAYLOAD_TYPE, 1);
  header.writeUInt16BE(1_000 + at, 2);
  header.writeUInt32BE(960 * at, 4);
  header.writeUInt32BE(SSRC, 8);
  return header;
}
