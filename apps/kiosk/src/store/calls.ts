import {
  AppError,
  assert,
  type Call,
  type DeclineReason,
  type DutyDoctor,
  type HubContract,
  type RowRequest,
  type RowResponse,
  type StaffMember,
  type Visit,
} from '@shimabashi/contracts';
import { type HubNews } from './hub-news.ts';
import { type StoreSettings } from './settings.ts';

/** The rows of the hub that calls are made of. */
type CallRow = Extract<keyof HubContract, `calls.${string}`>;

/** Asks the hub over the link. @throws AppError `LINK_DOWN` when there is none; the hub's own codes. */
export type AskHub = <Row extends CallRow>(
  row: Row,
  request: RowRequest<HubContract, Row>,
) => Promise<RowResponse<HubContract, Row>>;

export interface CallsDeps {
  readonly news: HubNews;
  readonly settings: StoreSettings;
  readonly bootId: string;
  readonly nowMs: () => number;
  readonly hubUrl: URL | null;
  readonly askHub: AskHub;
  readonly nurse: () => StaffMember | null;
  readonly visit: () => Visit | null;
  /** The hub could not be told, or asked: tried again with the next news. */
  readonly onNotTold: (error: unknown) => void;
}

/**
 * The kiosk's side of calls. The hub keeps them; here is what it said last. Whatever is done about a
 * call needs the link, and says so at once when there is none.
 */
export class Calls {
  readonly #deps: CallsDeps;
  #attaching = false;

  constructor(deps: CallsDeps) {
    this.#deps = deps;
    const kept = deps.settings.get('call');
    if (kept?.bootId === deps.bootId) deps.news.restoreCall(kept.call);
  }

  current(): Call | null {
    return this.#deps.news.call();
  }

  doctors(): DutyDoctor[] {
    return this.#deps.news.doctors();
  }

  async start(callId: string): Promise<Call> {
    const visit = this.#deps.visit();
    return this.#ask('calls.ring-duty', {
      callId,
      nurseId: this.#nurseId(),
      patientId: visit?.patientId ?? null,
      encounterId: visit?.encounterId ?? null,
    });
  }

  async accept(callId: string): Promise<Call> {
    return this.#ask('calls.accept', { callId, nurseId: this.#nurseId() });
  }

  async decline(callId: string, because: DeclineReason): Promise<Call> {
    return this.#ask('calls.decline', { callId, nurseId: this.#nurseId(), because });
  }

  async end(callId: string): Promise<Call> {
    return this.#ask('calls.end', { callId, nurseId: this.#nurseId() });
  }

  async join(callId: string): Promise<{ call: Call; ticket: string; roomUrl: string }> {
    const { hubUrl, askHub, news } = this.#deps;
    const answer = await askHub('calls.join', { callId, nurseId: this.#nurseId() });
    assert(hubUrl !== null, 'who has asked the hub knows where it is');
    const call = news.takeCall(answer.call, answer.hubTimeMs);
    return { call, ticket: answer.ticket, roomUrl: roomUrlOf(hubUrl) };
  }

  /** @throws AppError `IN_CALL`: a call is about one patient, and so is the page beside it. */
  requireNoneAboutAnother(patientId: string): void {
    const call = this.current();
    if (call?.state === 'connected' && call.patientId !== null && call.patientId !== patientId) {
      throw new AppError('IN_CALL', 'There is a call about another patient.');
    }
  }

  /** The hub has told of a call, or a patient's page was opened: the two may belong together. */
  changed(): void {
    const call = this.current();
    if (call !== null) this.#deps.settings.set('call', { call, bootId: this.#deps.bootId });
    void this.#attach();
  }

  /** The link is back. A call that the hub does not know any more ended while it was down. */
  async reconnected(): Promise<void> {
    const call = this.current();
    if (call === null || call.state === 'ended') return;
    const { news, askHub, onNotTold, nowMs } = this.#deps;
    try {
      const { calls } = await askHub('calls.list', {});
      if (calls.some(({ callId }) => callId === call.callId)) return;
      const end = { reason: 'lost', declinedBecause: null, by: null } as const;
      news.takeCall({ ...call, state: 'ended', endedAtMs: nowMs(), end }, nowMs());
    } catch (error) {
      onNotTold(error);
    }
  }

  /**
   * A call that nobody has said whom it is about is about the patient whose page is open, once it
   * has been taken, or when it began here.
   */
  async #attach(): Promise<void> {
    const call = this.current();
    const visit = this.#deps.visit();
    const isOurs = call?.state === 'connected' || (call?.state === 'ringing' && isFromHere(call));
    if (call === null || visit === null || !isOurs || call.patientId !== null || this.#attaching) return;
    const { callId } = call;
    const { patientId, encounterId } = visit;
    this.#attaching = true;
    try {
      await this.#ask('calls.attach', { callId, patientId, encounterId });
    } catch (error) {
      this.#deps.onNotTold(error);
    } finally {
      this.#attaching = false;
    }
  }

  async #ask<Row extends Exclude<CallRow, 'calls.list'>>(
    row: Row,
    request: RowRequest<HubContract, Row>,
  ): Promise<Call> {
    const { call, hubTimeMs } = await this.#deps.askHub(row, request);
    return this.#deps.news.takeCall(call, hubTimeMs);
  }

  #nurseId(): string | null {
    return this.#deps.nurse()?.practitionerId ?? null;
  }
}

function isFromHere(call: Call): boolean {
  return call.direction === 'to-doctor';
}

/** Where the rooms are: the hub's own address, by WebSocket. */
function roomUrlOf(hubUrl: URL): string {
  const url = new URL('/room', hubUrl);
  url.protocol = hubUrl.protocol === 'https:' ? 'wss:' : 'ws:';
  return url.href;
}
