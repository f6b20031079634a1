import type { CodeableConcept, DetectedIssue, Extension, Quantity } from '@medplum/fhirtypes';
import {
  type Alarm,
  type AlarmPriority,
  type BoundAlarm,
  Parameter,
  PARAMETERS,
  type ResourceEnvelope,
} from '@shimabashi/contracts';
import { bilingualText } from '../bilingual.ts';
import { type Built, built } from '../built.ts';
import { EXTENSION, PARAMETER_TEXT, SYSTEM } from '../codes.ts';
import { epochMsOf, instantOf } from '../fhir-time.ts';
import {
  codesOf,
  extensionText,
  invalid,
  type JsonObject,
  listOf,
  objectOf,
  referencedId,
  requireType,
  textOf,
} from '../json.ts';
import { patientIdOf } from '../patient.ts';

/** What is read back of an alarm. Of a person who answered, only what the chart keeps. */
export interface AlarmFacts extends Omit<Alarm, 'acknowledged' | 'soundPaused'> {
  readonly patientId: string | null;
  readonly encounterId: string | null;
  readonly acknowledged: {
    readonly practitionerId: string;
    readonly name: string;
    readonly atMs: number;
  } | null;
}

/**
 * An alarm as a DetectedIssue, one version for each transition; its id is the alarm's.
 *
 * R6 has a resource for this, DeviceAlert ("a single alert or alarm condition detected and signaled by
 * a device"); R4 has not. Of R4's, DetectedIssue fits best: an issue that software has found, with a
 * severity, a period, evidence, and `mitigation` for who did what about it; its patient may be absent,
 * as an alarm's is when no visit was open. Flag is prospective and needs a subject, Communication is
 * the message and not the thing (the hub writes those), and an Observation is a finding that nobody
 * has to answer, and would stand among the patient's values.
 *
 * What R4 has no field for is in extensions: R5's `DetectedIssue.encounter` by the name that FHIR gives
 * it, the others ours.
 */
export function buildAlarm(bound: BoundAlarm, kioskDeviceId: string): Built<DetectedIssue> {
  const { alarm, patientId, encounterId } = bound;
  return built<DetectedIssue>({
    resourceType: 'DetectedIssue',
    id: alarm.alarmId,
    extension: extensionsOf(alarm, encounterId),
    status: alarm.state === 'resolved' ? 'final' : 'preliminary',
    code: {
      coding: [{ system: SYSTEM.alarmRule, code: alarm.ruleId }],
      ...bilingualText({
        text: `${PARAMETER_TEXT[alarm.parameter].text}の警報`,
        latin: `Alarm: ${PARAMETER_TEXT[alarm.parameter].latin}`,
      }),
    },
    severity: SEVERITY[alarm.priority],
    ...(patientId === null ? {} : { patient: { reference: `Patient/${patientId}` } }),
    identifiedPeriod: {
      start: instantOf(alarm.raisedAtMs),
      ...(alarm.endedAtMs === null ? {} : { end: instantOf(alarm.endedAtMs) }),
    },
    author: { identifier: { system: SYSTEM.device, value: kioskDeviceId } },
    implicated: [{ identifier: { system: SYSTEM.device, value: alarm.deviceId }, display: alarm.deviceName }],
    evidence: [{ code: [parameterConcept(alarm.parameter)] }],
    ...mitigationsOf(alarm),
  });
}

/** IEC 60601-1-8's priorities in the codes of FHIR R4's `detectedissue-severity`. */
const SEVERITY = { high: 'high', medium: 'moderate', low: 'low' } as const;
const PRIORITY: Readonly<Record<string, AlarmPriority>> = { high: 'high', moderate: 'medium', low: 'low' };

/** FHIR's `quantity-comparator` for a limit: the alarm is for values beyond it. */
const COMPARATOR = { below: '<', above: '>' } as const;

function extensionsOf(alarm: Alarm, encounterId: string | null): Extension[] {
  const value: Quantity = {
    value: alarm.value,
    unit: PARAMETER_TEXT[alarm.parameter].unitText,
    system: SYSTEM.ucum,
    code: alarm.unit,
  };
  return [
    ...(encounterId === null
      ? []
      : [{ url: EXTENSION.issueEncounter, valueReference: { reference: `Encounter/${encounterId}` } }]),
    { url: EXTENSION.alarmState, valueCode: alarm.state },
    { url: EXTENSION.alarmValue, valueQuantity: value },
    {
      url: EXTENSION.alarmLimit,
      valueQuantity: { ...value, value: alarm.limit.value, comparator: COMPARATOR[alarm.limit.kind] },
    },
    ...(alarm.signalLostAtMs === null
      ? []
      : [{ url: EXTENSION.alarmSignalLost, valueDateTime: instantOf(alarm.signalLostAtMs) }]),
  ];
}

function parameterConcept(parameter: Parameter): CodeableConcept {
  const { loinc, mdc, refid } = PARAMETERS[parameter];
  return {
    coding: [
      { system: SYSTEM.loinc, code: loinc },
      { system: SYSTEM.mdc, code: String(mdc), display: refid },
    ],
    ...bilingualText(PARAMETER_TEXT[parameter]),
  };
}

function mitigationsOf(alarm: Alarm): Pick<DetectedIssue, 'mitigation'> {
  const { acknowledged, soundPaused } = alarm;
  const mitigation = [
    ...(soundPaused === null
      ? []
      : [{ action: answer('pause-sound'), author: practitioner(soundPaused.by) }]),
    ...(acknowledged === null
      ? []
      : [
          {
            action: answer('acknowledge'),
            date: instantOf(acknowledged.atMs),
            author: practitioner(acknowledged.by),
          },
        ]),
  ];
  return mitigation.length === 0 ? {} : { mitigation };
}

const answer = (code: 'pause-sound' | 'acknowledge'): CodeableConcept => ({
  coding: [{ system: SYSTEM.alarmAnswer, code }],
});
const practitioner = (staff: { practitionerId: string; name: string }) => ({
  reference: `Practitioner/${staff.practitionerId}`,
  display: staff.name,
});

/**
 * What the hub needs of an alarm in the chart. Undefined for a DetectedIssue that is none of ours.
 *
 * @throws AppError `RESOURCE_INVALID` when it is no DetectedIssue, or an alarm without what makes one.
 */
export function readAlarm(resource: ResourceEnvelope): AlarmFacts | undefined {
  const issue = requireType(resource, 'DetectedIssue');
  const ruleId = codesOf(issue['code'], SYSTEM.alarmRule)[0];
  if (ruleId === undefined) return undefined;
  const value = quantityIn(issue, EXTENSION.alarmValue);
  const limit = quantityIn(issue, EXTENSION.alarmLimit);
  const period = objectOf(issue['identifiedPeriod']);
  const raisedAtMs = epochMsOf(textOf(period['start']));
  if (raisedAtMs === undefined) throw invalid('DetectedIssue.identifiedPeriod');
  const device = listOf(issue['implicated'])[0] ?? {};
  return {
    alarmId: resource.id,
    patientId: patientIdOf(resource),
    encounterId: encounterOf(issue),
    ruleId,
    deviceId: textOf(objectOf(device['identifier'])['value']),
    deviceName: textOf(device['display']),
    parameter: parameterOf(issue),
    limit: { kind: limit.comparator === '>' ? 'above' : 'below', value: limit.value },
    unit: value.code,
    priority: PRIORITY[textOf(issue['severity'])] ?? 'high',
    state: stateOf(issue),
    raisedAtMs,
    value: value.value,
    endedAtMs: epochMsOf(textOf(period['end'])) ?? null,
    signalLostAtMs: epochMsOf(extensionText(issue, EXTENSION.alarmSignalLost, 'valueDateTime')) ?? null,
    acknowledged: acknowledgementOf(issue),
  };
}

function quantityIn(issue: JsonObject, url: string): { value: number; code: string; comparator: string } {
  const found = listOf(issue['extension']).find(extension => extension['url'] === url);
  const { value, code, comparator } = objectOf(found?.['valueQuantity']);
  if (typeof value !== 'number') throw invalid('DetectedIssue.extension');
  return { value, code: textOf(code), comparator: textOf(comparator) };
}

function encounterOf(issue: JsonObject): string | null {
  const found = listOf(issue['extension']).find(extension => extension['url'] === EXTENSION.issueEncounter);
  return referencedId(found?.['valueReference'], 'Encounter');
}

function parameterOf(issue: JsonObject): Parameter {
  const [loinc] = listOf(issue['evidence'])
    .flatMap(evidence => listOf(evidence['code']))
    .flatMap(concept => codesOf(concept, SYSTEM.loinc));
  const parameter = Parameter.options.find(option => PARAMETERS[option].loinc === loinc);
  if (parameter === undefined) throw invalid('DetectedIssue.evidence');
  return parameter;
}

function stateOf(issue: JsonObject): Alarm['state'] {
  const state = extensionText(issue, EXTENSION.alarmState, 'valueCode');
  if (state === 'active' || state === 'latched' || state === 'resolved') return state;
  throw invalid('DetectedIssue.extension');
}

function acknowledgementOf(issue: JsonObject): AlarmFacts['acknowledged'] {
  const found = listOf(issue['mitigation']).find(
    mitigation => codesOf(mitigation['action'], SYSTEM.alarmAnswer)[0] === 'acknowledge',
  );
  const atMs = epochMsOf(textOf(found?.['date']));
  const practitionerId = referencedId(found?.['author'], 'Practitioner');
  if (atMs === undefined || practitionerId === null) return null;
  return { practitionerId, name: textOf(objectOf(found?.['author'])['display']), atMs };
}
