import {
  AppError,
  type Call,
  type FrontSource,
  type LiveVitals,
  type Participant,
  type RoomContract,
  type RoomDown,
  type RowResponse,
  SOCKET_CLOSE,
  type Words,
} from '@shimabashi/contracts';
import { capabilitiesForParticipants } from '../media/codecs.ts';
import { mediaIsRestarting } from '../media/media-call.ts';
import { type RoomRouter } from '../media/workers.ts';
import { type MediaMeter } from './media-meter.ts';
import { ParticipantMedia } from './participant-media.ts';

/** One kiosk and one doctor, and room for more to come. */
const PARTICIPANTS_MAX = 8;
const NORMAL_CLOSE = 1_000;

/** A participant's socket, as the room sees it. */
export interface Visitor {
  send(message: RoomDown): void;
  /** As `send`, but only when nothing is waiting: an old number is worth nothing. */
  sendIfFree(message: RoomDown): void;
  close(code: number, reason: string): void;
}

export interface Member {
  participant: Participant;
  readonly visitor: Visitor;
  /** Undefined after the worker has died, until the participant joins again. */
  media: ParticipantMedia | undefined;
}

/** What somebody who has just entered finds. */
export type RoomState = RowResponse<RoomContract, 'room.join'>;

interface Arrival {
  readonly isOpen: () => boolean;
  /**
   * Called in the same turn in which the place is taken, so that no end of the socket comes in between.
   * `wasIn`: it took its own place again, by a second socket or after the worker had died.
   */
  readonly entered: (member: Member, wasIn: boolean) => void;
}

/**
 * One call's room: who is in it, what is carried, what stands on the screens.
 *
 * It may be entered while the call rings: everything is built up then, and nothing goes across. Taking
 * the call opens it.
 */
export class Room {
  readonly #deps: { readonly openRouter: () => Promise<RoomRouter>; readonly meter: MediaMeter };
  readonly #members = new Map<string, Member>();
  #call: Call;
  #place: Promise<RoomRouter> | undefined;
  #words: Words | null = null;
  #front: FrontSource = 'face-camera';
  #ended = false;

  constructor(call: Call, deps: { openRouter: () => Promise<RoomRouter>; meter: MediaMeter }) {
    this.#call = call;
    this.#deps = deps;
  }

  get members(): readonly Member[] {
    return [...this.#members.values()];
  }

  /** Whether the call was taken: only then anything goes from one to the other. */
  get isOpen(): boolean {
    return this.#call.state === 'connected';
  }

  get callId(): string {
    return this.#call.callId;
  }

  /**
   * Takes a participant in, also one who is in already: what it had is gone then.
   *
   * @throws AppError `SERVICE_RESTARTING`, `TOO_MANY_ATTEMPTS` when the room is full, `FORBIDDEN` when
   * the call has ended meanwhile
   */
  async enter(participant: Participant, visitor: Visitor, arrival: Arrival): Promise<RoomState> {
    const place = await this.#livingRouter();
    if (this.#ended) throw new AppError('FORBIDDEN', 'The call has ended.');
    // The socket may have closed, or the worker died, while the router was made.
    if (!arrival.isOpen() || place.router.closed) throw mediaIsRestarting();
    const old = this.#members.get(participant.participantId);
    if (old === undefined && this.#members.size >= PARTICIPANTS_MAX)
      throw new AppError('TOO_MANY_ATTEMPTS', 'The room is full.');
    const member: Member = { participant, visitor, media: undefined };
    member.media = this.#mediaOf(member, place);
    this.#members.set(participant.participantId, member);
    arrival.entered(member, old !== undefined);
    // After its place is taken: to the room the participant has not left.
    old?.media?.close();
    if (old !== undefined && old.visitor !== visitor) old.visitor.close(SOCKET_CLOSE.replaced, 'replaced');
    this.#tellParticipants(member);
    return this.#stateFor(member, place);
  }

  /** Whether this member was in: one that was replaced has left before. */
  leave(member: Member): boolean {
    if (this.#members.get(member.participant.participantId) !== member) return false;
    this.#members.delete(member.participant.participantId);
    member.media?.close();
    this.#tellParticipants(member);
    if (this.#members.size === 0) this.#closeRouter();
    return true;
  }

  /** Tells everyone; when the call has ended, that is the last they hear. */
  callChanged(call: Call): void {
    const wasOpen = this.isOpen;
    this.#call = call;
    this.tell({ type: 'call', call });
    if (this.isOpen && !wasOpen) this.#open(call);
    if (call.state === 'ended') this.#end(NORMAL_CLOSE, 'the call has ended');
  }

  /** The hub goes down, and comes back: the call goes on. */
  stop(): void {
    this.#end(SOCKET_CLOSE.goingAway, 'stopping');
  }

  showWords(words: Words | null, by: Member): void {
    this.#words = words;
    this.tell({ type: 'words', words }, by);
  }

  /** Words that were taken away meanwhile were not shown to any purpose. */
  wordsShown(wordsId: string, by: Member): void {
    if (this.#words?.wordsId === wordsId) this.tell({ type: 'words-shown', wordsId }, by);
  }

  chooseFront(source: FrontSource, by: Member): void {
    this.#front = source;
    this.tell({ type: 'front', source }, by);
  }

  vitals(vitals: LiveVitals, by: Member): void {
    if (!this.isOpen) return;
    for (const other of this.members) {
      if (other !== by) other.visitor.sendIfFree({ type: 'vitals', vitals });
    }
  }

  /** Tells everyone, but for the one that it came from. */
  tell(message: RoomDown, except?: Member): void {
    for (const member of this.members) {
      if (member !== except) member.visitor.send(message);
    }
  }

  /** At the kiosk is, from now on, who took the call there. */
  #open({ nurse }: Call): void {
    for (const member of this.members) {
      member.media?.open();
      if (member.participant.kind === 'kiosk') member.participant = { ...member.participant, staff: nurse };
    }
    this.#tellParticipants();
  }

  /** What somebody who has just entered finds. */
  #stateFor(member: Member, { router }: RoomRouter): RoomState {
    const others = this.members.filter(other => other !== member);
    return {
      self: member.participant,
      call: this.#call,
      participants: this.members.map(({ participant }) => participant),
      producers: others.flatMap(({ media }) => media?.producers ?? []),
      dataProducers: others.flatMap(({ media }) => media?.dataProducers ?? []),
      rtpCapabilities: capabilitiesForParticipants(router.rtpCapabilities),
      words: this.#words,
      front: this.#front,
    };
  }

  #tellParticipants(except?: Member): void {
    this.tell({ type: 'participants', participants: this.members.map(member => member.participant) }, except);
  }

  #mediaOf(member: Member, place: RoomRouter): ParticipantMedia {
    const others = (): ParticipantMedia[] =>
      this.members.flatMap(other => (other === member || other.media === undefined ? [] : [other.media]));
    return new ParticipantMedia({
      participant: member.participant,
      place,
      meter: this.#deps.meter,
      isOpen: () => this.isOpen,
      news: {
        producer: producer => this.tell({ type: 'producer', producer }, member),
        producerClosed: producerId => this.tell({ type: 'producer-closed', producerId }, member),
        dataProducer: dataProducer => this.tell({ type: 'data-producer', dataProducer }, member),
        dataProducerClosed: dataProducerId =>
          this.tell({ type: 'data-producer-closed', dataProducerId }, member),
      },
      others: {
        hasProducer: id => others().some(media => media.producers.some(one => one.producerId === id)),
        hasDataProducer: id =>
          others().some(media => media.dataProducers.some(one => one.dataProducerId === id)),
      },
    });
  }

  /** The router may close in the turn in which it was given: the last one left, or its worker died. */
  async #livingRouter(): Promise<RoomRouter> {
    const place = await this.#router();
    return place.router.closed ? this.#router() : place;
  }

  /** The one router of this room; the first who enters has it made. */
  #router(): Promise<RoomRouter> {
    this.#place ??= this.#openRouter();
    return this.#place;
  }

  async #openRouter(): Promise<RoomRouter> {
    try {
      const place = await this.#deps.openRouter();
      place.router.once('workerclose', () => this.#mediaReset());
      if (this.#ended) place.router.close();
      return place;
    } catch (error) {
      this.#place = undefined;
      throw error;
    }
  }

  /** Every transport went with the worker. Whoever joins again finds a router on another one. */
  #mediaReset(): void {
    this.#place = undefined;
    for (const member of this.members) member.media = undefined;
    if (!this.#ended) this.tell({ type: 'media-reset' });
  }

  #closeRouter(): void {
    const place = this.#place;
    place
      ?.then(({ router }) => {
        // While it was still opening, somebody may have been waiting for it.
        if (!this.#ended && this.#members.size > 0) return;
        if (this.#place === place) this.#place = undefined;
        router.close();
      })
      .catch(() => {}); // One that never opened needs no closing.
  }

  #end(code: number, reason: string): void {
    this.#ended = true;
    for (const { visitor } of this.members) visitor.close(code, reason);
    this.#closeRouter();
  }
}
