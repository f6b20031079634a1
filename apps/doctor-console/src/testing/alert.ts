import { type Alert, type AlertStep } from '@shimabashi/contracts';
import { DOCTOR, NOW_MS } from './chart.ts';

export const ALERT_ID = '11111111-1111-4111-8111-111111111111';

export function step(over: Partial<AlertStep> = {}): AlertStep {
  return {
    staff: DOCTOR,
    atMs: NOW_MS - 92_000,
    state: 'notified',
    deliveredAtMs: null,
    seenAtMs: null,
    ...over,
  };
}

/** An alarm of the fake hub's patient, 92 seconds old, with this doctor called. */
export function alert(over: Partial<Alert> = {}): Alert {
  return {
    alertId: ALERT_ID,
    clinicId: 'shiomi',
    kioskDeviceId: 'K-1',
    kioskName: 'キオスク 1',
    patientId: 'p1',
    encounterId: 'e1',
    parameter: 'SpO2',
    limit: { kind: 'below', value: 90 },
    unit: '%',
    value: 84,
    priority: 'high',
    raisedAtMs: NOW_MS - 92_000,
    endedAtMs: null,
    signalLostAtMs: null,
    state: 'open',
    accepted: null,
    acknowledgedAtKiosk: null,
    lineLostSinceMs: null,
    steps: [step()],
    deadlineAtMs: NOW_MS + 20_000,
    ...over,
  };
}
