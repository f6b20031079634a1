import * as z from 'zod';
import { Call, RoomTicket } from './call.ts';
import { StaffMember } from './people.ts';
import { type Contract } from './rows.ts';
import { WireError } from './errors.ts';
import { Samples, WaveformBlock } from './vitals.ts';

// ── The room: kiosk screen or console ↔ hub, one WebSocket (`/room`). Whoever opens it says first
// `room.join` with the ticket; nothing else is answered before.

const EpochMs = z.number().int().nonnegative();
const MediaId = z.string().min(1).max(64);

const PARAMETERS_CHARS_MAX = 65_536;
/** What mediasoup and its client say to each other (ORTC dictionaries): bounded here, checked there. */
const MediaParameters = z
  .looseObject({})
  .refine(parameters => JSON.stringify(parameters).length <= PARAMETERS_CHARS_MAX, 'too large');

/** What a track shows or carries. The examination camera is a producer of its own (D8). */
export const MediaSource = z.enum(['microphone', 'face-camera', 'exam-camera']);
export type MediaSource = z.infer<typeof MediaSource>;

export const Participant = z.strictObject({
  participantId: z.uuid(),
  /** The kiosk is one participant, whoever stands before it. */
  kind: z.enum(['kiosk', 'doctor']),
  /** The signed-in nurse, or the doctor. */
  staff: StaffMember.nullable(),
  joinedAtMs: EpochMs,
});
export type Participant = z.infer<typeof Participant>;

export const RemoteProducer = z.strictObject({
  producerId: MediaId,
  participantId: z.uuid(),
  kind: z.enum(['audio', 'video']),
  source: MediaSource,
  isPaused: z.boolean(),
});
export type RemoteProducer = z.infer<typeof RemoteProducer>;

export const RemoteDataProducer = z.strictObject({
  dataProducerId: MediaId,
  participantId: z.uuid(),
  label: z.literal('vitals'),
});
export type RemoteDataProducer = z.infer<typeof RemoteDataProducer>;

/** What the doctor typed for the patient to read: at most two lines of large letters. */
export const Words = z.strictObject({ wordsId: z.uuid(), text: z.string().min(1).max(80) });
export type Words = z.infer<typeof Words>;

/** Which of the kiosk's pictures the doctor has in front. */
export const FrontSource = z.enum(['face-camera', 'exam-camera']);
export type FrontSource = z.infer<typeof FrontSource>;

const None = z.strictObject({});

/** What a participant may ask of the room. Errors are those of the closed table. */
export const roomContract = {
  'room.join': {
    request: z.strictObject({ ticket: RoomTicket }),
    response: z.strictObject({
      self: Participant,
      call: Call,
      participants: z.array(Participant),
      producers: z.array(RemoteProducer),
      dataProducers: z.array(RemoteDataProducer),
      rtpCapabilities: MediaParameters,
      words: Words.nullable(),
      front: FrontSource,
    }),
  },
  'transport.create': {
    request: z.strictObject({ direction: z.enum(['send', 'receive']) }),
    response: z.strictObject({
      transportId: MediaId,
      iceParameters: MediaParameters,
      iceCandidates: z.array(MediaParameters),
      dtlsParameters: MediaParameters,
      sctpParameters: MediaParameters,
    }),
  },
  'transport.connect': {
    request: z.strictObject({ transportId: MediaId, dtlsParameters: MediaParameters }),
    response: None,
  },
  'transport.restart-ice': {
    request: z.strictObject({ transportId: MediaId }),
    response: z.strictObject({ iceParameters: MediaParameters }),
  },
  'producer.create': {
    request: z.strictObject({
      transportId: MediaId,
      kind: z.enum(['audio', 'video']),
      source: MediaSource,
      rtpParameters: MediaParameters,
    }),
    response: z.strictObject({ producerId: MediaId }),
  },
  'producer.pause': {
    request: z.strictObject({ producerId: MediaId, isPaused: z.boolean() }),
    response: None,
  },
  'producer.close': { request: z.strictObject({ producerId: MediaId }), response: None },
  /** Begins paused: `consumer.resume` when the other side is ready, or the first key frame is lost. */
  'consumer.create': {
    request: z.strictObject({
      transportId: MediaId,
      producerId: MediaId,
      rtpCapabilities: MediaParameters,
    }),
    response: z.strictObject({
      consumerId: MediaId,
      producerId: MediaId,
      kind: z.enum(['audio', 'video']),
      rtpParameters: MediaParameters,
    }),
  },
  'consumer.resume': { request: z.strictObject({ consumerId: MediaId }), response: None },
  /** `priority`: 1 to 255, share of the estimated bit rate among pictures (what is in front gets more). */
  'consumer.prefer': {
    request: z.strictObject({
      consumerId: MediaId,
      priority: z.number().int().min(1).max(255),
      spatialLayer: z.number().int().min(0).max(2),
    }),
    response: None,
  },
  'data-producer.create': {
    request: z.strictObject({
      transportId: MediaId,
      sctpStreamParameters: MediaParameters,
      label: z.literal('vitals'),
    }),
    response: z.strictObject({ dataProducerId: MediaId }),
  },
  'data-consumer.create': {
    request: z.strictObject({ transportId: MediaId, dataProducerId: MediaId }),
    response: z.strictObject({
      dataConsumerId: MediaId,
      dataProducerId: MediaId,
      sctpStreamParameters: MediaParameters,
      label: z.literal('vitals'),
    }),
  },
  /** Doctor: shows these words in large letters to the patient. Null takes them away. */
  'words.show': { request: z.strictObject({ words: Words.nullable() }), response: None },
  /** Kiosk: these words stand on the patient's screen now. */
  'words.shown': { request: z.strictObject({ wordsId: z.uuid() }), response: None },
  /** Doctor: which picture of the kiosk is in front. The nurse's screen says so. */
  'front.choose': { request: z.strictObject({ source: FrontSource }), response: None },
  /** Doctor: asks the kiosk for one still of the examination camera. It comes by the chart's lanes. */
  'still.ask': { request: z.strictObject({ stillId: z.uuid() }), response: None },
  /** Kiosk: what became of it. `saved` is said after the commit. */
  'still.told': {
    request: z.strictObject({ stillId: z.uuid(), outcome: z.enum(['saved', 'failed']) }),
    response: None,
  },
  /** Leaves the room without ending the call. */
  'room.leave': { request: None, response: None },
} as const satisfies Contract;

export type RoomContract = typeof roomContract;
export type RoomRow = keyof RoomContract;

/**
 * Live numbers and waveforms within a call. They go over the data channel, or, while that is not
 * open, over this socket. `receivedAtMs` in them is already the hub's time: the sender corrects it
 * with the echoes of this socket.
 */
export const LiveVitals = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('samples'), samples: Samples }),
  z.strictObject({ kind: z.literal('waveform'), block: WaveformBlock }),
  /** A device left `connected`: its numbers are withdrawn. */
  z.strictObject({ kind: z.literal('ended') }),
]);
export type LiveVitals = z.infer<typeof LiveVitals>;

/** Participant → hub. */
export const RoomUp = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('request'),
    id: z.number().int().positive(),
    row: z.string().max(40),
    body: z.unknown(),
  }),
  z.strictObject({ type: z.literal('vitals'), vitals: LiveVitals }),
  z.strictObject({ type: z.literal('ask'), askedAtMs: EpochMs }),
]);
export type RoomUp = z.infer<typeof RoomUp>;

/** Hub → participant. */
export const RoomDown = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('reply'),
    id: z.number().int().positive(),
    result: z.discriminatedUnion('ok', [
      z.strictObject({ ok: z.literal(true), body: z.unknown() }),
      z.strictObject({ ok: z.literal(false), error: WireError }),
    ]),
  }),
  z.strictObject({ type: z.literal('participants'), participants: z.array(Participant) }),
  /** New, or its `isPaused` changed. */
  z.strictObject({ type: z.literal('producer'), producer: RemoteProducer }),
  z.strictObject({ type: z.literal('producer-closed'), producerId: MediaId }),
  z.strictObject({ type: z.literal('data-producer'), dataProducer: RemoteDataProducer }),
  z.strictObject({ type: z.literal('data-producer-closed'), dataProducerId: MediaId }),
  /** The worker that held the room has died: every transport is gone. Join again on this socket. */
  z.strictObject({ type: z.literal('media-reset') }),
  z.strictObject({ type: z.literal('words'), words: Words.nullable() }),
  z.strictObject({ type: z.literal('words-shown'), wordsId: z.uuid() }),
  z.strictObject({ type: z.literal('front'), source: FrontSource }),
  z.strictObject({ type: z.literal('still-asked'), stillId: z.uuid() }),
  z.strictObject({
    type: z.literal('still-told'),
    stillId: z.uuid(),
    outcome: z.enum(['saved', 'failed']),
  }),
  z.strictObject({ type: z.literal('vitals'), vitals: LiveVitals }),
  /** The call changed; when it has ended, the room is closed after this. */
  z.strictObject({ type: z.literal('call'), call: Call }),
  z.strictObject({ type: z.literal('echo'), askedAtMs: EpochMs, otherAtMs: EpochMs }),
]);
export type RoomDown = z.infer<typeof RoomDown>;
