import { Trans, useLingui } from '@lingui/react/macro';
import { readAllergy, readContact, readEncounter, readObservation, readPatient } from '@shimabashi/clinical';
import { AppError, type ResourceEnvelope } from '@shimabashi/contracts';
import { formatReading, isInError, localeOf, ParameterName, RecordKind } from '@shimabashi/ui';

/** What a record says, in one line, behind its kind. What was never so says that first. */
export function RecordText({ resource }: { readonly resource: ResourceEnvelope }) {
  return (
    <>
      <b>
        <RecordKind type={resource.resourceType} />
      </b>{' '}
      {isInError(resource) ? (
        <>
          <em>
            <Trans>取り消し（書きまちがい）</Trans>
          </em>{' '}
          <s>
            <Content resource={resource} />
          </s>
        </>
      ) : (
        <Content resource={resource} />
      )}
    </>
  );
}

function Content({ resource }: { readonly resource: ResourceEnvelope }) {
  const { i18n } = useLingui();
  const inEnglish = localeOf(i18n) === 'en';
  switch (resource.resourceType) {
    case 'AllergyIntolerance': {
      const facts = readable(() => readAllergy(resource));
      if (facts === null) return <Unreadable />;
      if (facts.kind === 'none-known') return <Trans>なし</Trans>;
      const words = inEnglish
        ? [facts.substanceLatin || facts.substance, facts.reactionLatin || facts.reaction]
        : [facts.substance, facts.reaction];
      return (
        <>
          {words.filter(word => word !== '').join('・')}
          {facts.active || isInError(resource) ? null : <Trans>（いまはない）</Trans>}
        </>
      );
    }
    case 'Patient': {
      const facts = readable(() => readPatient(resource));
      const contact = readable(() => readContact(resource));
      if (facts === null || contact === null) return <Unreadable />;
      const name = (inEnglish && facts.latin) || facts.kanji;
      return <>{[name, contact.telephone, contact.address].filter(word => word !== '').join('・')}</>;
    }
    case 'Encounter': {
      const facts = readable(() => readEncounter(resource));
      return facts === null ? <Unreadable /> : <>{(inEnglish && facts.reasonLatin) || facts.reason}</>;
    }
    case 'Observation': {
      const facts = readable(() => readObservation(resource));
      if (facts === null) return <Unreadable />;
      return (
        <>
          {facts.parameter === null ? facts.codeText : <ParameterName parameter={facts.parameter} />}{' '}
          {facts.value === null ? (
            <Trans>値なし</Trans>
          ) : facts.parameter === null ? (
            `${facts.value} ${facts.unit}`
          ) : (
            formatReading(i18n, facts.parameter, facts.value)
          )}
        </>
      );
    }
    default:
      return null;
  }
}

function Unreadable() {
  return <Trans>読めない記録</Trans>;
}

function readable<Facts>(read: () => Facts): Facts | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof AppError && error.code === 'RESOURCE_INVALID') return null;
    throw error;
  }
}
