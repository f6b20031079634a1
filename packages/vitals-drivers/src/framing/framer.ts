/**
 * What a framer makes of bytes: a frame that passed its checks, or bytes that belong to none.
 *
 * Both keep their order, so that whoever decodes sees exactly where something is missing.
 */
export type Framed =
  | { readonly kind: 'frame'; readonly bytes: Uint8Array }
  | { readonly kind: 'rejected'; readonly bytes: Uint8Array };

/**
 * Cuts a byte stream into frames.
 *
 * However the stream is chopped, the result is the same. Length, checksum and range are checked
 * here, the buffer is bounded, and after noise it finds the next frame by shifting.
 */
export interface Framer {
  /** Times that `rejected` was given, since the start. A rising number means a bad cable. */
  readonly badFrames: number;
  /** Takes the next bytes and gives what they complete, oldest first. */
  push(chunk: Uint8Array): Framed[];
  /** Gives up what is left: the end of a recording in the middle of a frame. */
  end(): Framed[];
}
