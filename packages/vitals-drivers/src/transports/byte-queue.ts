import { AppError } from '@shimabashi/contracts';

/** Far more than a device can send in the time that a busy process needs to come back to it. */
const QUEUE_BYTES_MAX = 1_048_576;

/**
 * Carries chunks from callbacks to one `for await`. Bounded: a reader that has stopped reading loses
 * the line instead of filling the memory.
 */
export class ByteQueue implements AsyncIterable<Uint8Array> {
  #chunks: Uint8Array[] = [];
  #queuedBytes = 0;
  #end: { readonly error: Error | undefined } | undefined;
  #wake: () => void = () => {};

  push(chunk: Uint8Array): void {
    if (this.#end !== undefined) return;
    this.#chunks.push(chunk);
    this.#queuedBytes += chunk.length;
    if (this.#queuedBytes > QUEUE_BYTES_MAX) {
      this.end(new AppError('DEVICE_LOST', 'Nothing reads what the device sends.'));
    }
    this.#wake();
  }

  /** Ends the bytes, after what has been pushed. Only the first call counts. What is no `AppError` is a bug. */
  end(error?: Error): void {
    this.#end ??= { error };
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void> {
    for (;;) {
      const chunk = this.#chunks.shift();
      if (chunk !== undefined) {
        this.#queuedBytes -= chunk.length;
        yield chunk;
      } else if (this.#end === undefined) {
        await new Promise<void>(resolve => {
          this.#wake = resolve;
        });
      } else if (this.#end.error === undefined) {
        return;
      } else {
        throw this.#end.error;
      }
    }
  }
}
