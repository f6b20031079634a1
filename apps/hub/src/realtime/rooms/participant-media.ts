import {
  AppError,
  type MediaSource,
  type Participant,
  type RemoteDataProducer,
  type RemoteProducer,
  type RoomContract,
  type RoomRow,
  type RowRequest,
  type RowResponse,
} from '@shimabashi/contracts';
import { type types } from 'mediasoup';
import { mediaCall, mediaIsRestarting } from '../media/media-call.ts';
import { type RoomRouter } from '../media/workers.ts';
import { type MediaMeter } from './media-meter.ts';

/** Largest message of a data channel, in bytes. A full block of samples is about 25 kB. */
const DATA_MESSAGE_BYTES_MAX = 65_536;
/**
 * How the worker sends vitals on. On an unordered channel it sends nothing again, and without a lifetime
 * it drops what the line does not take at once (`Transport::SendSctpMessage`, 3.27.1): in Chromium none of
 * 50 messages of 5 kB arrived, with half a second all of 50, also of 60 kB. After that the next is better.
 */
const VITALS_GO_OUT = { ordered: false, maxPacketLifeTime: 500 };
/** Three layers of simulcast, and one to spare. */
const ENCODINGS_MAX = 4;
const CONSUMERS_MAX = 16;
const DATA_CONSUMERS_MAX = 4;

/** Who may send what. The examination camera stands beside the patient, and so do the monitors. */
const MAY_PRODUCE: Readonly<Record<Participant['kind'], readonly MediaSource[]>> = {
  kiosk: ['microphone', 'face-camera', 'exam-camera'],
  doctor: ['microphone', 'face-camera'],
};

type Request<Row extends RoomRow> = RowRequest<RoomContract, Row>;
type Response<Row extends RoomRow> = RowResponse<RoomContract, Row>;
type Direction = Request<'transport.create'>['direction'];

/** What the others in the room are told. */
export interface MediaNews {
  producer(producer: RemoteProducer): void;
  producerClosed(producerId: string): void;
  dataProducer(dataProducer: RemoteDataProducer): void;
  dataProducerClosed(dataProducerId: string): void;
}

/** What the others in the room send, of which there is no more than this. */
export interface OthersMedia {
  hasProducer(producerId: string): boolean;
  hasDataProducer(dataProducerId: string): boolean;
}

/**
 * Everything that one participant has in the router: one transport a direction, at most one producer a
 * source. Who makes a second one gets it in place of the first, so nothing piles up.
 *
 * Before the room is open, everything is made, and what the others send stays where it is.
 */
export class ParticipantMedia {
  readonly #participant: Participant;
  readonly #place: RoomRouter;
  readonly #news: MediaNews;
  readonly #others: OthersMedia;
  readonly #meter: MediaMeter;
  readonly #isOpen: () => boolean;
  readonly #transports = new Map<Direction, types.WebRtcTransport>();
  readonly #producers = new Map<MediaSource, types.Producer>();
  readonly #consumers = new Map<string, types.Consumer>();
  readonly #dataConsumers = new Map<string, types.DataConsumer>();
  /** Asked to flow before the room was open. */
  readonly #held = new Set<types.Consumer>();
  #dataProducer: types.DataProducer | undefined;
  #closed = false;

  constructor(deps: {
    participant: Participant;
    place: RoomRouter;
    news: MediaNews;
    others: OthersMedia;
    meter: MediaMeter;
    isOpen: () => boolean;
  }) {
    this.#participant = deps.participant;
    this.#place = deps.place;
    this.#news = deps.news;
    this.#others = deps.others;
    this.#meter = deps.meter;
    this.#isOpen = deps.isOpen;
  }

  get producers(): RemoteProducer[] {
    return [...this.#producers].map(([source, producer]) => this.#remote(source, producer));
  }

  get dataProducers(): RemoteDataProducer[] {
    return this.#dataProducer === undefined ? [] : [this.#remoteData(this.#dataProducer)];
  }

  /** The room is open: what was asked for flows. */
  open(): void {
    const waiting = [...this.#held, ...this.#dataConsumers.values()];
    this.#held.clear();
    // One that does not take it has gone with its transport or its worker, which is told by itself.
    for (const consumer of waiting) void mediaCall(() => consumer.resume()).catch(() => {});
  }

  /** Its transports and all on them are gone; the others are told of its producers. */
  close(): void {
    this.#closed = true;
    for (const transport of this.#transports.values()) transport.close();
    this.#transports.clear();
  }

  async createTransport({ direction }: Request<'transport.create'>): Promise<Response<'transport.create'>> {
    this.#transports.get(direction)?.close();
    const transport = await mediaCall(() =>
      this.#place.router.createWebRtcTransport({
        webRtcServer: this.#place.webRtcServer,
        preferUdp: true,
        enableSctp: true,
        maxReceiveMessageSize: DATA_MESSAGE_BYTES_MAX,
        maxSendMessageSize: DATA_MESSAGE_BYTES_MAX,
      }),
    );
    if (this.#closed) {
      transport.close();
      throw mediaIsRestarting();
    }
    this.#transports.set(direction, transport);
    transport.observer.once('close', () => {
      if (this.#transports.get(direction) === transport) this.#transports.delete(direction);
    });
    const { id: transportId, iceParameters, iceCandidates, dtlsParameters, sctpParameters } = transport;
    return {
      transportId,
      iceParameters,
      iceCandidates,
      dtlsParameters,
      // Asked for with `enableSctp`, so it is there.
      sctpParameters: sctpParameters ?? {},
    };
  }

  async connectTransport(wanted: Request<'transport.connect'>): Promise<Response<'transport.connect'>> {
    const transport = this.#transport(wanted.transportId);
    const dtlsParameters = unchecked<types.DtlsParameters>(wanted.dtlsParameters);
    await mediaCall(() => transport.connect({ dtlsParameters }));
    return {};
  }

  async restartIce(wanted: Request<'transport.restart-ice'>): Promise<Response<'transport.restart-ice'>> {
    const transport = this.#transport(wanted.transportId);
    return { iceParameters: await mediaCall(() => transport.restartIce()) };
  }

  async produce(wanted: Request<'producer.create'>): Promise<Response<'producer.create'>> {
    const { source, kind } = wanted;
    if (!MAY_PRODUCE[this.#participant.kind].includes(source))
      throw new AppError('FORBIDDEN', `This participant does not send ${source}.`);
    if ((source === 'microphone') !== (kind === 'audio'))
      throw badRequest('The source is of the other kind.');
    const transport = this.#transport(wanted.transportId, 'send');
    const rtpParameters = unchecked<types.RtpParameters>(wanted.rtpParameters);
    if ((rtpParameters.encodings?.length ?? 0) > ENCODINGS_MAX) throw badRequest('Too many encodings.');
    this.#producers.get(source)?.close();
    const producer = await mediaCall(() => transport.produce({ kind, rtpParameters }));
    this.#producers.set(source, producer);
    this.#meter.watch(producer, 'received', kind);
    producer.observer.once('close', () => {
      if (this.#producers.get(source) === producer) this.#producers.delete(source);
      this.#news.producerClosed(producer.id);
    });
    this.#news.producer(this.#remote(source, producer));
    return { producerId: producer.id };
  }

  async pauseProducer({
    producerId,
    isPaused,
  }: Request<'producer.pause'>): Promise<Response<'producer.pause'>> {
    const [source, producer] = this.#producer(producerId);
    await mediaCall(() => (isPaused ? producer.pause() : producer.resume()));
    this.#news.producer(this.#remote(source, producer));
    return {};
  }

  closeProducer({ producerId }: Request<'producer.close'>): Response<'producer.close'> {
    this.#producer(producerId)[1].close();
    return {};
  }

  async consume(wanted: Request<'consumer.create'>): Promise<Response<'consumer.create'>> {
    const { producerId } = wanted;
    if (!this.#others.hasProducer(producerId)) throw notFound();
    if (this.#consumers.size >= CONSUMERS_MAX) throw badRequest('Too many consumers.');
    const transport = this.#transport(wanted.transportId, 'receive');
    const rtpCapabilities = unchecked<types.RtpCapabilities>(wanted.rtpCapabilities);
    const consumer = await mediaCall(() => transport.consume({ producerId, rtpCapabilities, paused: true }));
    this.#consumers.set(consumer.id, consumer);
    this.#meter.watch(consumer, 'sent', consumer.kind);
    consumer.observer.once('close', () => {
      this.#consumers.delete(consumer.id);
      this.#held.delete(consumer);
    });
    const { id: consumerId, kind, rtpParameters } = consumer;
    return { consumerId, producerId, kind, rtpParameters };
  }

  async resumeConsumer({ consumerId }: Request<'consumer.resume'>): Promise<Response<'consumer.resume'>> {
    const consumer = this.#consumer(consumerId);
    if (this.#isOpen()) await mediaCall(() => consumer.resume());
    else this.#held.add(consumer);
    return {};
  }

  async preferConsumer(wanted: Request<'consumer.prefer'>): Promise<Response<'consumer.prefer'>> {
    const { priority, spatialLayer } = wanted;
    const consumer = this.#consumer(wanted.consumerId);
    await mediaCall(() => consumer.setPriority(priority));
    await mediaCall(() => consumer.setPreferredLayers({ spatialLayer }));
    return {};
  }

  async produceData(wanted: Request<'data-producer.create'>): Promise<Response<'data-producer.create'>> {
    if (this.#participant.kind !== 'kiosk')
      throw new AppError('FORBIDDEN', 'This participant has no monitors.');
    const transport = this.#transport(wanted.transportId, 'send');
    const sctpStreamParameters = unchecked<types.SctpStreamParameters>(wanted.sctpStreamParameters);
    // An old number that is sent again would hold up the new one.
    if (sctpStreamParameters.ordered !== false || sctpStreamParameters.maxRetransmits !== 0)
      throw badRequest('Vitals go unordered and without retransmission.');
    this.#dataProducer?.close();
    const { label } = wanted;
    const producer = await mediaCall(() => transport.produceData({ sctpStreamParameters, label }));
    this.#dataProducer = producer;
    this.#meter.watch(producer, 'received', 'data');
    producer.observer.once('close', () => {
      if (this.#dataProducer === producer) this.#dataProducer = undefined;
      this.#news.dataProducerClosed(producer.id);
    });
    this.#news.dataProducer(this.#remoteData(producer));
    return { dataProducerId: producer.id };
  }

  async consumeData(wanted: Request<'data-consumer.create'>): Promise<Response<'data-consumer.create'>> {
    const { dataProducerId } = wanted;
    if (!this.#others.hasDataProducer(dataProducerId)) throw notFound();
    if (this.#dataConsumers.size >= DATA_CONSUMERS_MAX) throw badRequest('Too many data consumers.');
    const transport = this.#transport(wanted.transportId, 'receive');
    const consumer = await mediaCall(() =>
      transport.consumeData({ dataProducerId, ...VITALS_GO_OUT, paused: true }),
    );
    this.#dataConsumers.set(consumer.id, consumer);
    if (this.#isOpen()) await mediaCall(() => consumer.resume());
    this.#meter.watch(consumer, 'sent', 'data');
    consumer.observer.once('close', () => this.#dataConsumers.delete(consumer.id));
    return {
      dataConsumerId: consumer.id,
      dataProducerId,
      sctpStreamParameters: consumer.sctpStreamParameters ?? {},
      label: 'vitals',
    };
  }

  #transport(transportId: string, direction?: Direction): types.WebRtcTransport {
    const found = [...this.#transports].find(([, { id }]) => id === transportId);
    if (found === undefined) throw notFound();
    if (direction !== undefined && found[0] !== direction)
      throw badRequest('The transport is of the other direction.');
    return found[1];
  }

  #producer(producerId: string): [MediaSource, types.Producer] {
    const found = [...this.#producers].find(([, { id }]) => id === producerId);
    if (found === undefined) throw notFound();
    return found;
  }

  #consumer(consumerId: string): types.Consumer {
    const consumer = this.#consumers.get(consumerId);
    if (consumer === undefined) throw notFound();
    return consumer;
  }

  #remote(source: MediaSource, { id, kind, paused }: types.Producer): RemoteProducer {
    const { participantId } = this.#participant;
    return { producerId: id, participantId, kind, source, isPaused: paused };
  }

  #remoteData({ id }: types.DataProducer): RemoteDataProducer {
    return { dataProducerId: id, participantId: this.#participant.participantId, label: 'vitals' };
  }
}

/** Parameters whose size the contract bounds and whose content mediasoup checks (`mediaCall`). */
function unchecked<Parameters>(parameters: Record<string, unknown>): Parameters {
  return parameters as Parameters;
}

const badRequest = (message: string): AppError => new AppError('BAD_REQUEST', message);
/** Also for what is in another room: that it exists is nobody's business. */
const notFound = (): AppError => new AppError('NOT_FOUND', 'There is no such thing in this room.');
