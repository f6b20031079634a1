import { Trans, useLingui } from '@lingui/react/macro';
import { type AllergyFacts } from '@shimabashi/clinical';
import { type AppLocale, formatEraDate, formatEraYear, localeOf } from '@shimabashi/ui';
import { type AllergyKnowledge } from '../state/chart.ts';
import styles from './allergy-block.module.css';

/** What the patient must not get: never shortened, never out of sight. */
export function AllergyBlock({ knowledge }: { readonly knowledge: AllergyKnowledge | undefined }) {
  const { i18n } = useLingui();
  const locale = localeOf(i18n);
  if (knowledge === undefined) {
    return (
      <div className={styles.unknown} data-allergy="reading">
        <span>
          <Trans>アレルギー</Trans>
        </span>
        <b>
          <Trans>読んでいます</Trans>
        </b>
      </div>
    );
  }
  switch (knowledge.kind) {
    case 'unknown':
      return (
        <div className={styles.unknown} data-allergy="unknown">
          <span>
            <Trans>アレルギー</Trans>
          </span>
          <b>
            {knowledge.unreadable > 0 ? <Unreadable count={knowledge.unreadable} /> : <Trans>未確認</Trans>}
          </b>
        </div>
      );
    case 'none': {
      const asked = knowledge.askedOn === null ? null : formatEraDate(knowledge.askedOn, locale);
      return (
        <div className={styles.none} data-allergy="none">
          <span>
            <Trans>アレルギー</Trans>
          </span>
          <b>
            <Trans>なし</Trans>
          </b>
          {asked === null ? null : <span>{asked}</span>}
        </div>
      );
    }
    case 'allergies':
      return <Allergies allergies={knowledge.allergies} unreadable={knowledge.unreadable} />;
  }
}

function Unreadable({ count }: { readonly count: number }) {
  return <Trans>読めない記録 {count}件</Trans>;
}

function Allergies({
  allergies,
  unreadable,
}: {
  readonly allergies: readonly AllergyFacts[];
  readonly unreadable: number;
}) {
  const ownLine = needsOwnLine(allergies, unreadable);
  return (
    <div className={styles.allergies} data-allergy="allergies" data-own-line={ownLine || undefined}>
      <ul>
        {allergies.map((allergy, place) => (
          // Two versions of a record may say the same: only the place tells them apart.
          // oxlint-disable-next-line react/no-array-index-key
          <li key={place}>
            {place === 0 ? (
              <span>
                <Trans>アレルギー</Trans>
              </span>
            ) : null}{' '}
            <AllergyLine allergy={allergy} />
          </li>
        ))}
        {unreadable > 0 ? (
          <li>
            <b>
              <Unreadable count={unreadable} />
            </b>
          </li>
        ) : null}
      </ul>
    </div>
  );
}

/**
 * Whether allergies take a line of their own beneath the name: several do, since none is ever shortened
 * or hidden behind a button. A single one takes it by itself where it has no room (the style sheet).
 */
export function needsOwnLine(allergies: readonly AllergyFacts[], unreadable: number): boolean {
  return allergies.length !== 1 || unreadable > 0;
}

function inWords(allergy: AllergyFacts, locale: AppLocale): { substance: string; reaction: string } {
  const inEnglish = locale === 'en';
  return {
    substance: (inEnglish && allergy.substanceLatin) || allergy.substance,
    reaction: (inEnglish && allergy.reactionLatin) || allergy.reaction,
  };
}

function AllergyLine({ allergy }: { readonly allergy: AllergyFacts }) {
  const { t, i18n } = useLingui();
  const locale = localeOf(i18n);
  const { substance, reaction } = inWords(allergy, locale);
  const facts = [reaction, allergy.severe ? t`重い` : ''].filter(fact => fact !== '').join('・');
  const recorded = allergy.recordedOn === null ? '' : formatEraYear(allergy.recordedOn, locale);
  return (
    <>
      <b>{substance}</b> <i>{recorded === '' ? facts : t`${facts}（${recorded}）`}</i>
    </>
  );
}
