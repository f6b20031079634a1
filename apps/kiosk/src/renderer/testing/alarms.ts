import { type Alarm, type Alert } from '@shimabashi/contracts';
import { NOW } from './play-kiosk.ts';

/** A low SpO₂ that was raised just now and that nobody has answered. */
export const ALARM: Alarm = {
  alarmId: '7c9e6679-7425-80de-944b-e07fc1f90ae7',
  ruleId: 'spo2-low',
  deviceId: 'nonin-1',
  deviceName: 'Nonin 7500',
  parameter: 'SpO2',
  limit: { kind: 'below', value: 90 },
  unit: '%',
  priority: 'high',
  state: 'active',
  raisedAtMs: NOW,
  value: 87,
  endedAtMs: null,
  signalLostAtMs: null,
  acknowledged: null,
  soundPaused: null,
};

/** What the hub says of it: one doctor is being told. */
export function alert(change: Partial<Alert> = {}): Alert {
  return {
    alertId: ALARM.alarmId,
    clinicId: 'c1',
    kioskDeviceId: 'k1',
    kioskName: 'キオスク 1',
    patientId: null,
    encounterId: null,
    parameter: 'SpO2',
    limit: ALARM.limit,
    unit: '%',
    value: 87,
    priority: 'high',
    raisedAtMs: NOW,
    endedAtMs: null,
    signalLostAtMs: null,
    state: 'open',
    accepted: null,
    acknowledgedAtKiosk: null,
    lineLostSinceMs: null,
    steps: [
      {
        staff: { practitionerId: 'd1', name: '灘 誠', nameLatin: 'Nada Makoto', role: 'doctor' },
        atMs: NOW,
        state: 'notified',
        deliveredAtMs: null,
        seenAtMs: null,
      },
      {
        staff: { practitionerId: 'd2', name: '渚 薫', nameLatin: 'Nagisa Kaoru', role: 'doctor' },
        atMs: NOW + 60_000,
        state: 'to-come',
        deliveredAtMs: null,
        seenAtMs: null,
      },
    ],
    deadlineAtMs: NOW + 60_000,
    ...change,
  };
}
