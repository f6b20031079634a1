import { type LiveDown, LiveUp } from '@shimabashi/contracts';
import { type LiveSocket } from '../features/live/live-connection.ts';

/** A socket whose other end is the test. What the console sends must fit the contract. */
export class FakeSocket extends EventTarget implements LiveSocket {
  readonly sent: LiveUp[] = [];
  closed = false;

  send(text: string | ArrayBufferLike | Blob | ArrayBufferView): void {
    if (typeof text !== 'string') throw new Error('The console speaks text.');
    this.sent.push(LiveUp.parse(JSON.parse(text)));
  }

  close(): void {
    this.closed = true;
  }

  opens(): void {
    this.dispatchEvent(new Event('open'));
  }

  says(message: LiveDown): void {
    this.saysText(JSON.stringify(message));
  }

  saysText(data: unknown): void {
    this.dispatchEvent(new MessageEvent('message', { data }));
  }

  /** Closed by the hub, or by the line. */
  ends(code: number): void {
    this.dispatchEvent(Object.assign(new Event('close'), { code }));
  }

  /** Answers the last question for the time. */
  echoes(hubAtMs: number): void {
    const ask = this.sent.findLast(message => message.type === 'ask');
    if (ask?.type !== 'ask') throw new Error('Nothing was asked.');
    this.says({ type: 'echo', askedAtMs: ask.askedAtMs, otherAtMs: hubAtMs });
  }
}
