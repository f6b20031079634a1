import {
  type RoomContract,
  type RoomDown,
  type RoomRow,
  RoomUp,
  type RowRequest,
  type WireError,
} from '@shimabashi/contracts';
import { type RoomSocket } from '../room/room-channel.ts';

type Asked = Extract<RoomUp, { type: 'request' }>;

/** A `/room` socket whose other end is the test. What is sent must fit the contract. */
export class FakeRoomSocket extends EventTarget implements RoomSocket {
  readonly sent: RoomUp[] = [];
  isClosed = false;
  /** Answers each request by itself, where set. */
  answer: ((request: Asked) => void) | undefined;

  send(text: string | ArrayBufferLike | Blob | ArrayBufferView): void {
    if (typeof text !== 'string') throw new Error('The room speaks text.');
    const message = RoomUp.parse(JSON.parse(text));
    this.sent.push(message);
    if (message.type === 'request') this.answer?.(message);
  }

  close(): void {
    this.isClosed = true;
  }

  opens(): void {
    this.dispatchEvent(new Event('open'));
  }

  says(message: RoomDown): void {
    this.dispatchEvent(new MessageEvent('message', { data: JSON.stringify(message) }));
  }

  /** Closed by the hub, or by the line. */
  ends(code = 1006): void {
    this.isClosed = true;
    this.dispatchEvent(Object.assign(new Event('close'), { code }));
  }

  /** Answers the last question for the time. */
  echoes(hubAtMs: number): void {
    const ask = this.sent.findLast(message => message.type === 'ask');
    if (ask?.type === 'ask') this.says({ type: 'echo', askedAtMs: ask.askedAtMs, otherAtMs: hubAtMs });
  }

  replies(id: number, body: unknown): void {
    this.says({ type: 'reply', id, result: { ok: true, body } });
  }

  refuses(id: number, code: WireError['code'], retryable = false): void {
    const error = { code, message: 'No.', retryable, details: {} };
    this.says({ type: 'reply', id, result: { ok: false, error } });
  }

  /** The last request of this row. */
  asked<Row extends RoomRow>(row: Row): { id: number; body: RowRequest<RoomContract, Row> } {
    const found = this.sent.findLast(
      (message): message is Asked => message.type === 'request' && message.row === row,
    );
    if (found === undefined) throw new Error(`Nobody asked for ${row}.`);
    return { id: found.id, body: found.body as RowRequest<RoomContract, Row> };
  }
}
