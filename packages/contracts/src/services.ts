import * as z from 'zod';
import { KioskEvent } from './kiosk.ts';
import { Samples } from './vitals.ts';
import { WireError } from './errors.ts';

/** What a shell (Electron main, or the host without Electron) sends to a service. */
export const ToService = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('request'),
    id: z.number().int().positive(),
    row: z.string(),
    body: z.unknown(),
  }),
  /** Readings on their way from the devices service to the store, which binds them to the visit. */
  z.strictObject({ type: z.literal('samples'), samples: Samples }),
  /** A device left `connected`, or the devices service itself is down: its numbers are withdrawn. */
  z.strictObject({ type: z.literal('live-ended') }),
  z.strictObject({ type: z.literal('stop') }),
]);
export type ToService = z.infer<typeof ToService>;

/** What a service sends to its shell. */
export const FromService = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('ready') }),
  z.strictObject({
    type: z.literal('reply'),
    id: z.number().int().positive(),
    result: z.discriminatedUnion('ok', [
      z.strictObject({ ok: z.literal(true), body: z.unknown() }),
      z.strictObject({ ok: z.literal(false), error: WireError }),
    ]),
  }),
  z.strictObject({ type: z.literal('event'), event: KioskEvent }),
  /** Said before a service ends because it cannot start: shown, and retried slowly. */
  z.strictObject({ type: z.literal('failed'), error: WireError }),
]);
export type FromService = z.infer<typeof FromService>;

/** A service's own end of its line to the shell, whatever carries it. */
export interface ServicePort {
  send(message: FromService): void;
  onMessage(listener: (message: unknown) => void): void;
}
