/** A notification as the hub asks for it (its `pushMessage`; W3C Push API, declarative push message). */
export interface PushedNotification {
  readonly title: string;
  readonly body: string;
  readonly tag: string;
  /** What it is about: an alert, or a call; neither when it could not be read. */
  readonly alertId: string | null;
  readonly callId: string | null;
  readonly round: number;
}

/** What is shown when a message cannot be read: never nothing, and never what it is not. */
export const UNREADABLE: PushedNotification = {
  title: '警報 / Alarm',
  body: '島橋を開いてください / Open Shimabashi',
  tag: 'alert',
  alertId: null,
  callId: null,
  round: 0,
};

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Reads a message, whoever sent it: what does not fit is `UNREADABLE`. */
export function readPush(text: string | undefined): PushedNotification {
  try {
    const { notification } = objectOf(JSON.parse(text ?? ''));
    const { title, body, tag, data } = objectOf(notification);
    const { alertId, callId, round } = objectOf(data);
    if (typeof title !== 'string' || typeof body !== 'string' || typeof tag !== 'string') return UNREADABLE;
    return {
      title,
      body,
      tag,
      alertId: isId(alertId) ? alertId : null,
      callId: isId(callId) ? callId : null,
      round: typeof round === 'number' ? round : 0,
    };
  } catch {
    return UNREADABLE;
  }
}

/** The page that a notification opens. An address is built here, never taken from a message. */
export function pageOf(about: { readonly alertId?: unknown; readonly callId?: unknown }): string {
  const { alertId, callId } = about;
  if (isId(alertId)) return `/alerts/${alertId}`;
  return isId(callId) ? `/calls/${callId}` : '/';
}

function isId(value: unknown): value is string {
  return typeof value === 'string' && ID.test(value);
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
