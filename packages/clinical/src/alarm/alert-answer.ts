import type { Communication } from '@medplum/fhirtypes';
import { type AlarmPriority, type ResourceEnvelope } from '@shimabashi/contracts';
import { bilingualText } from '../bilingual.ts';
import { type Built, built } from '../built.ts';
import { SYSTEM } from '../codes.ts';
import { epochMsOf, instantOf } from '../fhir-time.ts';
import { codesOf, listOf, referencedId, requireType, textOf } from '../json.ts';

/** What a doctor did about an alert, as the chart keeps it. */
export interface AlertAnswerInput {
  readonly answerId: string;
  /** The alarm's, which is the id of its DetectedIssue. */
  readonly alertId: string;
  readonly kind: 'seen' | 'accepted';
  readonly patientId: string | null;
  readonly encounterId: string | null;
  readonly kioskDeviceId: string;
  readonly practitionerId: string;
  readonly priority: AlarmPriority;
  /** When the hub called this person, or their turn was. */
  readonly calledAtMs: number;
  readonly answeredAtMs: number;
}

/**
 * That a doctor has seen, or taken, an alert: a Communication, which R4 has for a message that
 * somebody was sent and has received, with HL7's category `alert`. It is about the alarm's
 * DetectedIssue and not a new version of it: the kiosk goes on writing that one, and two authors of
 * one resource would be a conflict that a clinician has to decide.
 */
export function buildAlertAnswer(input: AlertAnswerInput): Built<Communication> {
  const { patientId, encounterId } = input;
  return built<Communication>({
    resourceType: 'Communication',
    id: input.answerId,
    status: 'completed',
    category: [{ coding: [{ system: SYSTEM.communicationCategory, code: 'alert' }] }],
    priority: PRIORITY[input.priority],
    ...(patientId === null ? {} : { subject: { reference: `Patient/${patientId}` } }),
    topic: {
      coding: [{ system: SYSTEM.alertAnswer, code: input.kind }],
      ...bilingualText(ANSWER_TEXT[input.kind]),
    },
    about: [{ reference: `DetectedIssue/${input.alertId}` }],
    ...(encounterId === null ? {} : { encounter: { reference: `Encounter/${encounterId}` } }),
    sent: instantOf(Math.min(input.calledAtMs, input.answeredAtMs)),
    received: instantOf(input.answeredAtMs),
    recipient: [{ reference: `Practitioner/${input.practitionerId}` }],
    sender: { identifier: { system: SYSTEM.device, value: input.kioskDeviceId } },
  });
}

/** FHIR's `request-priority` for IEC 60601-1-8's priorities of alarms. */
const PRIORITY = { high: 'stat', medium: 'asap', low: 'routine' } as const;

const ANSWER_TEXT = {
  seen: { text: '警報を見た', latin: 'Saw the alert' },
  accepted: { text: '警報を受けた', latin: 'Accepted the alert' },
} as const;

/** What is read back of it. */
export interface AlertAnswerFacts {
  readonly alertId: string;
  readonly kind: 'seen' | 'accepted';
  readonly practitionerId: string;
  readonly answeredAtMs: number;
}

/**
 * Undefined for a Communication that is about no alert of ours.
 *
 * @throws AppError `RESOURCE_INVALID` when it is no Communication.
 */
export function readAlertAnswer(resource: ResourceEnvelope): AlertAnswerFacts | undefined {
  const communication = requireType(resource, 'Communication');
  const [kind] = codesOf(communication['topic'], SYSTEM.alertAnswer);
  const alertId = referencedId(listOf(communication['about'])[0], 'DetectedIssue');
  const practitionerId = referencedId(listOf(communication['recipient'])[0], 'Practitioner');
  const answeredAtMs = epochMsOf(textOf(communication['received']));
  if ((kind !== 'seen' && kind !== 'accepted') || alertId === null) return undefined;
  if (practitionerId === null || answeredAtMs === undefined) return undefined;
  return { alertId, kind, practitionerId, answeredAtMs };
}
