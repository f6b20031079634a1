import { type AbsentReason, type NoteSections, type Parameter } from '@shimabashi/contracts';

/** Names of the code systems that we write. */
export const SYSTEM = {
  loinc: 'http://loinc.org',
  ucum: 'http://unitsofmeasure.org',
  /** IEEE 11073-10101 terms, as HL7's registered URI for the standard. */
  mdc: 'urn:iso:std:iso:11073:10101',
  snomed: 'http://snomed.info/sct',
  actCode: 'http://terminology.hl7.org/CodeSystem/v3-ActCode',
  observationCategory: 'http://terminology.hl7.org/CodeSystem/observation-category',
  dataAbsentReason: 'http://terminology.hl7.org/CodeSystem/data-absent-reason',
  communicationCategory: 'http://terminology.hl7.org/CodeSystem/communication-category',
  allergyClinical: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical',
  allergyVerification: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-verification',
  jpSimpleCategory: 'http://jpfhir.jp/fhir/core/CodeSystem/JP_SimpleObservationCategory_CS',
  jpVitalSignsCategory: 'http://jpfhir.jp/fhir/core/CodeSystem/JP_ObservationVitalSignsCategory_CS',

  // Ours. A system is a name and is never fetched (FHIR R4, 2.24.0.5), so that it needs no host.
  /** Number of the clinic's card (診察券番号). */
  cardNumber: 'urn:shimabashi:identifier:card-number',
  /** An enrolled device of the bedside; its ids may hold signs that a FHIR id may not. */
  device: 'urn:shimabashi:identifier:device',
  sample: 'urn:shimabashi:identifier:sample',
  /** `AbsentReason` of contracts. */
  absentReason: 'urn:shimabashi:code-system:absent-reason',
  /** `QualityFlag` of contracts. */
  quality: 'urn:shimabashi:code-system:sample-quality',
  /** Which picture of a photograph: `original` or `thumbnail`. */
  rendition: 'urn:shimabashi:code-system:photo-rendition',
  /** Id of an alarm rule (`ALARM_RULES`). */
  alarmRule: 'urn:shimabashi:code-system:alarm-rule',
  /** `acknowledge` or `pause-sound`. */
  alarmAnswer: 'urn:shimabashi:code-system:alarm-answer',
  /** `consult`: a call within a visit, which is no visit of its own. */
  encounterType: 'urn:shimabashi:code-system:encounter-type',
  /** `consult-decision`: what a visit ends with. */
  impressionType: 'urn:shimabashi:code-system:impression-type',
  /** `seen` or `accepted`: what a doctor did about an alert. */
  alertAnswer: 'urn:shimabashi:code-system:alert-answer',
  /** `device` or `by-hand`. */
  entryMethod: 'urn:shimabashi:code-system:entry-method',
} as const;

/** JP Core profiles: canonical URLs as in jami-fhir-jp-wg/jp-core-v1x, input/fsh/aliases-jpcore.fsh. */
export const PROFILE = {
  patient: 'http://jpfhir.jp/fhir/core/StructureDefinition/JP_Patient',
  allergy: 'http://jpfhir.jp/fhir/core/StructureDefinition/JP_AllergyIntolerance',
  encounter: 'http://jpfhir.jp/fhir/core/StructureDefinition/JP_Encounter',
  vitalSigns: 'http://jpfhir.jp/fhir/core/StructureDefinition/JP_Observation_VitalSigns',
} as const;

export const EXTENSION = {
  /** How a Japanese name is written: IDE (kanji), SYL (kana), ABC (Latin). JP Core, JP_HumanName. */
  nameRepresentation: 'http://hl7.org/fhir/StructureDefinition/iso21090-EN-representation',
  /** The same text in another language: `lang` and `content`. FHIR R4, 2.24.0.2 and extension registry. */
  translation: 'http://hl7.org/fhir/StructureDefinition/translation',
  /** R5's `Encounter.plannedStartDate`, named in R4 as FHIR's cross-version extensions are. */
  plannedStart: 'http://hl7.org/fhir/5.0/StructureDefinition/extension-Encounter.plannedStartDate',
  /** The bytes that a value was decoded from, as hexadecimal digits: the evidence. */
  deviceFrame: 'urn:shimabashi:extension:device-frame',
  /** R5's `DetectedIssue.encounter`, named in R4 as FHIR's cross-version extensions are. */
  issueEncounter: 'http://hl7.org/fhir/5.0/StructureDefinition/extension-DetectedIssue.encounter',
  /** `Alarm.state` of contracts. */
  alarmState: 'urn:shimabashi:extension:alarm-state',
  /** The value that raised an alarm, the limit that it was beyond (its comparator says which way). */
  alarmValue: 'urn:shimabashi:extension:alarm-value',
  alarmLimit: 'urn:shimabashi:extension:alarm-limit',
  /** Since when nobody can tell whether an alarm's condition holds. */
  alarmSignalLost: 'urn:shimabashi:extension:alarm-signal-lost',
  /** R5's size of a picture in pixels, named in R4 as FHIR's cross-version extensions are. */
  width: 'http://hl7.org/fhir/5.0/StructureDefinition/extension-Attachment.width',
  height: 'http://hl7.org/fhir/5.0/StructureDefinition/extension-Attachment.height',
  /** `PhotoSource` of contracts. */
  camera: 'urn:shimabashi:extension:camera',
  /** `Decision` of contracts: `kind`, and what its kind adds (`byDate`, `to`, `whenWorse`). */
  decision: 'urn:shimabashi:extension:decision',
  /** Whether a photograph is everything that its sensor saw. */
  fullSensor: 'urn:shimabashi:extension:full-sensor',
  /** What the device's own clock said: local, without zone, therefore no `dateTime`. */
  deviceTime: 'urn:shimabashi:extension:device-time',
} as const;

/** LOINC's code of a doctor's note of a consult ("Consult note"). */
export const CONSULT_NOTE = '11488-4';

/**
 * Sections of a note in LOINC: "Subjective Narrative", "Objective Narrative", "Evaluation note" (the
 * assessment) and "Plan of care note". Source: loinc.org; all four are in FHIR R4's value set
 * `doc-section-codes`.
 */
export const NOTE_SECTION = {
  subjective: { code: '61150-9', title: 'S' },
  objective: { code: '61149-1', title: 'O' },
  assessment: { code: '51848-0', title: 'A' },
  plan: { code: '18776-5', title: 'P' },
} as const satisfies Record<keyof NoteSections, { code: string; title: string }>;

/** SNOMED CT "No known allergy (situation)", as FHIR R4 recommends (AllergyIntolerance, 9.1.3.2). */
export const NO_KNOWN_ALLERGY = '716186003';

/** What a parameter is called and which words stand for its unit. English in `latin`. */
export const PARAMETER_TEXT = {
  SpO2: { text: '経皮的動脈血酸素飽和度', latin: 'Oxygen saturation (SpO2)', unitText: '%' },
  'pulse-rate': { text: '脈拍数', latin: 'Pulse rate', unitText: '/min' },
  'heart-rate': { text: '心拍数', latin: 'Heart rate', unitText: '/min' },
  'systolic-pressure': { text: '収縮期血圧', latin: 'Systolic blood pressure', unitText: 'mmHg' },
  'diastolic-pressure': { text: '拡張期血圧', latin: 'Diastolic blood pressure', unitText: 'mmHg' },
  'mean-arterial-pressure': { text: '平均血圧', latin: 'Mean blood pressure', unitText: 'mmHg' },
  'body-temperature': { text: '体温', latin: 'Body temperature', unitText: '°C' },
  'respiratory-rate': { text: '呼吸数', latin: 'Respiratory rate', unitText: '/min' },
  'body-weight': { text: '体重', latin: 'Body weight', unitText: 'kg' },
  glucose: { text: '血糖', latin: 'Blood glucose', unitText: 'mg/dL' },
  'interstitial-glucose': {
    text: '間質液グルコース',
    latin: 'Interstitial fluid glucose',
    unitText: 'mg/dL',
  },
  'perfusion-index': { text: '灌流指標', latin: 'Perfusion index', unitText: '%' },
} as const satisfies Record<Parameter, { text: string; latin: string; unitText: string }>;

/**
 * The second category of JP_Observation_VitalSigns, where the code system has a fitting one
 * (jp-core-v1x, JP_ObservationVitalSignsCategory_CS).
 */
export const JP_VITAL_CATEGORY: Readonly<Partial<Record<Parameter, { code: string; display: string }>>> = {
  SpO2: { code: 'respiratory-function', display: '呼吸機能' },
  'pulse-rate': { code: 'pulse-rate', display: '脈拍数' },
  'systolic-pressure': { code: 'blood-pressure', display: '血圧' },
  'diastolic-pressure': { code: 'blood-pressure', display: '血圧' },
  'mean-arterial-pressure': { code: 'blood-pressure', display: '血圧' },
  'body-temperature': { code: 'temperature', display: '体温' },
  'respiratory-rate': { code: 'respiratory-function', display: '呼吸機能' },
};

/** Our reasons in the words of FHIR R4's `data-absent-reason`, for systems that don't know ours. */
export const FHIR_ABSENT_REASON = {
  'sensor-disconnected': 'not-performed',
  'sensor-off': 'not-performed',
  searching: 'temp-unknown',
  invalid: 'error',
  'above-range': 'error',
  'below-range': 'error',
  'not-available': 'unknown',
  'not-of-a-patient': 'not-applicable',
} as const satisfies Record<AbsentReason, string>;
