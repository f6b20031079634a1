import * as z from 'zod';
import { Alarm, AlarmAnswer } from './alarm.ts';
import { EnrolledDevice } from './device-enrolment.ts';
import { KioskEvent } from './kiosk.ts';
import { type Contract } from './rows.ts';
import { DeviceId, Sample, Samples } from './vitals.ts';
import { WireError } from './errors.ts';

/** More than a clinic has. */
export const ENROLLED_MAX = 32;

/** What the devices service asks of the store. No door leads here. */
export const deviceStoreContract = {
  /** Answered only after the commit that a power cut cannot undo: then a device may delete its own. */
  'records.keep': { request: z.strictObject({ records: Samples }), response: z.strictObject({}) },
  /** The ids of the records that were kept: what a device sends anew is not told again. */
  'records.known': {
    request: z.strictObject({}),
    response: z.strictObject({ recordIds: z.array(Sample.shape.sampleId) }),
  },
  /** What crossed a device's line, as lines of text (`textRawLog`). It may name a patient. */
  'raw-log.append': {
    request: z.strictObject({ deviceId: DeviceId, text: z.string().min(1).max(262_144) }),
    response: z.strictObject({}),
  },
  /** @throws `SIGN_IN_REQUIRED` where no nurse is signed in. */
  'nurse.required': { request: z.strictObject({}), response: z.strictObject({}) },
  'enrolled.list': {
    request: z.strictObject({}),
    response: z.strictObject({ devices: z.array(EnrolledDevice).max(ENROLLED_MAX) }),
  },
  /** For the nurse who is signed in; in place of one with the same id. @throws `CONFLICT` when there are too many. */
  'enrolled.keep': { request: z.strictObject({ device: EnrolledDevice }), response: z.strictObject({}) },
  'enrolled.forget': { request: z.strictObject({ deviceId: DeviceId }), response: z.strictObject({}) },
} as const satisfies Contract;
export type DeviceStoreContract = typeof deviceStoreContract;

const RowResultMessage = z.discriminatedUnion('ok', [
  z.strictObject({ ok: z.literal(true), body: z.unknown() }),
  z.strictObject({ ok: z.literal(false), error: WireError }),
]);

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
  /**
   * Every alarm that is not resolved. To the devices service when it is ready: these episodes go on.
   * To the store and the sound service: on each change, and when they are ready.
   */
  z.strictObject({ type: z.literal('alarms'), alarms: z.array(Alarm).max(64) }),
  /** To the devices service: a person has answered. */
  z.strictObject({ type: z.literal('alarm-answer'), answer: AlarmAnswer }),
  /** To the sound service: whether a call rings at this kiosk. */
  z.strictObject({ type: z.literal('ring'), isRinging: z.boolean() }),
  /** To the devices service: what the store answered to its `ask`. */
  z.strictObject({ type: z.literal('answer'), id: z.number().int().positive(), result: RowResultMessage }),
  z.strictObject({ type: z.literal('stop') }),
]);
export type ToService = z.infer<typeof ToService>;

/** What a service sends to its shell. */
export const FromService = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('ready') }),
  z.strictObject({
    type: z.literal('reply'),
    id: z.number().int().positive(),
    result: RowResultMessage,
  }),
  /** The devices service asks the store (`deviceStoreContract`). */
  z.strictObject({
    type: z.literal('ask'),
    id: z.number().int().positive(),
    row: z.enum(Object.keys(deviceStoreContract) as (keyof DeviceStoreContract)[]),
    body: z.unknown(),
  }),
  z.strictObject({ type: z.literal('event'), event: KioskEvent }),
  /** The store: a person at the kiosk, or a doctor by way of the hub, has answered an alarm. */
  z.strictObject({ type: z.literal('alarm-answer'), answer: AlarmAnswer }),
  /** The store, at its start: what was on when the kiosk was last heard of. Counts if nobody knows more. */
  z.strictObject({ type: z.literal('alarms-kept'), alarms: z.array(Alarm).max(64) }),
  /** The store, before `ready`: its file is damaged and is being built anew. That may take minutes. */
  z.strictObject({ type: z.literal('repairing') }),
  /** Said before a service ends because it cannot start: shown, and retried slowly. */
  z.strictObject({ type: z.literal('failed'), error: WireError }),
]);
export type FromService = z.infer<typeof FromService>;

/** A service's own end of its line to the shell, whatever carries it. */
export interface ServicePort {
  send(message: FromService): void;
  onMessage(listener: (message: unknown) => void): void;
}
