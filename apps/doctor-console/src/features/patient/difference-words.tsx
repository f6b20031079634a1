import { type MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { Trans, useLingui } from '@lingui/react/macro';
import { useNames } from './staff-names.ts';

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
  recorder: msg`記録した人`,
  note: msg`メモ`,
  valueQuantity: msg`値`,
};

/** Parts that only say where FHIR keeps a text: no reader needs them. */
const SILENT = /^(\d+|text|_text|manifestation|extension|valueString|coding|reference|value)$/;

/** In which field the versions differ. Its whole path stays at hand as a title. */
export function FieldName({ path }: { readonly path: string }) {
  const { i18n } = useLingui();
  const parts = path.split('.');
  const told = parts.filter((part, place) => place === 0 || !SILENT.test(part));
  const words = told.map(part => {
    const known = Object.hasOwn(FIELD_WORDS, part) ? FIELD_WORDS[part] : undefined;
    return known === undefined ? part : i18n._(known);
  });
  return (
    <span title={path}>
      {words.join(' ')}
      {/* FHIR's translation extension: here, a text in Latin letters. */}
      {parts.includes('_text') ? (
        <small>
          {' '}
          <Trans>英字</Trans>
        </small>
      ) : null}
    </span>
  );
}

/** Codes of `AllergyIntolerance.criticality` and `reaction.severity` (FHIR R4). */
const CODE_WORDS: Readonly<Record<string, MessageDescriptor>> = {
  'criticality=low': msg`低い`,
  'criticality=high': msg`高い`,
  'severity=mild': msg`軽い`,
  'severity=moderate': msg`中くらい`,
  'severity=severe': msg`重い`,
};

/** What one version says in that field. A code that we do not know is shown as it is. */
export function FieldValue({ path, value }: { readonly path: string; readonly value: string | null }) {
  const { i18n } = useLingui();
  const names = useNames();
  if (value === null) return <>—</>;
  const person = /^Practitioner\/(.+)$/.exec(value)?.[1];
  if (person !== undefined) return <>{names.person(person)}</>;
  const code = `${path.split('.').at(-1)}=${value}`;
  const words = Object.hasOwn(CODE_WORDS, code) ? CODE_WORDS[code] : undefined;
  return <>{words === undefined ? value : i18n._(words)}</>;
}
