import { type MediaSource, MediaSource as MediaSourceSchema } from '@shimabashi/contracts';
import { Device, type types } from 'mediasoup-client';
import { OPUS_OPTIONS, SEND_PLANS } from './encodings.ts';
import {
  type ConsumedTrack,
  type ConsumerDescription,
  type CreateMediaDevice,
  type DataConsumerDescription,
  type DataOut,
  type Direction,
  type MediaDevice,
  type MediaParameters,
  type MediaTransport,
  type PictureSize,
  type PublishedTrack,
  type TransportDescription,
  type TransportHooks,
} from './media-device.ts';

/**
 * The WebRTC client of this browser, by mediasoup-client.
 *
 * Its dictionaries are checked by the hub (mediasoup's own ORTC checks) and by the library itself;
 * at this rim they are only renamed.
 */
export const createMediasoupDevice: CreateMediaDevice = async routerRtpCapabilities => {
  const routers = JSON.stringify(routerRtpCapabilities);
  if (loaded?.routers !== routers) {
    const device = await Device.factory();
    await device.load({ routerRtpCapabilities: routerRtpCapabilities as types.RtpCapabilities });
    loaded = { routers, device };
  }
  return new MediasoupDevice(loaded.device);
};

/** What browser and hub agree on; it costs two peer connections to find out, so it is found out once. */
let loaded: { readonly routers: string; readonly device: Device } | null = null;

class MediasoupDevice implements MediaDevice {
  readonly #device: Device;
  readonly rtpCapabilities: MediaParameters;

  constructor(device: Device) {
    this.#device = device;
    this.rtpCapabilities = asParameters(device.recvRtpCapabilities);
  }

  createTransport(
    direction: Direction,
    description: TransportDescription,
    hooks: TransportHooks,
  ): MediaTransport {
    const options = {
      id: description.transportId,
      iceParameters: description.iceParameters,
      iceCandidates: description.iceCandidates,
      dtlsParameters: description.dtlsParameters,
      sctpParameters: description.sctpParameters,
    } as unknown as types.TransportOptions;
    const transport =
      direction === 'send'
        ? this.#device.createSendTransport(options)
        : this.#device.createRecvTransport(options);
    hook(transport, hooks);
    return new MediasoupTransport(transport);
  }
}

function hook(transport: types.Transport, hooks: TransportHooks): void {
  transport.on('connectionstatechange', hooks.onState);
  transport.on('connect', ({ dtlsParameters }, done, failed) => {
    void pass(hooks.connect(asParameters(dtlsParameters)), done, failed);
  });
  transport.on('produce', ({ kind, rtpParameters, appData }, done, failed) => {
    const source = MediaSourceSchema.parse(appData['source']);
    const made = hooks.produce({ kind, source, rtpParameters: asParameters(rtpParameters) });
    void pass(made, id => done({ id }), failed);
  });
  transport.on('producedata', ({ sctpStreamParameters }, done, failed) => {
    void pass(hooks.produceData(asParameters(sctpStreamParameters)), id => done({ id }), failed);
  });
}

/** Tells the library, which has callbacks, what became of a question to the hub. */
async function pass<Result>(
  work: Promise<Result>,
  done: (result: Result) => void,
  failed: (error: Error) => void,
): Promise<void> {
  try {
    done(await work);
  } catch (error) {
    failed(error instanceof Error ? error : new Error('Unexpected failure.'));
  }
}

class MediasoupTransport implements MediaTransport {
  readonly #transport: types.Transport;
  readonly transportId: string;

  constructor(transport: types.Transport) {
    this.#transport = transport;
    this.transportId = transport.id;
  }

  async publish(request: {
    readonly source: MediaSource;
    readonly track: MediaStreamTrack;
    readonly isPaused: boolean;
    readonly size: PictureSize;
  }): Promise<PublishedTrack> {
    const { source, isPaused, size } = request;
    const { encodings, degradation, contentHint } = SEND_PLANS[source];
    const lastLayer = (of: PictureSize) => (of === 'every' ? encodings.length - 1 : 0);
    // A track of its own, which it may silence and stop: the capture is shown here too, and outlives it.
    const ownOf = (track: MediaStreamTrack, isSilent: boolean): MediaStreamTrack => {
      const own = track.clone();
      own.contentHint = contentHint;
      own.enabled = !isSilent;
      return own;
    };
    const producer = await this.#transport.produce({
      // Silent before the first packet: a muted microphone is never heard, not even for a moment.
      track: ownOf(request.track, isPaused),
      encodings: encodings.map((encoding, layer) => ({
        ...encoding,
        active: layer <= lastLayer(size),
      })) as types.RtpEncodingParameters[],
      ...(source === 'microphone' ? { codecOptions: OPUS_OPTIONS } : {}),
      appData: { source },
    });
    if (degradation !== null) await preferOnThinLine(producer.rtpSender, degradation);
    return {
      producerId: producer.id,
      setSize: async next => {
        if (encodings.length > 1) await producer.setMaxSpatialLayer(lastLayer(next));
      },
      replace: next => producer.replaceTrack({ track: ownOf(next, producer.paused) }),
      setPaused: paused => (paused ? producer.pause() : producer.resume()),
      close: () => producer.close(),
    };
  }

  async consume(description: ConsumerDescription): Promise<ConsumedTrack> {
    const consumer = await this.#transport.consume({
      id: description.consumerId,
      producerId: description.producerId,
      kind: description.kind,
      rtpParameters: description.rtpParameters as unknown as types.RtpParameters,
    });
    return { consumerId: consumer.id, track: consumer.track, close: () => consumer.close() };
  }

  async publishData(label: 'vitals'): Promise<DataOut> {
    const producer = await this.#transport.produceData({ label, ordered: false, maxRetransmits: 0 });
    return {
      isOpen: () => !producer.closed && producer.readyState === 'open',
      bufferedBytes: () => producer.bufferedAmount,
      send: text => producer.send(text),
    };
  }

  async consumeData(description: DataConsumerDescription, onText: (text: string) => void): Promise<void> {
    const consumer = await this.#transport.consumeData({
      id: description.dataConsumerId,
      dataProducerId: description.dataProducerId,
      sctpStreamParameters: description.sctpStreamParameters as unknown as types.SctpStreamParameters,
      label: description.label,
    });
    consumer.on('message', (message: unknown) => {
      if (typeof message === 'string') onText(message);
    });
  }

  async restartIce(iceParameters: MediaParameters): Promise<void> {
    await this.#transport.restartIce({ iceParameters: iceParameters as unknown as types.IceParameters });
  }

  async stats(): Promise<RTCStatsReport> {
    return await this.#transport.getStats();
  }

  close(): void {
    this.#transport.close();
  }
}

async function preferOnThinLine(
  sender: RTCRtpSender | undefined,
  degradation: RTCDegradationPreference,
): Promise<void> {
  if (sender === undefined) return;
  const parameters = sender.getParameters();
  parameters.degradationPreference = degradation;
  try {
    await sender.setParameters(parameters);
  } catch {
    // A browser that cannot be told decides by `contentHint`, which says the same.
  }
}

function asParameters(dictionary: object): MediaParameters {
  return dictionary as MediaParameters;
}
