import { type Logger } from 'pino';
import { type Clock } from '../clock.ts';
import { failureOf } from '../http/rows.ts';
import { type MediaSettings, MediaWorkers } from './media/workers.ts';
import { type RoomAdmission } from './rooms/admission.ts';
import { MediaMeter } from './rooms/media-meter.ts';
import { Rooms } from './rooms/rooms.ts';

/** Everything of the hub that carries calls. */
export interface MediaParts {
  readonly rooms: Rooms;
  readonly workers: MediaWorkers;
  readonly meter: MediaMeter;
  /** Tells everyone that the hub is going, and ends the workers. */
  readonly stop: () => void;
}

export function createMediaParts(deps: {
  readonly settings: MediaSettings;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly admission: RoomAdmission;
  readonly onBadMessage: (why: 'message' | 'flood') => void;
  readonly onRefused: () => void;
}): MediaParts {
  const { clock, logger, settings } = deps;
  const meter = new MediaMeter();
  const workers = new MediaWorkers({
    settings,
    clock,
    // What mediasoup and the system say of a process: a path or a port, nothing of a call.
    onProblem: error => logger.error({ reason: String(error) }, 'a media worker is not running'),
  });
  const rooms = new Rooms({
    ...deps,
    meter,
    openRouter: () => workers.openRouter(),
    onUnexpected: (error, row) => logger.error({ row, failure: failureOf(error) }, 'row failed unexpectedly'),
  });
  return {
    rooms,
    workers,
    meter,
    stop: () => {
      rooms.stop();
      workers.stop();
    },
  };
}
