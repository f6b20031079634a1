import { type MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { Trans, useLingui } from '@lingui/react/macro';
import { type HistoryDeed } from './record-lines.ts';

/** Who and where, by the ids of an entry, in the words of the page. An unknown id stands as it is. */
export interface RecordNames {
  readonly person: (practitionerId: string) => string;
  readonly machine: (deviceId: string) => string;
}

/** Kinds of resources that a chart may hold by now or later. Others are shown by FHIR's own name. */
const KIND_WORDS: Readonly<Record<string, MessageDescriptor>> = {
  Patient: msg`基本情報`,
  Encounter: msg`受診`,
  AllergyIntolerance: msg`アレルギー`,
  Observation: msg`測定`,
  Condition: msg`病名`,
  MedicationRequest: msg`処方`,
  MedicationStatement: msg`飲んでいる薬`,
  CarePlan: msg`診療計画`,
  DocumentReference: msg`写真・文書`,
  Communication: msg`連絡`,
  Composition: msg`診察記録`,
  ClinicalImpression: msg`診察の決定`,
  DetectedIssue: msg`警報`,
};

/** What kind of record it is. */
export function RecordKind({ type }: { readonly type: string }) {
  const { i18n } = useLingui();
  const words = Object.hasOwn(KIND_WORDS, type) ? KIND_WORDS[type] : undefined;
  return <>{words === undefined ? type : i18n._(words)}</>;
}

/** Parts of a path inside a FHIR resource, in words. Others are shown as they are. */
const FIELD_WORDS: Readonly<Record<string, MessageDescriptor>> = {
  name: msg`氏名`,
  birthDate: msg`生年月日`,
  gender: msg`性別`,
  identifier: msg`番号`,
  telecom: msg`電話`,
  address: msg`住所`,
  status: msg`状態`,
  period: msg`期間`,
  reasonCode: msg`用件`,
  code: msg`内容`,
  reaction: msg`反応`,
  severity: msg`重さ`,
  criticality: msg`危険の度合い`,
  clinicalStatus: msg`臨床の状態`,
  verificationStatus: msg`確かさ`,
  medicationCodeableConcept: msg`薬`,
  dosageInstruction: msg`用法・用量`,
  dispenseRequest: msg`出す量`,
  recorder: msg`記録した人`,
  recordedDate: msg`記録した日`,
  note: msg`メモ`,
  valueQuantity: msg`値`,
  title: msg`題`,
  section: msg`本文`,
};

/** Parts that only say where FHIR keeps a text: no reader needs them. */
const SILENT = /^(\d+|text|_text|manifestation|extension|valueString|coding|reference|value|div)$/;

/** In which field the versions differ. Its whole path stays at hand as a title. */
export function FieldName({ path }: { readonly path: string }) {
  const { i18n } = useLingui();
  const parts = path.split('.');
  const told = parts.filter((part, place) => place === 0 || !SILENT.test(part));
  const words = told
    // A status is a code: the word for the status says it.
    .filter((part, place) => place === 0 || part !== 'code')
    .map(part => {
      const known = Object.hasOwn(FIELD_WORDS, part) ? FIELD_WORDS[part] : undefined;
      return known === undefined ? part : i18n._(known);
    });
  return (
    <span title={path}>
      {words.join(' ')}
      {/* FHIR's translation extension: here, a text in Latin letters. */}
      {parts.includes('_text') ? (
        <span>
          {' '}
          <Trans>英字</Trans>
        </span>
      ) : null}
    </span>
  );
}

/** Codes of FHIR R4 by the field that they stand in. */
const CODE_WORDS: Readonly<Record<string, MessageDescriptor>> = {
  'criticality=low': msg`低い`,
  'criticality=high': msg`高い`,
  'severity=mild': msg`軽い`,
  'severity=moderate': msg`中くらい`,
  'severity=severe': msg`重い`,
  'clinicalStatus=active': msg`いまもある`,
  'clinicalStatus=inactive': msg`いまはない`,
  'clinicalStatus=resolved': msg`治った`,
  'verificationStatus=confirmed': msg`確かめた`,
  'verificationStatus=unconfirmed': msg`確かめていない`,
  'verificationStatus=refuted': msg`ちがうとわかった`,
  'verificationStatus=entered-in-error': msg`書きまちがい`,
  'status=entered-in-error': msg`書きまちがい`,
  'status=active': msg`続いている`,
  'status=on-hold': msg`休んでいる`,
  'status=stopped': msg`やめた`,
  'status=cancelled': msg`取りやめ`,
  'status=completed': msg`終わった`,
  'gender=male': msg`男`,
  'gender=female': msg`女`,
  'gender=other': msg`その他`,
  'gender=unknown': msg`不明`,
};

/** What one version says in that field. A code that we do not know is shown as it is. */
export function FieldValue({
  path,
  value,
  names,
}: {
  readonly path: string;
  readonly value: string | null;
  readonly names: RecordNames;
}) {
  const { i18n } = useLingui();
  if (value === null) return <>—</>;
  const person = /^Practitioner\/(.+)$/.exec(value)?.[1];
  if (person !== undefined) return <>{names.person(person)}</>;
  const parts = path.split('.');
  const code = [parts.at(-1), parts[0]]
    .map(part => `${part}=${value}`)
    .find(each => Object.hasOwn(CODE_WORDS, each));
  const words = code === undefined ? undefined : CODE_WORDS[code];
  return <>{words === undefined ? value : i18n._(words)}</>;
}

/** What was done by a version, in a word or two. */
export function DeedWords({ deed }: { readonly deed: HistoryDeed }) {
  switch (deed) {
    case 'begun':
      return <Trans>はじめて記録した</Trans>;
    case 'changed':
      return <Trans>直した</Trans>;
    case 'retracted':
      return <Trans>書きまちがいとして取り消した</Trans>;
    case 'merged':
      return <Trans>2つの変更を合わせた（ぶつからない変更）</Trans>;
    case 'decided':
      return <Trans>2つの版から、1つに決めた</Trans>;
  }
}

/** What to do about a record of two versions until somebody has decided. The safer side counts. */
export function UntilDecided({ type }: { readonly type: string }) {
  switch (type) {
    case 'AllergyIntolerance':
      return <Trans>決まるまでは、重いほう・「ある」と書いたほうを信じて、避けてください。</Trans>;
    case 'MedicationRequest':
      return <Trans>決まるまでは、「やめた」と書いたほうを信じて、出さないでください。</Trans>;
    default:
      return <Trans>どちらも残っています。決まるまで、両方を見てください。</Trans>;
  }
}
