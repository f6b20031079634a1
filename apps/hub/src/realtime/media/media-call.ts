import { AppError } from '@shimabashi/contracts';
import { WorkerClosedError } from 'mediasoup/errors';

/**
 * Asks mediasoup for something that a participant wanted. It checks the parameters itself, in Node and
 * in the worker, and everything in them came from outside: what it refuses was a bad request.
 *
 * @throws AppError `BAD_REQUEST`, or `SERVICE_RESTARTING` when the worker has died
 */
export async function mediaCall<Result>(ask: () => Promise<Result>): Promise<Result> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof AppError) throw error;
    if (error instanceof WorkerClosedError) throw mediaIsRestarting();
    throw new AppError('BAD_REQUEST', 'These media parameters are not taken.', { cause: error });
  }
}

export function mediaIsRestarting(): AppError {
  return new AppError('SERVICE_RESTARTING', 'Media starts again: join again.');
}
