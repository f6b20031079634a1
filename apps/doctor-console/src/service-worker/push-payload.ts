/** A notification as the hub asks for it (its `pushMessage`; W3C Push API, declarative push message). */
export interface PushedNotification {
  readonly title: string;
  readonly body: string;
  readonly tag: string;
  readonly alertId: string | null;
  readonly round: number;
}

/** What is shown when a message cannot be read: never nothing, and never what it is not. */
export const UNREADABLE: PushedNotification = {
  title: '警報 / Alarm',
  body: '島橋を開いてください / Open Shimabashi',
  tag: 'alert',
  alertId: null,
  round: 0,
};

const ALERT_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Reads a message, whoever sent it: what does not fit is `UNREADABLE`. */
export function readPush(text: string | undefined): PushedNotification {
  try {
    const { notification } = objectOf(JSON.parse(text ?? ''));
    const { title, body, tag, data } = objectOf(notification);
    const { alertId, round } = objectOf(data);
    if (typeof title !== 'string' || typeof body !== 'string' || typeof tag !== 'string') return UNREADABLE;
    return {
      title,
      body,
      tag,
      alertId: typeof alertId === 'string' && ALERT_ID.test(alertId) ? alertId : null,
      round: typeof round === 'number' ? round : 0,
    };
  } catch {
    return UNREADABLE;
  }
}

/** The page that a notification opens. An address is built here, never taken from a message. */
export function pageOf(alertId: unknown): string {
  return typeof alertId === 'string' && ALERT_ID.test(alertId) ? `/alerts/${alertId}` : '/';
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
