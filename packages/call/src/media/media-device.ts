import {
  type MediaSource,
  type RoomContract,
  type RowRequest,
  type RowResponse,
} from '@shimabashi/contracts';

// What we need of a WebRTC client, so that tests can play one. `mediasoup-device.ts` is the real one.

/** ORTC dictionaries as they go over the wire: made and read by the client, checked by the hub. */
export type MediaParameters = RowResponse<RoomContract, 'room.join'>['rtpCapabilities'];
export type TransportDescription = RowResponse<RoomContract, 'transport.create'>;
export type ConsumerDescription = RowResponse<RoomContract, 'consumer.create'>;
export type DataConsumerDescription = RowResponse<RoomContract, 'data-consumer.create'>;
export type Direction = RowRequest<RoomContract, 'transport.create'>['direction'];

export type TransportState = 'new' | 'connecting' | 'connected' | 'disconnected' | 'failed' | 'closed';

export interface TransportHooks {
  readonly connect: (dtlsParameters: MediaParameters) => Promise<void>;
  /** Gives the id of the producer that the hub made. */
  readonly produce: (request: {
    readonly kind: 'audio' | 'video';
    readonly source: MediaSource;
    readonly rtpParameters: MediaParameters;
  }) => Promise<string>;
  readonly produceData: (sctpStreamParameters: MediaParameters) => Promise<string>;
  readonly onState: (state: TransportState) => void;
}

/** How large a picture is sent: in every size the link has room for, or in the smallest alone. */
export type PictureSize = 'every' | 'smallest';

/** A track of ours on its way to the hub. */
export interface PublishedTrack {
  readonly producerId: string;
  setSize(size: PictureSize): Promise<void>;
  replace(track: MediaStreamTrack): Promise<void>;
  setPaused(isPaused: boolean): void;
  close(): void;
}

/** A track of somebody else's. */
export interface ConsumedTrack {
  readonly consumerId: string;
  readonly track: MediaStreamTrack;
  close(): void;
}

/** Our end of an unreliable channel. */
export interface DataOut {
  readonly isOpen: () => boolean;
  /** Bytes that wait in the browser. */
  readonly bufferedBytes: () => number;
  send(text: string): void;
}

export interface MediaTransport {
  readonly transportId: string;
  publish(request: {
    readonly source: MediaSource;
    readonly track: MediaStreamTrack;
    readonly isPaused: boolean;
    readonly size: PictureSize;
  }): Promise<PublishedTrack>;
  consume(description: ConsumerDescription): Promise<ConsumedTrack>;
  publishData(label: 'vitals'): Promise<DataOut>;
  consumeData(description: DataConsumerDescription, onText: (text: string) => void): Promise<void>;
  restartIce(iceParameters: MediaParameters): Promise<void>;
  stats(): Promise<RTCStatsReport>;
  close(): void;
}

export interface MediaDevice {
  /** What this browser can receive. */
  readonly rtpCapabilities: MediaParameters;
  createTransport(
    direction: Direction,
    description: TransportDescription,
    hooks: TransportHooks,
  ): MediaTransport;
}

export type CreateMediaDevice = (routerRtpCapabilities: MediaParameters) => Promise<MediaDevice>;
