import { createHash } from 'node:crypto';
import { type Alert, type Call, type Clinic } from '@shimabashi/contracts';

/** Both languages: the hub does not know which one a locked iPad shows. */
const PRIORITY_WORDS = {
  high: '警報 緊急度 高 / High-priority alarm',
  medium: '警報 緊急度 中 / Medium-priority alarm',
  low: '警報 緊急度 低 / Low-priority alarm',
} as const;

/**
 * What a browser is told: which clinic and how urgent, and the page to open. Nothing of the patient,
 * since it passes a company's server (encrypted) and stands on a locked screen (not encrypted).
 *
 * Declarative (W3C Push API, "declarative push message"): a browser that knows the form shows it even
 * if our service worker is gone; others hand it to the service worker, which shows the same.
 * `mutable` lets the service worker say that it has been shown.
 */
export function pushMessage(options: {
  readonly alert: Pick<Alert, 'alertId' | 'priority'>;
  readonly clinic: Pick<Clinic, 'name' | 'nameLatin'>;
  readonly round: number;
  /** Where browsers find the console. */
  readonly origin: string;
}): string {
  const { alert, clinic, round, origin } = options;
  return message({
    title: PRIORITY_WORDS[alert.priority],
    body: nameOf(clinic),
    // The same alert takes the place of its older notification.
    tag: `alert-${alert.alertId}`,
    navigate: `${origin}/alerts/${alert.alertId}`,
    data: { alertId: alert.alertId, round },
  });
}

/** What a browser is told when a kiosk calls the doctors on duty: as little as of an alert. */
export function callMessage(options: {
  readonly call: Pick<Call, 'callId'>;
  readonly clinic: Pick<Clinic, 'name' | 'nameLatin'>;
  readonly origin: string;
}): string {
  const { call, clinic, origin } = options;
  return message({
    title: '島から呼んでいます / The island is calling',
    body: nameOf(clinic),
    tag: `call-${call.callId}`,
    navigate: `${origin}/calls/${call.callId}`,
    data: { callId: call.callId, round: 0 },
  });
}

function message(notification: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({
    web_push: 8030,
    mutable: true,
    notification: { ...notification, lang: 'ja', silent: false },
  });
}

function nameOf({ name, nameLatin }: Pick<Clinic, 'name' | 'nameLatin'>): string {
  return [...new Set([name, nameLatin])].filter(each => each !== '').join(' / ');
}

/**
 * The topic under which a push service holds at most one message (RFC 8030, 5.4: 32 characters of
 * base64url). A hash, so that the service does not learn the id of alert or call.
 */
export function pushTopic(id: string): string {
  return createHash('sha256').update(id).digest('base64url').slice(0, 32);
}
