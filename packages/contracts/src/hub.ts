import * as z from 'zod';
import {
  BackfillRequest,
  ChartEntry,
  FhirId,
  LaneCounts,
  PullRequest,
  PullResponse,
  PushRequest,
  PushResponse,
  ResourceEnvelope,
} from './chart.ts';
import { Alert, BoundAlarm, hubAlertRows } from './alarm.ts';
import { Call, DutyDoctor, hubCallRows } from './call.ts';
import { hubConsultRows } from './consult.ts';
import { Clinic, StaffCredential, StaffMember } from './people.ts';
import { hubConflictRows } from './conflict.ts';
import { hubPhotoRows } from './photo.ts';
import { type Contract } from './rows.ts';
import { Parameter, Sample, Samples } from './vitals.ts';

const EpochMs = z.number().int().nonnegative();

/** How fresh the hub's picture of one clinic is. */
export const ClinicStatus = z.strictObject({
  clinic: Clinic,
  /** Kiosks of the clinic, by enrolment. */
  kiosks: z.array(
    z.strictObject({
      deviceId: FhirId,
      name: z.string().max(80),
      link: z.enum(['up', 'down', 'never']),
      /** Since when the link is as it is; null if never seen. */
      sinceMs: EpochMs.nullable(),
      /** Anything at all was heard. */
      lastHeardAtMs: EpochMs.nullable(),
      /** What the kiosk said, when last heard, that it had not delivered yet. */
      waiting: LaneCounts.nullable(),
      parked: z.number().int().nonnegative().nullable(),
    }),
  ),
  /** The newest change of the clinic's charts that reached the hub, by the hub's clock. */
  lastChangeAtMs: EpochMs.nullable(),
  patientCount: z.number().int().nonnegative(),
});
export type ClinicStatus = z.infer<typeof ClinicStatus>;

/** One line of the doctor's list. */
export const PatientLine = z.strictObject({
  patient: ResourceEnvelope,
  clinicId: FhirId,
  allergies: z.array(ResourceEnvelope),
  /** Today's visit, if there is one. */
  encounter: ResourceEnvelope.nullable(),
  /** The newest observation of each parameter. */
  latest: z.array(ResourceEnvelope),
  /** Records with two current versions, which wait for somebody to decide. */
  conflicts: z.number().int().nonnegative(),
});
export type PatientLine = z.infer<typeof PatientLine>;

/**
 * Everything that may be asked of the hub. `HUB_ACCESS` says who may ask it: that table is the
 * policy, and the test of the policy.
 */
export const hubContract = {
  'session.sign-in': {
    request: z.strictObject({ practitionerId: FhirId, passphrase: z.string().min(1).max(200) }),
    response: z.strictObject({ staff: StaffMember }),
  },
  'session.current': {
    request: z.strictObject({}),
    response: z.strictObject({ staff: StaffMember, hubTimeMs: EpochMs }),
  },
  'session.sign-out': { request: z.strictObject({}), response: z.strictObject({}) },
  'clinics.list': {
    request: z.strictObject({}),
    response: z.strictObject({
      clinics: z.array(ClinicStatus),
      /** Everybody who may have written in these clinics' charts: an entry names its author. */
      staff: z.array(StaffMember).optional(),
      hubTimeMs: EpochMs,
    }),
  },
  'patients.list': {
    request: z.strictObject({}),
    response: z.strictObject({ patients: z.array(PatientLine) }),
  },
  'patients.get': {
    request: z.strictObject({ patientId: FhirId }),
    response: z.strictObject({ clinicId: FhirId, patient: ChartEntry, resources: z.array(ChartEntry) }),
  },
  /** One more clinic of the doctor's reads and writes this patient's chart, or no longer. */
  'patients.join': {
    request: z.strictObject({
      operationId: z.uuid(),
      patientId: FhirId,
      clinicId: FhirId,
      isPresent: z.boolean(),
      reason: z.string().max(1_000).nullable(),
    }),
    response: z.strictObject({ entry: ChartEntry }),
  },
  'observations.list': {
    request: z.strictObject({
      patientId: FhirId,
      parameters: z.array(Parameter).min(1).max(Parameter.options.length),
      fromMs: EpochMs,
      limit: z.number().int().min(1).max(5_000),
    }),
    /** Newest first. */
    response: z.strictObject({ entries: z.array(ChartEntry) }),
  },
  ...hubPhotoRows,
  ...hubConflictRows,
  ...hubAlertRows,
  ...hubCallRows,
  ...hubConsultRows,
  'device.enrol': {
    /** `publicKey`: Ed25519, raw 32 bytes, base64url. The code is used once and lives minutes. */
    request: z.strictObject({
      code: z.string().min(8).max(64),
      publicKey: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
      name: z.string().min(1).max(80),
    }),
    response: z.strictObject({ deviceId: FhirId, clinicId: FhirId }),
  },
  'device.challenge': {
    request: z.strictObject({ deviceId: FhirId }),
    response: z.strictObject({ challenge: z.string().min(32).max(200) }),
  },
  'device.sign-in': {
    /** `signature`: Ed25519 over the challenge's UTF-8 bytes, base64url. */
    request: z.strictObject({
      deviceId: FhirId,
      challenge: z.string().min(32).max(200),
      signature: z.string().regex(/^[A-Za-z0-9_-]{86}$/),
    }),
    response: z.strictObject({ token: z.string().min(32).max(200), expiresAtMs: EpochMs }),
  },
  'sync.push': { request: PushRequest, response: PushResponse },
  'sync.pull': { request: PullRequest, response: PullResponse },
  /** `NOT_FOUND` for who is not of the kiosk's clinic (any more). */
  'sync.backfill': { request: BackfillRequest, response: PullResponse },
  'sync.staff': {
    request: z.strictObject({}),
    response: z.strictObject({ clinic: Clinic, staff: z.array(StaffCredential) }),
  },
} as const satisfies Contract;

export type HubContract = typeof hubContract;
export type HubRow = keyof HubContract;

/** Default deny: a row that is not here does not compile. */
export const HUB_ACCESS = {
  'session.sign-in': ['anyone'],
  'session.current': ['doctor'],
  'session.sign-out': ['doctor'],
  'clinics.list': ['doctor'],
  'patients.list': ['doctor'],
  'patients.get': ['doctor'],
  'patients.join': ['doctor'],
  'observations.list': ['doctor'],
  'photos.get': ['doctor'],
  'conflicts.list': ['doctor'],
  'history.get': ['doctor'],
  'conflicts.resolve': ['doctor'],
  'calls.list': ['doctor', 'device'],
  'calls.ring-kiosk': ['doctor'],
  'calls.ring-duty': ['device'],
  'calls.accept': ['doctor', 'device'],
  'calls.decline': ['doctor', 'device'],
  'calls.end': ['doctor', 'device'],
  'calls.attach': ['doctor', 'device'],
  'calls.join': ['doctor', 'device'],
  'notes.save': ['doctor'],
  'visits.close': ['doctor'],
  'alerts.list': ['doctor'],
  'alerts.get': ['doctor'],
  'alerts.trend': ['doctor'],
  'alerts.delivered': ['doctor'],
  'alerts.seen': ['doctor'],
  'alerts.accept': ['doctor'],
  'push.key': ['doctor'],
  'push.subscribe': ['doctor'],
  'push.unsubscribe': ['doctor'],
  'device.enrol': ['anyone'],
  'device.challenge': ['anyone'],
  'device.sign-in': ['anyone'],
  'sync.push': ['device'],
  'sync.pull': ['device'],
  'sync.backfill': ['device'],
  'sync.backed-up': ['device'],
  'sync.staff': ['device'],
} as const satisfies Record<HubRow, readonly ('anyone' | 'doctor' | 'device')[]>;

// ── The link: kiosk ↔ hub, one WebSocket (`/link`), the device's token in its Authorization header

/** Kiosk → hub. Times are the kiosk's clock; the hub knows the difference from the echoes. */
export const LinkUp = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('samples'), patientId: FhirId, encounterId: FhirId, samples: Samples }),
  /** The values of a device were withdrawn, or the patient left: nothing is live any more. */
  z.strictObject({ type: z.literal('live-ended'), patientId: FhirId }),
  z.strictObject({ type: z.literal('status'), waiting: LaneCounts, parked: z.number().int().nonnegative() }),
  z.strictObject({ type: z.literal('echo'), askedAtMs: EpochMs, otherAtMs: EpochMs }),
  /** The fast way of an alarm; the sure one is its operation in the first lane. One id, one alert. */
  z.strictObject({ type: z.literal('alarm'), bound: BoundAlarm }),
]);
export type LinkUp = z.infer<typeof LinkUp>;

/** Hub → kiosk. */
export const LinkDown = z.discriminatedUnion('type', [
  /** Answer at once with `echo`. Also the heartbeat: silence means that the link is down. */
  z.strictObject({ type: z.literal('ask'), askedAtMs: EpochMs }),
  /** The hub's log has grown: pull. */
  z.strictObject({ type: z.literal('poke') }),
  /** New or changed; first after connecting, whatever rings or runs. `hubTimeMs` corrects its times. */
  z.strictObject({ type: z.literal('call'), call: Call, hubTimeMs: EpochMs }),
  /** How far this kiosk's alert has come; first after connecting, every one that is not resolved. */
  z.strictObject({ type: z.literal('alert'), alert: Alert, hubTimeMs: EpochMs }),
  z.strictObject({ type: z.literal('duty'), doctors: z.array(DutyDoctor) }),
]);
export type LinkDown = z.infer<typeof LinkDown>;

// ── Live: console ↔ hub, one WebSocket (`/live`), the session's cookie

export const LiveUp = z.discriminatedUnion('type', [
  /** Whose live numbers to send; null for nobody's. One patient at a time. */
  z.strictObject({ type: z.literal('watch'), patientId: FhirId.nullable() }),
  z.strictObject({ type: z.literal('ask'), askedAtMs: EpochMs }),
]);
export type LiveUp = z.infer<typeof LiveUp>;

export const LiveDown = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('samples'),
    patientId: FhirId,
    encounterId: FhirId,
    kioskDeviceId: FhirId,
    /** `receivedAtMs` of each is already the hub's time, corrected by the echoes. */
    samples: z.array(Sample).min(1),
  }),
  z.strictObject({ type: z.literal('live-ended'), patientId: FhirId }),
  z.strictObject({ type: z.literal('chart-changed'), patientId: FhirId.nullable() }),
  z.strictObject({ type: z.literal('clinic'), status: ClinicStatus }),
  z.strictObject({ type: z.literal('echo'), askedAtMs: EpochMs, otherAtMs: EpochMs }),
  /** New or changed; first after connecting, whatever rings or runs in the doctor's clinics. */
  z.strictObject({ type: z.literal('call'), call: Call }),
  /** New or changed; first after connecting, every one that is not resolved. */
  z.strictObject({ type: z.literal('alert'), alert: Alert }),
]);
export type LiveDown = z.infer<typeof LiveDown>;

/** Close codes of our sockets (RFC 6455, 4000 to 4999 are private use). */
export const SOCKET_CLOSE = {
  badMessage: 4400,
  signInRequired: 4401,
  forbidden: 4403,
  tooLarge: 1009,
  goingAway: 1001,
  /** More messages than anybody needs to send. */
  tooMany: 4429,
  /** The same participant has entered by another socket: coming back would only push that one out. */
  replaced: 4409,
} as const;
