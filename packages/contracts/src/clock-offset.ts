/**
 * How far another machine's clock is from ours, estimated from echoes.
 *
 * An echo is our time when we asked, the other's time when it answered, our time when the answer
 * came. The truth lies within half the round trip, so the fastest of the last echoes is believed
 * (as NTP's clock filter does, RFC 5905 section 10). With it, a number that sat in a queue on the way shows its
 * true age.
 */
export class ClockOffset {
  readonly #echoes: { roundTripMs: number; offsetMs: number }[] = [];

  /** Takes one echo. All in milliseconds since the epoch, each of its own clock. */
  add(echo: { askedAtMs: number; otherAtMs: number; answeredAtMs: number }): void {
    const roundTripMs = echo.answeredAtMs - echo.askedAtMs;
    if (roundTripMs < 0) return; // Our own clock was set back in between: this echo says nothing.
    this.#echoes.push({ roundTripMs, offsetMs: (echo.askedAtMs + echo.answeredAtMs) / 2 - echo.otherAtMs });
    if (this.#echoes.length > ECHOES_KEPT) this.#echoes.shift();
  }

  /** A time of the other's clock in ours, or undefined before the first echo. */
  toOurs(otherAtMs: number): number | undefined {
    const best = this.#echoes.reduce<{ roundTripMs: number; offsetMs: number } | undefined>(
      (least, echo) => (least === undefined || echo.roundTripMs < least.roundTripMs ? echo : least),
      undefined,
    );
    return best === undefined ? undefined : otherAtMs + best.offsetMs;
  }
}

const ECHOES_KEPT = 8;
