import { assert, STREAM_STALE_AFTER_MS } from '@shimabashi/contracts';
import { useEffect, useRef } from 'react';
import { type WaveformBuffer } from './waveform-buffer.ts';
import styles from './live-waveform.module.css';

/** Speed of the trace, as bedside monitors run by default. Source: design language, section 7. */
const MM_PER_SECOND = 25;

/** CSS px in a millimetre of our screens. Source: design language, section 4 (141 dpi, 132 points). */
const PX_PER_MM = { kiosk: 5.55, console: 3.78, ipad: 5.2 } as const;

/** Width of the empty bar that runs before the trace, in CSS px. */
const ERASE_BAR_PX = 28;

/**
 * The least between two drawings, in milliseconds: every second frame of a screen of 60 Hz. The trace
 * moves less than a millimetre in that time; more is only work for a kiosk and an iPad's battery.
 */
const DRAW_EVERY_MS = 30;

/** How far the drawing stays behind the newest sample, so that blocks of a third of a second run smoothly. */
const DELAY_SECONDS = 0.4;

export interface LiveWaveformProps {
  readonly buffer: WaveformBuffer;
  /** False withdraws the trace: device gone, values stale. Nothing old is left standing. */
  readonly running: boolean;
  /** For those who cannot see it, with the word beside it. */
  readonly label: string;
  /** CSS custom property of tokens.css, for example `--p-spo2`. */
  readonly colour: `--${string}`;
  readonly face?: keyof typeof PX_PER_MM;
  /** The range of the samples, for the height, where the blocks don't say their own. */
  readonly range: { readonly min: number; readonly max: number };
}

/**
 * A waveform as a monitor draws it: left to right, with an erase bar, 25 mm/s. What was lost is a gap.
 *
 * It runs under `prefers-reduced-motion` too: a trace that stands still would be taken for a patient
 * without a pulse (design language, section 7).
 */
export function LiveWaveform({ buffer, running, label, colour, face = 'kiosk', range }: LiveWaveformProps) {
  const canvasRef = useRef<HTMLCanvasElement>(null);
  const { min, max } = range;
  useEffect(() => {
    const canvas = canvasRef.current;
    const context = canvas?.getContext('2d') ?? null;
    if (canvas === null || context === null) return;
    if (!running) {
      context.clearRect(0, 0, canvas.width, canvas.height);
      return;
    }
    const pen = new TracePen(buffer, { min, max }, PX_PER_MM[face] * MM_PER_SECOND);
    let drawnAtMs = -DRAW_EVERY_MS;
    let frame = requestAnimationFrame(function paint(atMs) {
      if (atMs - drawnAtMs >= DRAW_EVERY_MS) {
        drawnAtMs = atMs;
        pen.paint(canvas, context, getComputedStyle(canvas).getPropertyValue(colour), atMs);
      }
      frame = requestAnimationFrame(paint);
    });
    return () => cancelAnimationFrame(frame);
  }, [buffer, running, colour, face, min, max]);
  return (
    <canvas
      ref={canvasRef}
      className={styles.waveform}
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
      role="img"
      aria-label={label}
      data-running={running}
    />
  );
}

/** Where the trace is, and how to draw it. Without DOM state of its own, so that it can be tested. */
export class TracePen {
  readonly #buffer: WaveformBuffer;
  readonly #range: { min: number; max: number };
  readonly #pxPerSecond: number;
  /** Sequence number up to which is drawn, with a fraction. */
  #head = 0;
  #lastAtMs: number | undefined;
  #lastEnd = -1;
  #grewAtMs = 0;

  constructor(buffer: WaveformBuffer, range: { min: number; max: number }, pxPerSecond: number) {
    assert(range.max > range.min && pxPerSecond > 0, 'a trace has height and speed');
    this.#buffer = buffer;
    this.#range = range;
    this.#pxPerSecond = pxPerSecond;
  }

  /** Draws the sweep as of `atMs` (the time of the animation frame). */
  paint(canvas: HTMLCanvasElement, context: CanvasRenderingContext2D, colour: string, atMs: number): void {
    const ratio = fitToScreen(canvas);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    const width = canvas.width / ratio;
    const height = canvas.height / ratio;
    context.clearRect(0, 0, width, height);
    const head = this.advance(atMs);
    if (head === undefined) return;
    context.strokeStyle = colour;
    context.lineWidth = 3;
    context.lineJoin = 'round';
    context.beginPath();
    for (const run of this.sweep(head, width)) {
      run.forEach(([x, level], index) => {
        const y = height - 6 - level * (height - 12);
        if (index === 0) context.moveTo(x, y);
        else context.lineTo(x, y);
      });
    }
    context.stroke();
  }

  /** Moves on by the time that passed, never past what there is; undefined when the trace has stopped. */
  advance(atMs: number): number | undefined {
    const { end, sampleRateHz } = this.#buffer;
    if (sampleRateHz === 0 || end === 0) return undefined;
    if (end !== this.#lastEnd) {
      this.#lastEnd = end;
      this.#grewAtMs = atMs;
    }
    if (atMs - this.#grewAtMs > STREAM_STALE_AFTER_MS) return undefined;
    const passedMs = this.#lastAtMs === undefined ? 0 : atMs - this.#lastAtMs;
    this.#lastAtMs = atMs;
    const target = end - DELAY_SECONDS * sampleRateHz;
    const next = this.#head + (passedMs / 1_000) * sampleRateHz;
    // After a pause, or at the start, jump; else run evenly and wait for what has not come yet.
    const farOff = Math.abs(target - next) > 2 * sampleRateHz;
    this.#head = Math.max(this.#buffer.start, farOff ? target : Math.min(next, end));
    return this.#head;
  }

  /** Unbroken runs of points `[x in px, level 0..1]` of the last sweep, without the erase bar. */
  sweep(head: number, width: number): [number, number][][] {
    const pxPerSample = this.#pxPerSecond / this.#buffer.sampleRateHz;
    const samplesAcross = Math.max(1, Math.floor(width / pxPerSample));
    const newest = Math.floor(head);
    const oldest = Math.max(
      this.#buffer.start,
      newest - samplesAcross + Math.ceil(ERASE_BAR_PX / pxPerSample),
    );
    const runs: [number, number][][] = [];
    let run: [number, number][] = [];
    for (let sequence = oldest; sequence < newest; sequence += 1) {
      const place = sequence % samplesAcross;
      const sample = this.#buffer.at(sequence);
      const breaks = Number.isNaN(sample) || place === 0;
      if (breaks && run.length > 0) {
        runs.push(run);
        run = [];
      }
      if (!Number.isNaN(sample)) run.push([place * pxPerSample, this.#level(sample)]);
    }
    if (run.length > 0) runs.push(run);
    return runs;
  }

  #level(sample: number): number {
    const { fullScale } = this.#buffer;
    const { min, max } = fullScale === undefined ? this.#range : { min: 0, max: fullScale };
    return Math.min(1, Math.max(0, (sample - min) / (max - min)));
  }
}

/** Gives the canvas as many pixels as the screen has for it. Returns screen pixels in a CSS pixel. */
function fitToScreen(canvas: HTMLCanvasElement): number {
  const ratio = globalThis.devicePixelRatio || 1;
  const width = Math.max(1, Math.round(canvas.clientWidth * ratio));
  const height = Math.max(1, Math.round(canvas.clientHeight * ratio));
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  return ratio;
}
