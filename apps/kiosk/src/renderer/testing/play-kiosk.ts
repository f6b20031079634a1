import {
  type DeviceStatus,
  type KioskApi,
  type KioskEvent,
  type KioskListener,
  type KioskRow,
  type Parameter,
  PARAMETERS,
  type RowResult,
  type Sample,
  type ServiceName,
  type Visit,
} from '@shimabashi/contracts';
import { KioskModel } from '../state/kiosk-model.ts';

/** 2026-11-24, 9:05 in Tokyo. */
export const NOW = Date.UTC(2026, 10, 24, 0, 5);

export const NURSE = {
  practitionerId: 'n1',
  name: '汐入 さやか',
  nameLatin: 'Shioiri Sayaka',
  role: 'nurse',
} as const;
export const VISIT: Visit = { encounterId: 'e1', patientId: 'p1', openedAtMs: NOW - 60_000 };
export const DEVICE: DeviceStatus = {
  deviceId: 'nonin-1',
  name: 'Nonin 7500',
  protocol: 'nonin-df2',
  state: 'connected',
  sinceMs: NOW - 600_000,
  lastHeardAtMs: NOW,
  badFrames: 0,
};

export function sample(parameter: Parameter, value: number, change: Partial<Sample> = {}): Sample {
  return {
    sampleId: `nonin-1:${parameter}:${value}`,
    deviceId: 'nonin-1',
    parameter,
    measured: { status: 'measured', value },
    unit: PARAMETERS[parameter].unit,
    quality: [],
    origin: 'live',
    deviceTime: null,
    receivedAtMs: NOW,
    sequence: 1,
    rawHex: '00',
    ...change,
  };
}

const up = (service: ServiceName) => ({
  service,
  state: 'up',
  sinceMs: NOW - 600_000,
  starts: 1,
  code: null,
});

/** What a kiosk at work answers; a test replaces rows as it needs. */
const ANSWERS: Partial<Record<KioskRow, unknown>> = {
  'session.staff': { clinic: null, staff: [NURSE] },
  'session.current': { nurse: NURSE, clinic: null },
  'visits.current': { visit: VISIT },
  'visits.pause': {},
  'today.list': { entries: [] },
  'observations.list': { entries: [] },
  'services.status': { services: [up('store'), up('devices'), up('sound')] },
  'alerts.list': { alerts: [] },
  'calls.current': { call: null },
  'calls.devices': { microphone: null, faceCamera: null, examCamera: null },
  'duty.list': { doctors: [] },
  'devices.list': { devices: [DEVICE] },
  'vitals.latest': { samples: [] },
  'sync.status': {
    link: 'up',
    sinceMs: NOW - 600_000,
    waiting: { vitals: 0, chart: 0, thumbnail: 0, photo: 0 },
    parked: 0,
    lastConfirmedAtMs: NOW - 60_000,
    lastPulledAtMs: NOW - 5_000,
  },
};

export type PlayedAnswer = (request: never) => RowResult | Promise<RowResult>;

export function refusal(
  code: 'SERVICE_RESTARTING' | 'TIMEOUT' | 'DISK_FULL' | 'SAMPLE_EXPIRED' | 'DOOR_CLOSED',
): RowResult {
  const retryable = code !== 'SAMPLE_EXPIRED' && code !== 'DOOR_CLOSED';
  return { ok: false, error: { code, message: 'played', retryable, details: {} } };
}

/** A kiosk that a test plays: its door, its events, its clock. */
export function playKiosk(rows: Partial<Record<KioskRow, PlayedAnswer>> = {}) {
  let listener: KioskListener | undefined;
  const asked: { row: string; request: unknown }[] = [];
  const call = async (row: string, request: unknown): Promise<RowResult> => {
    asked.push({ row, request });
    const played = rows[row as KioskRow];
    return played === undefined
      ? { ok: true, body: ANSWERS[row as KioskRow] ?? {} }
      : played(request as never);
  };
  const api = new Proxy({} as KioskApi, {
    get: (_target, row) =>
      row === 'subscribe'
        ? (given: KioskListener) => {
            listener = given;
            return () => (listener = undefined);
          }
        : (request: unknown) => call(String(row), request),
  });
  const time = { nowMs: NOW, monotonicMs: 1_000 };
  const clock = { nowMs: () => time.nowMs, monotonicMs: () => time.monotonicMs };
  const model = new KioskModel(api, clock, async () => {});
  return {
    api,
    asked,
    clock,
    model,
    /** Lets both clocks run on. */
    pass: (ms: number) => {
      time.nowMs += ms;
      time.monotonicMs += ms;
    },
    /** Sets the wall clock only, as an administrator or NTP does. */
    setWallClock: (nowMs: number) => (time.nowMs = nowMs),
    emit: (event: KioskEvent) => listener?.onEvent(event),
    door: (state: 'open' | 'lost') => listener?.onDoor(state),
    /** Starts the model and waits until it has read everything. */
    begin: async () => {
      model.start();
      listener?.onDoor('open');
      await settle();
    },
  };
}

/** Lets answers that are already there arrive. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
}
