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
import { ABSENT_WORDS, formatReading, isInError, localeOf, ParameterName, RecordKind } from '@shimabashi/ui';
import { substanceOf } from '../../parts/patient-words.tsx';
import { readOrNull } from '../queue/queue-rows.ts';
import { observationOf } from './chart-items.ts';

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

/** What an entry says, in one line. What was never so says that first. */
export function EntryWords({ entry }: { readonly entry: ChartEntry }) {
  const { resource } = entry;
  // An observation says it itself, beside its value.
  if (resource.resourceType === 'Observation' || !isInError(resource)) return <Content entry={entry} />;
  return (
    <>
      <b>
        <Trans>取り消し（書きまちがい）</Trans>
      </b>{' '}
      <s>
        <Content entry={entry} />
      </s>
    </>
  );
}

function Content({ entry }: { readonly entry: ChartEntry }) {
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
          <RecordKind type="Encounter" /> {i18n._(ENCOUNTER_WORDS[facts.status])} {reason}
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
          <RecordKind type="AllergyIntolerance" /> {substanceOf(facts, japanese)}{' '}
          {japanese ? facts.reaction : facts.reactionLatin || facts.reaction}
          {facts.active || isInError(resource) ? null : (
            <>
              {' '}
              <Trans>（いまはない）</Trans>
            </>
          )}
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
      return <RecordKind type={resource.resourceType} />;
  }
}

/** What rang on the island, and whether it is over. */
function AlarmWords({ entry }: { readonly entry: ChartEntry }) {
  const { i18n } = useLingui();
  const facts = readOrNull(readAlarm, entry.resource) ?? null;
  if (facts === null) return <RecordKind type="DetectedIssue" />;
  const { parameter, value, limit, state } = facts;
  const bound = formatReading(i18n, parameter, limit.value);
  return (
    <>
      <RecordKind type="DetectedIssue" /> <ParameterName parameter={parameter} />{' '}
      <b>{formatReading(i18n, parameter, value)}</b>{' '}
      {limit.kind === 'below' ? <Trans>（{bound} 未満）</Trans> : <Trans>（{bound} 超）</Trans>}{' '}
      {state === 'resolved' ? <Trans>終わり</Trans> : <Trans>続いています</Trans>}
    </>
  );
}

/** What a doctor did about an alarm; any other message by its kind. */
function AnswerWords({ entry }: { readonly entry: ChartEntry }) {
  const facts = readOrNull(readAlertAnswer, entry.resource) ?? null;
  if (facts === null) return <RecordKind type="Communication" />;
  return facts.kind === 'accepted' ? <Trans>警報を受けました</Trans> : <Trans>警報を見ました</Trans>;
}

/** A doctor's note, section by section. A draft says that it is one. */
function NoteWords({ entry }: { readonly entry: ChartEntry }) {
  const facts = isNote(entry.resource) ? readOrNull(readNote, entry.resource) : null;
  if (facts === null) return <RecordKind type="Composition" />;
  const sections = Object.entries(NOTE_SECTION).map(
    ([name, { title }]) => [title, facts.sections[name as keyof typeof NOTE_SECTION]] as const,
  );
  return (
    <>
      <RecordKind type="Composition" /> {facts.status === 'preliminary' ? <Trans>（下書き）</Trans> : null}{' '}
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
  if (facts === null) return <RecordKind type="ClinicalImpression" />;
  const { decision } = facts;
  const { kind, reason, whenWorse } = decision;
  return (
    <>
      <RecordKind type="ClinicalImpression" /> <b>{i18n._(DECISION_WORDS[kind])}</b>{' '}
      {kind === 'in-person' ? decision.byDate : null}
      {kind === 'transfer' ? decision.to : null}{' '}
      <Trans>
        理由 {reason}・悪いとき {whenWorse}
      </Trans>
    </>
  );
}

function Unreadable({ entry }: { readonly entry: ChartEntry }) {
  return (
    <>
      <RecordKind type={entry.resource.resourceType} /> <Trans>（この画面では読めない形）</Trans>
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
