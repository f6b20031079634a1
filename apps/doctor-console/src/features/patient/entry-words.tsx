import { type MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { Trans, useLingui } from '@lingui/react/macro';
import {
  type EncounterFacts,
  isDecision,
  isNote,
  NOTE_SECTION,
  readAlarm,
  readAlertAnswer,
  readAllergy,
  readDecision,
  readEncounter,
  readNote,
} from '@shimabashi/clinical';
import { type ChartEntry, type Decision } from '@shimabashi/contracts';
import { ABSENT_WORDS, formatReading, localeOf, ParameterName } from '@shimabashi/ui';
import { substanceOf } from '../../parts/patient-words.tsx';
import { readOrNull } from '../queue/queue-rows.ts';
import { observationOf } from './chart-items.ts';

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

const ENCOUNTER_WORDS: Readonly<Record<EncounterFacts['status'], MessageDescriptor>> = {
  planned: msg`予定`,
  arrived: msg`到着`,
  'in-progress': msg`診療中`,
  finished: msg`終わり`,
  other: msg`ほかの状態`,
};

const DECISION_WORDS: Readonly<Record<Decision['kind'], MessageDescriptor>> = {
  online: msg`オンラインで続ける`,
  'in-person': msg`対面にする`,
  transfer: msg`搬送する`,
};

/** What an entry says, in one line. */
export function EntryWords({ entry }: { readonly entry: ChartEntry }) {
  const { i18n } = useLingui();
  const japanese = localeOf(i18n) === 'ja';
  const { resource } = entry;
  switch (resource.resourceType) {
    case 'Observation':
      return <ObservationWords entry={entry} />;
    case 'Encounter': {
      const facts = readOrNull(readEncounter, resource);
      if (facts === null) return <Unreadable entry={entry} />;
      // A call within a visit, as the hub writes it down.
      if (facts.kind === 'consult') {
        return facts.status === 'finished' ? <Trans>通話 終わり</Trans> : <Trans>通話中</Trans>;
      }
      const reason = japanese ? facts.reason : facts.reasonLatin || facts.reason;
      return (
        <>
          <Kind type="Encounter" /> {i18n._(ENCOUNTER_WORDS[facts.status])} {reason}
        </>
      );
    }
    case 'AllergyIntolerance': {
      const facts = readOrNull(readAllergy, resource);
      if (facts === null) return <Unreadable entry={entry} />;
      return facts.kind === 'none-known' ? (
        <Trans>アレルギー なし</Trans>
      ) : (
        <>
          <Kind type="AllergyIntolerance" /> {substanceOf(facts, japanese)}{' '}
          {japanese ? facts.reaction : facts.reactionLatin || facts.reaction}
        </>
      );
    }
    case 'Composition':
      return <NoteWords entry={entry} />;
    case 'ClinicalImpression':
      return <DecisionWords entry={entry} />;
    case 'DetectedIssue':
      return <AlarmWords entry={entry} />;
    case 'Communication':
      return <AnswerWords entry={entry} />;
    default:
      return <Kind type={resource.resourceType} />;
  }
}

/** What rang on the island, and whether it is over. */
function AlarmWords({ entry }: { readonly entry: ChartEntry }) {
  const { i18n } = useLingui();
  const facts = readOrNull(readAlarm, entry.resource) ?? null;
  if (facts === null) return <Kind type="DetectedIssue" />;
  const { parameter, value, limit, state } = facts;
  const bound = formatReading(i18n, parameter, limit.value);
  return (
    <>
      <Kind type="DetectedIssue" /> <ParameterName parameter={parameter} />{' '}
      <b>{formatReading(i18n, parameter, value)}</b>{' '}
      {limit.kind === 'below' ? <Trans>（{bound} 未満）</Trans> : <Trans>（{bound} 超）</Trans>}{' '}
      {state === 'resolved' ? <Trans>終わり</Trans> : <Trans>続いています</Trans>}
    </>
  );
}

/** What a doctor did about an alarm; any other message by its kind. */
function AnswerWords({ entry }: { readonly entry: ChartEntry }) {
  const facts = readOrNull(readAlertAnswer, entry.resource) ?? null;
  if (facts === null) return <Kind type="Communication" />;
  return facts.kind === 'accepted' ? <Trans>警報を受けました</Trans> : <Trans>警報を見ました</Trans>;
}

/** A doctor's note, section by section. A draft says that it is one. */
function NoteWords({ entry }: { readonly entry: ChartEntry }) {
  const facts = isNote(entry.resource) ? readOrNull(readNote, entry.resource) : null;
  if (facts === null) return <Kind type="Composition" />;
  const sections = Object.entries(NOTE_SECTION).map(
    ([name, { title }]) => [title, facts.sections[name as keyof typeof NOTE_SECTION]] as const,
  );
  return (
    <>
      <Kind type="Composition" /> {facts.status === 'preliminary' ? <Trans>（下書き）</Trans> : null}{' '}
      {sections
        .filter(([, text]) => text !== '')
        .map(([title, text]) => (
          <span key={title}>
            <b>{title}</b> {text}{' '}
          </span>
        ))}
    </>
  );
}

/** What a visit ended with. */
function DecisionWords({ entry }: { readonly entry: ChartEntry }) {
  const { i18n } = useLingui();
  const facts = isDecision(entry.resource) ? readOrNull(readDecision, entry.resource) : null;
  if (facts === null) return <Kind type="ClinicalImpression" />;
  const { decision } = facts;
  const { kind, reason, whenWorse } = decision;
  return (
    <>
      <Kind type="ClinicalImpression" /> <b>{i18n._(DECISION_WORDS[kind])}</b>{' '}
      {kind === 'in-person' ? decision.byDate : null}
      {kind === 'transfer' ? decision.to : null}{' '}
      <Trans>
        理由 {reason}・悪いとき {whenWorse}
      </Trans>
    </>
  );
}

export function Kind({ type }: { readonly type: string }) {
  const { i18n } = useLingui();
  const words = Object.hasOwn(KIND_WORDS, type) ? KIND_WORDS[type] : undefined;
  return <>{words === undefined ? type : i18n._(words)}</>;
}

function Unreadable({ entry }: { readonly entry: ChartEntry }) {
  return (
    <>
      <Kind type={entry.resource.resourceType} /> <Trans>（この画面では読めない形）</Trans>
    </>
  );
}

function ObservationWords({ entry }: { readonly entry: ChartEntry }) {
  const { i18n } = useLingui();
  const facts = observationOf(entry);
  if (facts === null) return <Unreadable entry={entry} />;
  const { parameter, value, absentReason } = facts;
  const label = parameter === null ? facts.codeText : <ParameterName parameter={parameter} />;
  if (facts.retracted) {
    return (
      <>
        {label} <Trans>取り消し</Trans>
      </>
    );
  }
  if (value === null) {
    return (
      <>
        {label} {absentReason === null ? <Trans>値なし</Trans> : i18n._(ABSENT_WORDS[absentReason].what)}
      </>
    );
  }
  return (
    <>
      {label} <b>{parameter === null ? `${value} ${facts.unit}` : formatReading(i18n, parameter, value)}</b>
    </>
  );
}
