import type { CodeableConcept, Extension, Observation } from '@medplum/fhirtypes';
import {
  AbsentReason,
  type Measured,
  PARAMETERS,
  Parameter,
  QualityFlag,
  type ResourceEnvelope,
} from '@shimabashi/contracts';
import { bilingualText } from './bilingual.ts';
import { type Built, built } from './built.ts';
import {
  EXTENSION,
  FHIR_ABSENT_REASON,
  JP_VITAL_CATEGORY,
  PARAMETER_TEXT,
  PROFILE,
  SYSTEM,
} from './codes.ts';
import { type ObservationFacts } from './facts.ts';
import { epochMsOf, instantOf } from './fhir-time.ts';
import {
  codesOf,
  invalid,
  type JsonObject,
  listOf,
  objectOf,
  referencedId,
  requireType,
  textOf,
} from './json.ts';
import { patientIdOf } from './patient.ts';

export interface ObservationInput {
  readonly observationId: string;
  readonly patientId: string;
  readonly encounterId: string | null;
  readonly parameter: Parameter;
  readonly measured: Measured;
  /** When it was measured, by the host's clock. */
  readonly effectiveAtMs: number;
  /** Who saved it. */
  readonly performerId: string;
  readonly source:
    | {
        readonly method: 'device';
        readonly device: { readonly id: string; readonly name: string | null };
        readonly quality: readonly QualityFlag[];
        readonly sampleId: string;
        /** The frame that the value was decoded from. */
        readonly rawHex: string;
        readonly deviceTime: string | null;
      }
    | {
        readonly method: 'by-hand';
        /** Why no device gave it. */
        readonly reason: string;
      };
}

/**
 * One vital sign, always in the unit of its parameter (UCUM).
 *
 * Coded in LOINC and IEEE 11073. The quality that the device reported is in `interpretation`, as
 * HL7's Personal Health Device guide does with measurement status; how it was entered is in
 * `method`, and a hand entry's reason is its first `note`.
 */
export function buildObservation(input: ObservationInput): Built<Observation> {
  const { parameter, source, measured } = input;
  const { unit } = PARAMETERS[parameter];
  return built<Observation>({
    resourceType: 'Observation',
    id: input.observationId,
    meta: { profile: [PROFILE.vitalSigns] },
    ...evidenceOf(source),
    status: 'final',
    category: categoriesOf(parameter),
    code: codeOf(parameter),
    subject: { reference: `Patient/${input.patientId}` },
    ...(input.encounterId === null ? {} : { encounter: { reference: `Encounter/${input.encounterId}` } }),
    effectiveDateTime: instantOf(input.effectiveAtMs),
    performer: [{ reference: `Practitioner/${input.performerId}` }],
    ...(measured.status === 'measured'
      ? {
          valueQuantity: {
            value: measured.value,
            unit: PARAMETER_TEXT[parameter].unitText,
            system: SYSTEM.ucum,
            code: unit,
          },
        }
      : { dataAbsentReason: absence(measured.reason) }),
    ...qualityOf(source),
    ...(source.method === 'by-hand' ? { note: [{ text: source.reason }] } : {}),
    method: { coding: [{ system: SYSTEM.entryMethod, code: source.method }] },
    ...(source.method === 'device' ? { device: deviceReference(source.device) } : {}),
  });
}

function categoriesOf(parameter: Parameter): CodeableConcept[] {
  const jpVital = JP_VITAL_CATEGORY[parameter];
  return [
    { coding: [{ system: SYSTEM.jpSimpleCategory, code: 'vital-signs', display: 'Vital Signs' }] },
    ...(jpVital === undefined ? [] : [{ coding: [{ system: SYSTEM.jpVitalSignsCategory, ...jpVital }] }]),
    // FHIR's own vital-signs profile asks for its own system; the Japanese slices are open.
    { coding: [{ system: SYSTEM.observationCategory, code: 'vital-signs', display: 'Vital Signs' }] },
  ];
}

function codeOf(parameter: Parameter): CodeableConcept {
  const { loinc, mdc, refid } = PARAMETERS[parameter];
  return {
    coding: [
      { system: SYSTEM.loinc, code: loinc },
      { system: SYSTEM.mdc, code: String(mdc), display: refid },
    ],
    ...bilingualText(PARAMETER_TEXT[parameter]),
  };
}

function absence(reason: AbsentReason): CodeableConcept {
  return {
    coding: [
      { system: SYSTEM.dataAbsentReason, code: FHIR_ABSENT_REASON[reason] },
      { system: SYSTEM.absentReason, code: reason },
    ],
  };
}

function evidenceOf(source: ObservationInput['source']): Pick<Observation, 'identifier' | 'extension'> {
  if (source.method === 'by-hand') return {};
  const extension: Extension[] = [
    ...(source.rawHex === '' ? [] : [{ url: EXTENSION.deviceFrame, valueString: source.rawHex }]),
    ...(source.deviceTime === null ? [] : [{ url: EXTENSION.deviceTime, valueString: source.deviceTime }]),
  ];
  return {
    ...(extension.length === 0 ? {} : { extension }),
    identifier: [{ system: SYSTEM.sample, value: source.sampleId }],
  };
}

function qualityOf(source: ObservationInput['source']): Pick<Observation, 'interpretation'> {
  if (source.method === 'by-hand' || source.quality.length === 0) return {};
  return { interpretation: source.quality.map(code => ({ coding: [{ system: SYSTEM.quality, code }] })) };
}

function deviceReference(device: { id: string; name: string | null }): NonNullable<Observation['device']> {
  return {
    identifier: { system: SYSTEM.device, value: device.id },
    ...(device.name === null ? {} : { display: device.name }),
  };
}

/**
 * What screens need of an Observation of one parameter.
 *
 * A number with a comparator (`<`, `>`) is no number but a limit, and one that was entered in error
 * is none any more: both read as absent.
 *
 * @throws AppError `RESOURCE_INVALID` when it is no Observation, or has no patient or no moment
 * (a number without an age is not shown).
 */
export function readObservation(resource: ResourceEnvelope): ObservationFacts {
  const observation = requireType(resource, 'Observation');
  const patientId = patientIdOf(resource);
  if (patientId === null) throw invalid('Observation.subject');
  const effectiveAtMs = effectiveOf(observation);
  if (effectiveAtMs === undefined) throw invalid('Observation.effective');

  const parameter = parameterOf(observation['code']);
  const deviceId = deviceIdOf(observation['device']);
  const method = methodOf(observation, deviceId);
  return {
    observationId: resource.id,
    patientId,
    encounterId: referencedId(observation['encounter'], 'Encounter'),
    parameter,
    codeText: codeTextOf(observation['code']),
    ...valueOf(observation),
    unit: unitOf(observation['valueQuantity'], parameter),
    effectiveAtMs,
    method,
    deviceId,
    deviceName: textOf(objectOf(observation['device'])['display']) || null,
    performerId: referencedId(listOf(observation['performer'])[0], 'Practitioner'),
    quality: qualityFlagsOf(observation),
    reason: method === 'by-hand' ? textOf(listOf(observation['note'])[0]?.['text']) || null : null,
    retracted: isRetracted(observation),
  };
}

/** The id of the sample that an Observation was made of, as the kiosk gave it; null for all others. */
export function sampleIdOf(resource: ResourceEnvelope): string | null {
  if (resource.resourceType !== 'Observation') return null;
  const found = listOf(resource['identifier']).find(({ system }) => system === SYSTEM.sample);
  return textOf(found?.['value']) || null;
}

function effectiveOf(observation: JsonObject): number | undefined {
  return (
    epochMsOf(textOf(observation['effectiveDateTime'])) ?? epochMsOf(textOf(observation['effectiveInstant']))
  );
}

const PARAMETER_BY_LOINC: ReadonlyMap<string, Parameter> = new Map(
  Parameter.options.map(parameter => [PARAMETERS[parameter].loinc, parameter]),
);
const PARAMETER_BY_MDC: ReadonlyMap<string, Parameter> = new Map(
  Parameter.options.map(parameter => [String(PARAMETERS[parameter].mdc), parameter]),
);

function parameterOf(code: unknown): Parameter | null {
  const found =
    codesOf(code, SYSTEM.loinc).map(loinc => PARAMETER_BY_LOINC.get(loinc))[0] ??
    codesOf(code, SYSTEM.mdc).map(mdc => PARAMETER_BY_MDC.get(mdc))[0];
  return found ?? null;
}

function codeTextOf(code: unknown): string {
  const concept = objectOf(code);
  const displays = listOf(concept['coding']).map(
    coding => textOf(coding['display']) || textOf(coding['code']),
  );
  return textOf(concept['text']) || displays.find(display => display !== '') || '';
}

function valueOf(observation: JsonObject): Pick<ObservationFacts, 'value' | 'absentReason'> {
  const quantity = objectOf(observation['valueQuantity']);
  const value = quantity['value'];
  const comparator = textOf(quantity['comparator']);
  if (isRetracted(observation)) return { value: null, absentReason: 'invalid' };
  if (comparator.startsWith('<')) return { value: null, absentReason: 'below-range' };
  if (comparator !== '') return { value: null, absentReason: 'above-range' };
  if (typeof value === 'number' && Number.isFinite(value)) return { value, absentReason: null };
  const stated = AbsentReason.safeParse(codesOf(observation['dataAbsentReason'], SYSTEM.absentReason)[0]);
  return { value: null, absentReason: stated.success ? stated.data : 'not-available' };
}

/** A quantity's own unit, also when it is not ours: a number never stands under another's unit. */
function unitOf(quantity: unknown, parameter: Parameter | null): string {
  const { code, unit } = objectOf(quantity);
  const stated = textOf(code) || textOf(unit);
  const isQuantity = Object.keys(objectOf(quantity)).length > 0;
  return isQuantity || parameter === null ? stated : PARAMETERS[parameter].unit;
}

function deviceIdOf(device: unknown): string | null {
  const identifier = objectOf(objectOf(device)['identifier']);
  const ours = identifier['system'] === SYSTEM.device ? textOf(identifier['value']) : '';
  return ours || referencedId(device, 'Device');
}

function methodOf(observation: JsonObject, deviceId: string | null): 'device' | 'by-hand' {
  const stated = codesOf(observation['method'], SYSTEM.entryMethod)[0];
  if (stated === 'device' || stated === 'by-hand') return stated;
  return deviceId === null ? 'by-hand' : 'device';
}

function qualityFlagsOf(observation: JsonObject): QualityFlag[] {
  return listOf(observation['interpretation'])
    .flatMap(concept => codesOf(concept, SYSTEM.quality))
    .map(code => QualityFlag.safeParse(code))
    .flatMap(parsed => (parsed.success ? [parsed.data] : []));
}

function isRetracted(observation: JsonObject): boolean {
  return observation['status'] === 'entered-in-error' || observation['status'] === 'cancelled';
}
