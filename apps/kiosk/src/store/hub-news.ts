import {
  type Alert,
  type Call,
  type DutyDoctor,
  type KioskEvent,
  type LinkDown,
} from '@shimabashi/contracts';

/** What the hub tells without being asked, besides the heartbeat and the poke. */
export type HubNewsMessage = Extract<LinkDown, { type: 'call' | 'alert' | 'duty' }>;

/** Alerts kept for screens that open later. A kiosk has few; a flood must not fill the memory. */
const ALERTS_KEPT = 32;

/**
 * What the hub said last about this kiosk's calls, alerts and doctors on duty, in this kiosk's time.
 *
 * The hub's times are moved by the difference of the two clocks at arrival. The way of the message
 * is not known and counts as nothing: some tenths of a second, on facts that are shown in seconds.
 */
export class HubNews {
  readonly #nowMs: () => number;
  readonly #emit: (event: KioskEvent) => void;
  #call: Call | null = null;
  #alerts = new Map<string, Alert>();
  #doctors: readonly DutyDoctor[] = [];

  constructor(deps: { readonly nowMs: () => number; readonly emit: (event: KioskEvent) => void }) {
    this.#nowMs = deps.nowMs;
    this.#emit = deps.emit;
  }

  /** What was known before the store was restarted: a call goes on without us. */
  restoreCall(call: Call): void {
    this.#call = call;
  }

  call(): Call | null {
    return this.#call;
  }

  /** Newest first. */
  alerts(): Alert[] {
    return [...this.#alerts.values()].toSorted((a, b) => b.raisedAtMs - a.raisedAtMs);
  }

  doctors(): DutyDoctor[] {
    return [...this.#doctors];
  }

  take(message: HubNewsMessage): void {
    switch (message.type) {
      case 'call':
        this.takeCall(message.call, message.hubTimeMs);
        return;
      case 'alert':
        this.#takeAlert(message.alert, message.hubTimeMs);
        return;
      case 'duty':
        this.#doctors = message.doctors;
        this.#emit({ event: 'duty', doctors: message.doctors });
    }
  }

  /** Of the link, or of an answer to one of our own questions: gives the call in our time. */
  takeCall(hubCall: Call, hubTimeMs: number): Call {
    const at = this.#mover(hubTimeMs);
    const call = {
      ...hubCall,
      ringingAtMs: at(hubCall.ringingAtMs),
      connectedAtMs: hubCall.connectedAtMs && at(hubCall.connectedAtMs),
      endedAtMs: hubCall.endedAtMs && at(hubCall.endedAtMs),
    };
    // A late word about a call that is over does not hide the one that rings now.
    const isLate = call.state === 'ended' && this.#call !== null && this.#call.callId !== call.callId;
    if (isLate && this.#call?.state !== 'ended') return call;
    this.#call = call;
    this.#emit({ event: 'call', call });
    return call;
  }

  #takeAlert(hubAlert: Alert, hubTimeMs: number): void {
    const at = this.#mover(hubTimeMs);
    const { accepted, acknowledgedAtKiosk, endedAtMs, signalLostAtMs, lineLostSinceMs, deadlineAtMs } =
      hubAlert;
    const alert = {
      ...hubAlert,
      raisedAtMs: at(hubAlert.raisedAtMs),
      endedAtMs: endedAtMs && at(endedAtMs),
      signalLostAtMs: signalLostAtMs && at(signalLostAtMs),
      lineLostSinceMs: lineLostSinceMs && at(lineLostSinceMs),
      acknowledgedAtKiosk: acknowledgedAtKiosk && {
        ...acknowledgedAtKiosk,
        atMs: at(acknowledgedAtKiosk.atMs),
      },
      deadlineAtMs: deadlineAtMs && at(deadlineAtMs),
      accepted: accepted && { ...accepted, atMs: at(accepted.atMs) },
      steps: hubAlert.steps.map(step => ({
        ...step,
        atMs: at(step.atMs),
        deliveredAtMs: step.deliveredAtMs && at(step.deliveredAtMs),
        seenAtMs: step.seenAtMs && at(step.seenAtMs),
      })),
    };
    this.#alerts.delete(alert.alertId);
    this.#alerts.set(alert.alertId, alert);
    const [oldest] = this.#alerts.keys();
    if (this.#alerts.size > ALERTS_KEPT && oldest !== undefined) this.#alerts.delete(oldest);
    this.#emit({ event: 'alert', alert });
  }

  #mover(hubTimeMs: number): (atMs: number) => number {
    const byMs = this.#nowMs() - hubTimeMs;
    return atMs => Math.max(0, Math.round(atMs + byMs));
  }
}
