import * as z from 'zod';
import { FhirId } from './chart.ts';
import { StaffMember } from './people.ts';
import { type Contract } from './rows.ts';

const EpochMs = z.number().int().nonnegative();

/** Why somebody did not take a call. Each has its words on the caller's screen. */
export const DeclineReason = z.enum(['with-a-patient', 'not-now', 'by-telephone', 'wrong-patient']);
export type DeclineReason = z.infer<typeof DeclineReason>;

export const CallEnd = z.strictObject({
  /** `closed`: the visit was closed with a decision. `lost`: nobody was in the room any more. */
  reason: z.enum(['hung-up', 'declined', 'no-answer', 'cancelled', 'closed', 'lost']),
  declinedBecause: DeclineReason.nullable(),
  by: StaffMember.nullable(),
});
export type CallEnd = z.infer<typeof CallEnd>;

/**
 * A call between one kiosk and one doctor, from the first ring to its end. The hub keeps it; it
 * outlives every socket, so that whoever was cut off comes back into it.
 *
 * Times are the hub's clock. The kiosk's store corrects them to its own before a screen sees them.
 */
export const Call = z.strictObject({
  callId: z.uuid(),
  clinicId: FhirId,
  kioskDeviceId: FhirId,
  kioskName: z.string().max(80),
  direction: z.enum(['to-kiosk', 'to-doctor']),
  /** Null when the nurse called before she knew who it is about: attached later. */
  patientId: FhirId.nullable(),
  encounterId: FhirId.nullable(),
  /** Who called, or who took it. Null while it rings at the doctors on duty. */
  doctor: StaffMember.nullable(),
  nurse: StaffMember.nullable(),
  /** Whom it rings, or rang, in order; and who declined. Empty for a call to the kiosk. */
  rung: z.array(z.strictObject({ staff: StaffMember, declinedBecause: DeclineReason.nullable() })).max(16),
  state: z.enum(['ringing', 'connected', 'ended']),
  ringingAtMs: EpochMs,
  connectedAtMs: EpochMs.nullable(),
  endedAtMs: EpochMs.nullable(),
  end: CallEnd.nullable(),
});
export type Call = z.infer<typeof Call>;

/** The right to enter one room as one participant. A secret: never logged, never in an address. */
export const RoomTicket = z.string().regex(/^[A-Za-z0-9_-]{43}$/);

/** A doctor on duty, in the order of the roster, and whether a console of theirs is open now. */
export const DutyDoctor = z.strictObject({
  staff: StaffMember,
  /** A console of theirs is open. */
  isHere: z.boolean(),
  /** They can be rung: a console is open, or a browser of theirs can be woken by push. */
  isReachable: z.boolean(),
});
export type DutyDoctor = z.infer<typeof DutyDoctor>;

/** How long a call rings before nobody has answered, in milliseconds. */
export const RING_FOR_MS = 60_000;

const CallId = z.strictObject({ callId: z.uuid() });
const OneCall = z.strictObject({ call: Call });
/** `hubTimeMs` corrects the call's times, for whoever has another clock. */
const HubCall = z.strictObject({ call: Call, hubTimeMs: EpochMs });

/** The kiosk's rows about calls. The store answers them: the link to the hub is its own. */
export const kioskCallRows = {
  /** The call that rings or runs at this kiosk; the one just ended stays until the next. */
  'calls.current': { request: z.strictObject({}), response: z.strictObject({ call: Call.nullable() }) },
  /** Calls the doctors on duty, about the open visit if there is one. Pressing twice is harmless. */
  'calls.start': { request: CallId, response: OneCall },
  'calls.accept': { request: CallId, response: OneCall },
  'calls.decline': {
    request: z.strictObject({ callId: z.uuid(), because: DeclineReason }),
    response: OneCall,
  },
  /** Hangs up, or gives up ringing. */
  'calls.end': { request: CallId, response: OneCall },
  /** The right to enter the room of a connected call, and where it is (`ws:` or `wss:`). */
  'calls.join': {
    request: CallId,
    response: z.strictObject({ call: Call, ticket: RoomTicket, roomUrl: z.url() }),
  },
  /**
   * What of this machine a call uses: a part of each device's label, as it was enrolled. Null takes
   * the first that is not taken: right only where it cannot be the wrong camera.
   */
  'calls.devices': {
    request: z.strictObject({}),
    response: z.strictObject({
      microphone: z.string().max(120).nullable(),
      faceCamera: z.string().max(120).nullable(),
      examCamera: z.string().max(120).nullable(),
    }),
  },
  'duty.list': {
    request: z.strictObject({}),
    response: z.strictObject({ doctors: z.array(DutyDoctor) }),
  },
} as const satisfies Contract;

/**
 * The hub's rows about calls: at most one call that is not over for each kiosk and for each doctor
 * (one patient at a time, row R9 of the requirements). Each is idempotent by `callId`. Errors:
 * `PEER_OFFLINE`, `PEER_BUSY`, `IN_CALL`, `NOBODY_ON_DUTY`, `CALL_ENDED`; `CONFLICT` when somebody
 * else has taken it, or the id is another call's. For doctors (of their clinics) and for devices (of
 * their own calls).
 */
export const hubCallRows = {
  'calls.list': {
    request: z.strictObject({}),
    response: z.strictObject({ calls: z.array(Call), hubTimeMs: EpochMs }),
  },
  /** Doctor: rings this kiosk. */
  'calls.ring-kiosk': {
    request: z.strictObject({
      callId: z.uuid(),
      kioskDeviceId: FhirId,
      patientId: FhirId.nullable(),
      encounterId: FhirId.nullable(),
    }),
    response: HubCall,
  },
  /** Kiosk: rings the doctors on duty. `nurseId`: who is signed in at the kiosk, or null. */
  'calls.ring-duty': {
    request: z.strictObject({
      callId: z.uuid(),
      nurseId: FhirId.nullable(),
      patientId: FhirId.nullable(),
      encounterId: FhirId.nullable(),
    }),
    response: HubCall,
  },
  /** `nurseId` is for devices; a doctor gives null. */
  'calls.accept': {
    request: z.strictObject({ callId: z.uuid(), nurseId: FhirId.nullable() }),
    response: HubCall,
  },
  'calls.decline': {
    request: z.strictObject({
      callId: z.uuid(),
      nurseId: FhirId.nullable(),
      because: DeclineReason,
    }),
    response: HubCall,
  },
  'calls.end': {
    request: z.strictObject({ callId: z.uuid(), nurseId: FhirId.nullable() }),
    response: HubCall,
  },
  /** Says whom a call is about that was begun before anybody knew. Never changes a patient. */
  'calls.attach': {
    request: z.strictObject({ callId: z.uuid(), patientId: FhirId, encounterId: FhirId.nullable() }),
    response: HubCall,
  },
  /** A ticket of one's own: asking again makes the older one of the same participant void. */
  'calls.join': {
    request: z.strictObject({ callId: z.uuid(), nurseId: FhirId.nullable() }),
    response: z.strictObject({ call: Call, hubTimeMs: EpochMs, ticket: RoomTicket }),
  },
} as const satisfies Contract;
