/**
 * A way to the bytes of one device: a serial port, a serial device server, a recording.
 *
 * A transport knows nothing of protocols. `open` either gives a connection, or fails with `AppError`
 * `DEVICE_LOST`; aborting `signal` makes it fail soon, and leaves nothing open.
 */
export interface Transport {
  /**
   * How long opening may take, in milliseconds, where the supervisor's own patience is too short: a
   * Bluetooth cuff sleeps until somebody measures.
   */
  readonly openTimeoutMs?: number;
  /**
   * The longest pause before it is tried again, in milliseconds, where trying troubles nobody: a port of
   * this machine is found again soon after it is plugged in.
   */
  readonly retryMaxMs?: number;
  open(signal: AbortSignal): Promise<Connection>;
}

/** One open line to a device. */
export interface Connection {
  /**
   * What the device sends, in order, in whatever chunks it arrived. To be read by one reader.
   *
   * Ends when either side closed the line, and fails with `AppError` `DEVICE_LOST` when it broke.
   * Silence is not an end: nobody reports an unplugged cable reliably, so the supervisor watches.
   */
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Sends bytes to the device. @throws AppError `DEVICE_LOST` */
  write(bytes: Uint8Array): Promise<void>;
  /** Lets go of the line; `bytes` ends. Calling it again does nothing. Never fails. */
  close(): Promise<void>;
}
