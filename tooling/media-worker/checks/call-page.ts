import { Device, type types } from 'mediasoup-client';

/** What the page may ask of the router, each answer in the words of mediasoup. */
export interface RouterAsk {
  capabilities: [unknown, types.RtpCapabilities];
  transport: [unknown, types.TransportOptions];
  connect: [{ transportId: string; dtlsParameters: types.DtlsParameters }, unknown];
  produce: [
    { transportId: string; kind: types.MediaKind; rtpParameters: types.RtpParameters },
    { id: string },
  ];
  produceData: [{ transportId: string; sctpStreamParameters: types.SctpStreamParameters }, { id: string }];
  consume: [
    { transportId: string; producerId: string; rtpCapabilities: types.RtpCapabilities },
    types.ConsumerOptions,
  ];
  consumeData: [{ transportId: string; dataProducerId: string }, types.DataConsumerOptions];
}

/** What came through: frames of video that were decoded, bytes of audio, a message there and back. */
export interface CallFigures {
  readonly framesDecoded: number;
  readonly audioBytes: number;
  readonly answer: string;
}

declare global {
  var askRouter: <Row extends keyof RouterAsk>(
    row: Row,
    body: RouterAsk[Row][0],
  ) => Promise<RouterAsk[Row][1]>;
  var callThroughRouter: () => Promise<CallFigures>;
}

const LOOK_EVERY_MS = 100;
const MESSAGE = 'there and back';

/** One end of the call, with a peer connection for each direction. */
class End {
  readonly #device: Device;
  readonly #send: types.Transport;
  readonly #receive: types.Transport;

  constructor(device: Device, send: types.Transport, receive: types.Transport) {
    this.#device = device;
    this.#send = send;
    this.#receive = receive;
    for (const transport of [send, receive]) {
      transport.on('connect', ({ dtlsParameters }, accept, refuse) => {
        askRouter('connect', { transportId: transport.id, dtlsParameters }).then(accept, refuse);
      });
    }
    send.on('produce', ({ kind, rtpParameters }, accept, refuse) => {
      askRouter('produce', { transportId: send.id, kind, rtpParameters }).then(accept, refuse);
    });
    send.on('producedata', ({ sctpStreamParameters }, accept, refuse) => {
      askRouter('produceData', { transportId: send.id, sctpStreamParameters }).then(accept, refuse);
    });
  }

  static async create(): Promise<End> {
    const device = await Device.factory();
    await device.load({ routerRtpCapabilities: await askRouter('capabilities', {}) });
    return new End(
      device,
      device.createSendTransport(await askRouter('transport', {})),
      device.createRecvTransport(await askRouter('transport', {})),
    );
  }

  produce(track: MediaStreamTrack): Promise<types.Producer> {
    return this.#send.produce({ track });
  }

  async produceData(): Promise<types.DataProducer> {
    const producer = await this.#send.produceData({ ordered: false, maxRetransmits: 0 });
    if (producer.readyState !== 'open') await new Promise<void>(resolve => producer.once('open', resolve));
    return producer;
  }

  async consume({ id: producerId }: types.Producer): Promise<types.Consumer> {
    const consumer = await this.#receive.consume(
      await askRouter('consume', {
        transportId: this.#receive.id,
        producerId,
        rtpCapabilities: this.#device.recvRtpCapabilities,
      }),
    );
    const sink = document.createElement('video');
    sink.muted = true;
    sink.srcObject = new MediaStream([consumer.track]);
    await sink.play();
    return consumer;
  }

  async consumeData({ id: dataProducerId }: types.DataProducer): Promise<types.DataConsumer> {
    return this.#receive.consumeData(
      await askRouter('consumeData', { transportId: this.#receive.id, dataProducerId }),
    );
  }
}

globalThis.callThroughRouter = async () => {
  const [near, far] = [await End.create(), await End.create()];
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
  const audio = await far.consume(await near.produce(stream.getAudioTracks()[0]!));
  const video = await far.consume(await near.produce(stream.getVideoTracks()[0]!));
  const figures = { framesDecoded: 0, audioBytes: 0, answer: await echo(near, far) };
  while (figures.framesDecoded === 0 || figures.audioBytes === 0) {
    figures.framesDecoded = await received(video, 'framesDecoded');
    figures.audioBytes = await received(audio, 'bytesReceived');
    await new Promise(resolve => setTimeout(resolve, LOOK_EVERY_MS));
  }
  return figures;
};

/** Sent over an unreliable channel, as live numbers are, so it is said again until it is answered. */
async function echo(near: End, far: End): Promise<string> {
  const [there, back] = [await near.produceData(), await far.produceData()];
  const [heardFar, heardNear] = [await far.consumeData(there), await near.consumeData(back)];
  heardFar.on('message', (message: string) => back.send(message));
  const answer = new Promise<string>(resolve => heardNear.on('message', resolve));
  const saying = setInterval(() => there.send(MESSAGE), LOOK_EVERY_MS);
  try {
    return await answer;
  } finally {
    clearInterval(saying);
  }
}

async function received(
  consumer: types.Consumer,
  figure: 'framesDecoded' | 'bytesReceived',
): Promise<number> {
  const reports = [...(await consumer.getStats()).values()] as Record<string, unknown>[];
  const inbound = reports.find(({ type }) => type === 'inbound-rtp');
  return Number(inbound?.[figure] ?? 0);
}
