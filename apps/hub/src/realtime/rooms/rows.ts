import { AppError, type RoomContract, type RoomRow, type RowHandlers } from '@shimabashi/contracts';
import { mediaIsRestarting } from '../media/media-call.ts';
import { type ParticipantMedia } from './participant-media.ts';
import { type Member, type Room } from './room.ts';

/** Who asks: a participant in its room. */
export interface RoomContext {
  readonly room: Room;
  readonly member: Member;
}

/** Everything but the entrance, which is for those who are not in yet. */
export type InnerRow = Exclude<RoomRow, 'room.join' | 'room.leave'>;
export type InnerContract = Pick<RoomContract, InnerRow>;

/** The rows of somebody who is in the room. Who may do what stands here and in `ParticipantMedia`. */
export const roomHandlers: RowHandlers<InnerContract, RoomContext> = {
  'transport.create': (request, context) => mediaOf(context).createTransport(request),
  'transport.connect': (request, context) => mediaOf(context).connectTransport(request),
  'transport.restart-ice': (request, context) => mediaOf(context).restartIce(request),
  'producer.create': (request, context) => mediaOf(context).produce(request),
  'producer.pause': (request, context) => mediaOf(context).pauseProducer(request),
  'producer.close': (request, context) => mediaOf(context).closeProducer(request),
  'consumer.create': (request, context) => mediaOf(context).consume(request),
  'consumer.resume': (request, context) => mediaOf(context).resumeConsumer(request),
  'consumer.prefer': (request, context) => mediaOf(context).preferConsumer(request),
  'data-producer.create': (request, context) => mediaOf(context).produceData(request),
  'data-consumer.create': (request, context) => mediaOf(context).consumeData(request),
  'words.show': ({ words }, context) => {
    only('doctor', context);
    context.room.showWords(words, context.member);
    return {};
  },
  'words.shown': ({ wordsId }, context) => {
    only('kiosk', context);
    context.room.wordsShown(wordsId, context.member);
    return {};
  },
  'front.choose': ({ source }, context) => {
    only('doctor', context);
    context.room.chooseFront(source, context.member);
    return {};
  },
  'still.ask': ({ stillId }, context) => {
    only('doctor', context);
    const kiosk = context.room.members.find(({ participant }) => participant.kind === 'kiosk');
    // Nobody would answer, and the doctor would wait.
    if (kiosk === undefined) throw new AppError('PEER_OFFLINE', 'The kiosk is not in the room.');
    kiosk.visitor.send({ type: 'still-asked', stillId });
    return {};
  },
  'still.told': ({ stillId, outcome }, context) => {
    only('kiosk', context);
    context.room.tell({ type: 'still-told', stillId, outcome }, context.member);
    return {};
  },
};

function mediaOf({ member }: RoomContext): ParticipantMedia {
  if (member.media === undefined) throw mediaIsRestarting();
  return member.media;
}

/** One of this kind, in a call that was taken. */
function only(kind: Member['participant']['kind'], { room, member }: RoomContext): void {
  if (!room.isOpen) throw new AppError('CONFLICT', 'Nobody has taken the call yet.');
  if (member.participant.kind !== kind) throw new AppError('FORBIDDEN', `Only a ${kind} does this.`);
}
