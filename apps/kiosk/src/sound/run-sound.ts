import { isSounding, soundOf } from '@shimabashi/clinical';
import {
  type Alarm,
  AppError,
  type ServicePort,
  type SoundStatus,
  ToService,
  toWireError,
} from '@shimabashi/contracts';
import { type Logger } from 'pino';
import { Mouth } from './mouth.ts';
import { type Player } from './player.ts';
import { Speaker, type SpeakerClock } from './speaker.ts';

export interface RunningSound {
  /** Ends when the service was stopped. */
  readonly ended: Promise<void>;
  readonly stop: () => void;
}

/** How often it is looked whether a pause is over, in milliseconds. */
const LOOK_MS = 200;

/**
 * Runs the sound service on a line to its shell: sounds the alarms that it is told of and the ring of a
 * call, and says whether it can be heard. It decides nothing, and has no part in what a screen does.
 */
export function runSound(
  port: ServicePort,
  deps: {
    readonly log: Logger;
    readonly volume: number;
    readonly clock: SpeakerClock;
    readonly startPlayer: (() => Player) | undefined;
  },
): RunningSound {
  const { log, clock } = deps;
  const end = Promise.withResolvers<void>();
  const mouth = new Mouth(deps.volume);
  let alarms: readonly Alarm[] = [];
  let isRinging = false;
  let cancelLook: () => void = () => {};
  const speaker = new Speaker({
    start: deps.startPlayer,
    mouth,
    clock,
    onStatus: (sound: SoundStatus) => {
      log.info({ state: sound.state, code: sound.code }, 'sound');
      port.send({ type: 'event', event: { event: 'sound', sound } });
    },
  });
  const look = (): void => {
    const heard = alarms.filter(alarm => isSounding(alarm, clock.nowMs()));
    mouth.sound(
      soundOf(
        heard.map(({ priority }) => priority),
        isRinging,
      ),
    );
  };
  const lookLater = (): void => {
    cancelLook = clock.after(LOOK_MS, () => {
      look();
      lookLater();
    });
  };
  const stop = (): void => {
    cancelLook();
    speaker.stop();
    end.resolve();
  };
  port.onMessage(raw => {
    const parsed = ToService.safeParse(raw);
    if (!parsed.success) {
      log.warn('a message of the shell does not fit and was left alone');
      return;
    }
    const message = parsed.data;
    if (message.type === 'alarms') alarms = message.alarms;
    if (message.type === 'ring') isRinging = message.isRinging;
    if (message.type === 'stop') stop();
    if (message.type === 'request') port.send({ type: 'reply', id: message.id, result: NO_ROWS });
    look();
  });
  port.send({ type: 'ready' });
  speaker.begin();
  lookLater();
  return { ended: end.promise, stop };
}

const NO_ROWS = {
  ok: false,
  error: toWireError(new AppError('UNKNOWN_ROW', 'The sound service answers no rows.')),
} as const;
