import * as z from 'zod';
import { ChartEntry, FhirId, LaneCounts, PullProgress, ResourceEnvelope } from './chart.ts';
import { Alarm, AlarmWatch, Alert, kioskAlarmRows, SoundStatus } from './alarm.ts';
import { Call, DutyDoctor, kioskCallRows } from './call.ts';
import { recordRows } from './conflict.ts';
import { Clinic, StaffMember } from './people.ts';
import { kioskEnrolmentRows } from './device-enrolment.ts';
import { kioskOutboxRows } from './outbox.ts';
import { kioskPhotoRows } from './photo.ts';
import { kioskRecordRows } from './record-edit.ts';
import { type Contract, type RowApi, type RowHandlers } from './rows.ts';
import { DeviceId, DeviceStatus, Parameter, Sample, Samples, WaveformBlock } from './vitals.ts';

const EpochMs = z.number().int().nonnegative();

/** One line of today's list. The plain facts of an Encounter and its Patient, ready to show. */
export const TodayEntry = z.strictObject({
  encounterId: FhirId,
  patient: ResourceEnvelope,
  /** Null for a walk-in. */
  plannedAtMs: EpochMs.nullable(),
  arrivedAtMs: EpochMs.nullable(),
  reason: z.string().max(200),
  /** The reason in English for the English screens; empty where there is none. */
  reasonLatin: z.string().max(200).optional(),
  status: z.enum(['planned', 'arrived', 'in-progress', 'finished']),
});
export type TodayEntry = z.infer<typeof TodayEntry>;

/** The patient in front of the kiosk. Readings bind to this visit and to nothing else. */
export const Visit = z.strictObject({ encounterId: FhirId, patientId: FhirId, openedAtMs: EpochMs });
export type Visit = z.infer<typeof Visit>;

/** What is saved here and what is at the hospital. */
export const SyncStatus = z.strictObject({
  link: z.enum(['up', 'down']),
  /** Since when the link is as it is. */
  sinceMs: EpochMs,
  waiting: LaneCounts,
  parked: z.number().int().nonnegative(),
  /** The chart's file was damaged and built anew, and no nurse has seen yet what that cost. */
  isRescued: z.literal(true).optional(),
  /** When the hub last confirmed anything of ours; null if never since the store began. */
  lastConfirmedAtMs: EpochMs.nullable(),
  /** How far down the hub's log we are is known: the hub's news as of this time. */
  lastPulledAtMs: EpochMs.nullable(),
  /** While the kiosk is far behind: how many of its clinic's versions it has read, and of how many. */
  progress: PullProgress.optional(),
});
export type SyncStatus = z.infer<typeof SyncStatus>;

export const ServiceName = z.enum(['devices', 'store', 'sound']);
export type ServiceName = z.infer<typeof ServiceName>;

export const ServiceStatus = z.strictObject({
  service: ServiceName,
  state: z.enum(['starting', 'up', 'down']),
  sinceMs: EpochMs,
  /** Starts since the kiosk began: a rising number is a fault, even if the screen looks well. */
  starts: z.number().int().nonnegative(),
  /** Why it is down, from the error table, when it said so before it ended. */
  code: z.string().max(40).nullable(),
});
export type ServiceStatus = z.infer<typeof ServiceStatus>;

/**
 * What a nurse saves: a reading that the kiosk itself received (named by its id, so that no screen
 * can alter it), or one entered by hand with the reason why no device gave it.
 */
export const ObservationSource = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('device'), sampleId: Sample.shape.sampleId }),
  z.strictObject({
    kind: z.literal('by-hand'),
    parameter: Parameter,
    value: z.number().finite(),
    unit: z.string().min(1).max(16),
    reason: z.string().min(1).max(200),
  }),
]);
export type ObservationSource = z.infer<typeof ObservationSource>;

/** Everything that a screen, or an engineer with curl, may ask of a kiosk. */
export const kioskContract = {
  'session.staff': {
    request: z.strictObject({}),
    response: z.strictObject({ clinic: Clinic.nullable(), staff: z.array(StaffMember) }),
  },
  'session.sign-in': {
    request: z.strictObject({ practitionerId: FhirId, pin: z.string().regex(/^\d{4,8}$/) }),
    response: z.strictObject({ nurse: StaffMember }),
  },
  'session.current': {
    request: z.strictObject({}),
    response: z.strictObject({
      nurse: StaffMember.nullable(),
      clinic: Clinic.nullable(),
      /** What the chart calls this kiosk; null until it is enrolled. */
      deviceId: FhirId.nullable(),
    }),
  },
  'session.sign-out': { request: z.strictObject({}), response: z.strictObject({}) },
  'today.list': {
    request: z.strictObject({}),
    response: z.strictObject({ entries: z.array(TodayEntry) }),
  },
  'patients.find': {
    /** Name in kanji, reading in kana or Latin letters, birth date (YYYY-MM-DD) or card number. */
    request: z.strictObject({ text: z.string().min(1).max(80), limit: z.number().int().min(1).max(50) }),
    response: z.strictObject({ patients: z.array(ResourceEnvelope) }),
  },
  'patients.get': {
    request: z.strictObject({ patientId: FhirId }),
    /** Current versions of everything but observations; two of one resource are a conflict. */
    response: z.strictObject({ patient: ChartEntry, resources: z.array(ChartEntry) }),
  },
  'observations.list': {
    request: z.strictObject({ patientId: FhirId, limit: z.number().int().min(1).max(2_000) }),
    /** Newest first. */
    response: z.strictObject({ entries: z.array(ChartEntry) }),
  },
  'visits.open': {
    /** Without `encounterId` a walk-in begins. `operationId` makes pressing twice harmless. */
    request: z.strictObject({ operationId: z.uuid(), patientId: FhirId, encounterId: FhirId.nullable() }),
    response: z.strictObject({ visit: Visit }),
  },
  'visits.current': {
    request: z.strictObject({}),
    response: z.strictObject({ visit: Visit.nullable() }),
  },
  /** Leaves the patient's page. Nothing is finished or lost; the visit can be opened again. */
  'visits.pause': { request: z.strictObject({}), response: z.strictObject({}) },
  'observations.save': {
    request: z.strictObject({
      encounterId: FhirId,
      entries: z
        .array(z.strictObject({ operationId: z.uuid(), source: ObservationSource }))
        .min(1)
        .max(16),
    }),
    /** Answered only after the commit that a power cut cannot undo (invariant 1). */
    response: z.strictObject({ entries: z.array(ChartEntry) }),
  },
  ...kioskPhotoRows,
  ...kioskOutboxRows,
  ...recordRows,
  ...kioskRecordRows,
  ...kioskCallRows,
  ...kioskAlarmRows,
  ...kioskEnrolmentRows,
  'sync.status': { request: z.strictObject({}), response: SyncStatus },
  'devices.list': {
    request: z.strictObject({}),
    response: z.strictObject({ devices: z.array(DeviceStatus) }),
  },
  /** The newest sample of each parameter of each connected device. Look at its age. */
  'vitals.latest': {
    request: z.strictObject({}),
    response: z.strictObject({ samples: z.array(Sample) }),
  },
  'services.status': {
    request: z.strictObject({}),
    response: z.strictObject({ services: z.array(ServiceStatus) }),
  },
} as const satisfies Contract;

export type KioskContract = typeof kioskContract;
export type KioskRow = keyof KioskContract;
export type KioskHandlers<Context> = RowHandlers<KioskContract, Context>;

/** Who answers a row. The broker itself answers the rows of `kiosk`. */
export const ROW_OWNER = {
  'session.staff': 'store',
  'session.sign-in': 'store',
  'session.current': 'store',
  'session.sign-out': 'store',
  'today.list': 'store',
  'patients.find': 'store',
  'patients.get': 'store',
  'observations.list': 'store',
  'visits.open': 'store',
  'visits.current': 'store',
  'visits.pause': 'store',
  'observations.save': 'store',
  'photos.save': 'store',
  'photos.get': 'store',
  'conflicts.list': 'store',
  'history.get': 'store',
  'records.edit': 'store',
  'outbox.parked': 'store',
  'outbox.retry': 'store',
  'outbox.withdraw': 'store',
  'outbox.rescue': 'store',
  'outbox.rescue-seen': 'store',
  'calls.current': 'store',
  'calls.start': 'store',
  'calls.accept': 'store',
  'calls.decline': 'store',
  'calls.end': 'store',
  'calls.join': 'store',
  'calls.devices': 'store',
  'duty.list': 'store',
  'alarms.list': 'kiosk',
  'sound.status': 'kiosk',
  'alarms.pause-sound': 'store',
  'alarms.acknowledge': 'store',
  'alerts.list': 'store',
  'sync.status': 'store',
  'devices.list': 'devices',
  'devices.search': 'devices',
  'devices.try': 'devices',
  'devices.enrol': 'devices',
  'devices.remove': 'devices',
  'vitals.latest': 'devices',
  'services.status': 'kiosk',
} as const satisfies Record<KioskRow, ServiceName | 'kiosk'>;

type RowsOwnedBy<Owner> = {
  [Row in KioskRow]: (typeof ROW_OWNER)[Row] extends Owner ? Row : never;
}[KioskRow];
/** The part of the contract that one service answers. */
export type ServiceContract<Owner extends ServiceName | 'kiosk'> = Pick<KioskContract, RowsOwnedBy<Owner>>;

/** The rows of one owner, as a contract of their own. */
export function contractOf<Owner extends ServiceName | 'kiosk'>(owner: Owner): ServiceContract<Owner> {
  const rows = Object.entries(kioskContract).filter(([row]) => ROW_OWNER[row as KioskRow] === owner);
  return Object.fromEntries(rows) as unknown as ServiceContract<Owner>;
}

/** What a kiosk tells its screens without being asked. */
export const KioskEvent = z.discriminatedUnion('event', [
  z.strictObject({ event: z.literal('samples'), samples: Samples }),
  z.strictObject({ event: z.literal('waveform'), block: WaveformBlock }),
  z.strictObject({ event: z.literal('device'), device: DeviceStatus }),
  z.strictObject({ event: z.literal('device-removed'), deviceId: DeviceId }),
  z.strictObject({ event: z.literal('sync'), status: SyncStatus }),
  z.strictObject({ event: z.literal('service'), status: ServiceStatus }),
  z.strictObject({ event: z.literal('visit'), visit: Visit.nullable() }),
  z.strictObject({ event: z.literal('session'), nurse: StaffMember.nullable() }),
  /** Read again what is on the screen: something below it changed. */
  z.strictObject({ event: z.literal('chart-changed'), patientId: FhirId.nullable() }),
  /** Every alarm that is not resolved, and those resolved just now. Replaces what was said before. */
  z.strictObject({ event: z.literal('alarms'), alarms: z.array(Alarm).max(64), watch: AlarmWatch }),
  /** The hub's side of an alarm: who was told, who has it. */
  z.strictObject({ event: z.literal('alert'), alert: Alert }),
  z.strictObject({ event: z.literal('sound'), sound: SoundStatus }),
  z.strictObject({ event: z.literal('call'), call: Call }),
  z.strictObject({ event: z.literal('duty'), doctors: z.array(DutyDoctor) }),
]);
export type KioskEvent = z.infer<typeof KioskEvent>;

/** The type of `window.kiosk`, whichever door it is. */
export interface KioskApi extends RowApi<KioskContract> {
  /** Calls back for every event until the returned function is called. */
  readonly subscribe: (listener: KioskListener) => () => void;
}
export interface KioskListener {
  readonly onEvent: (event: KioskEvent) => void;
  /** Whether events reach this screen at all. While not, every number on it is withdrawn. */
  readonly onDoor: (state: 'open' | 'lost') => void;
}
