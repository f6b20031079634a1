import * as z from 'zod';

/**
 * Every failure that a caller may have to handle, in one closed table.
 *
 * A row is added here before it is thrown anywhere. The text that people read is not here: each
 * app maps the code to a message in its own language.
 */
export const APP_ERRORS = {
  BAD_REQUEST: { httpStatus: 400, retryable: false },
  UNKNOWN_ROW: { httpStatus: 404, retryable: false },
  TOO_LARGE: { httpStatus: 413, retryable: false },
  /** The screen's own right to ask (the loopback door's cookie) is gone: open the screen again. */
  DOOR_CLOSED: { httpStatus: 401, retryable: false },
  SIGN_IN_REQUIRED: { httpStatus: 401, retryable: false },
  SIGN_IN_FAILED: { httpStatus: 401, retryable: false },
  TOO_MANY_ATTEMPTS: { httpStatus: 429, retryable: true },
  FORBIDDEN: { httpStatus: 403, retryable: false },
  NOT_FOUND: { httpStatus: 404, retryable: false },
  CONFLICT: { httpStatus: 409, retryable: false },
  RESOURCE_INVALID: { httpStatus: 422, retryable: false },
  /** The sample is no longer held, so that its number cannot be vouched for. Measure again. */
  SAMPLE_EXPIRED: { httpStatus: 409, retryable: false },
  /** The sample says that there was no value. An absence is not stored as a number. */
  SAMPLE_ABSENT: { httpStatus: 409, retryable: false },
  VISIT_CLOSED: { httpStatus: 409, retryable: false },
  /** Whoever is called cannot be reached now: the kiosk's link is down. */
  PEER_OFFLINE: { httpStatus: 503, retryable: true },
  /** Whoever is called is in another call, or is being called. */
  PEER_BUSY: { httpStatus: 409, retryable: true },
  /** Whoever asks is in a call already: one patient at a time (row R9 of the requirements). */
  IN_CALL: { httpStatus: 409, retryable: false },
  /** No doctor on duty has a console open. */
  NOBODY_ON_DUTY: { httpStatus: 409, retryable: true },
  CALL_ENDED: { httpStatus: 409, retryable: false },
  DEVICE_FRAME_INVALID: { httpStatus: 502, retryable: true },
  DEVICE_LOST: { httpStatus: 502, retryable: true },
  SERVICE_RESTARTING: { httpStatus: 503, retryable: true },
  DISK_FULL: { httpStatus: 507, retryable: true },
  STORE_KEY_WRONG: { httpStatus: 500, retryable: false },
  STORE_CORRUPT: { httpStatus: 500, retryable: false },
  /** The chart's file is damaged and is being built anew: minutes. */
  STORE_REPAIRING: { httpStatus: 503, retryable: true },
  CONFIG_INVALID: { httpStatus: 500, retryable: false },
  LINK_DOWN: { httpStatus: 503, retryable: true },
  TIMEOUT: { httpStatus: 504, retryable: true },
  INTERNAL: { httpStatus: 500, retryable: false },
} as const satisfies Record<string, { httpStatus: number; retryable: boolean }>;

export type AppErrorCode = keyof typeof APP_ERRORS;

/** Facts that help support. Never names, birth dates or readings: these reach logs. */
export type AppErrorDetails = Readonly<Record<string, string | number | boolean>>;

/** An expected failure. Programmer errors are not `AppError`: they fail an assertion. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: AppErrorCode;
  readonly details: AppErrorDetails;

  constructor(
    code: AppErrorCode,
    message: string,
    options: { details?: AppErrorDetails; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.code = code;
    this.details = options.details ?? {};
  }
}

/** What is left of an error once it crosses a process or a network. */
export const WireError = z.strictObject({
  code: z.enum(Object.keys(APP_ERRORS) as [AppErrorCode, ...AppErrorCode[]]),
  message: z.string(),
  retryable: z.boolean(),
  details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
});
export type WireError = z.infer<typeof WireError>;

/** Turns anything that was thrown into what may leave this process. */
export function toWireError(thrown: unknown): WireError {
  if (thrown instanceof AppError) {
    return {
      code: thrown.code,
      message: thrown.message,
      retryable: APP_ERRORS[thrown.code].retryable,
      details: thrown.details,
    };
  }
  // An unexpected error may quote patient data in its message, so its text stays here.
  return { code: 'INTERNAL', message: 'Unexpected failure.', retryable: false, details: {} };
}

/** The error as it was before it crossed: for the caller's side of a door. */
export function fromWireError(error: WireError): AppError {
  return new AppError(error.code, error.message, { details: error.details });
}

/** States what must be true. A false condition is a bug, so nothing catches this. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) {
    throw new Error(`Assertion failed: ${message}`);
  }
}
