import { Trans, useLingui } from '@lingui/react/macro';
import { type AllergyFacts, type PatientFacts } from '@shimabashi/clinical';
import { ageInYears, AllergyMark, localeOf, practiceDay } from '@shimabashi/ui';
import { type AllergyState } from '../features/queue/queue-rows.ts';
import styles from './patient-words.module.css';

/** The name as the language of the page writes it. */
export function PatientName({ facts }: { readonly facts: PatientFacts | null }) {
  const { i18n } = useLingui();
  if (facts === null) return <Trans>読めない記録</Trans>;
  return <>{localeOf(i18n) === 'ja' ? facts.kanji : facts.latin || facts.kanji}</>;
}

/** `81歳女`, `81 F`. */
export function AgeAndSex({ facts, nowMs }: { readonly facts: PatientFacts; readonly nowMs: number }) {
  const age = ageInYears(facts.birthDate, practiceDay(nowMs));
  return (
    <>
      {age === undefined ? <Trans>年齢不明</Trans> : <Trans>{age}歳</Trans>}
      <Sex gender={facts.gender} />
    </>
  );
}

export function Sex({ gender }: { readonly gender: PatientFacts['gender'] }) {
  switch (gender) {
    case 'male':
      return <Trans>男</Trans>;
    case 'female':
      return <Trans>女</Trans>;
    case 'other':
      return <Trans>性別ほか</Trans>;
    case 'unknown':
      return <Trans>性別不明</Trans>;
  }
}

/** The allergies in one line of a table: each in full, or what is known instead. */
export function AllergyLine({ allergy }: { readonly allergy: AllergyState }) {
  const { i18n } = useLingui();
  const japanese = localeOf(i18n) === 'ja';
  switch (allergy.state) {
    case 'known':
      return (
        <span className={styles.marks}>
          {/* Once, where two versions of a record name the same. */}
          {[...new Set(allergy.allergies.map(each => substanceOf(each, japanese)))].map(substance => (
            <AllergyMark key={substance} small>
              {substance}
            </AllergyMark>
          ))}
          {allergy.unreadable === 0 ? null : (
            <span className={styles.unsure}>
              <Trans>アレルギー 読めない記録</Trans>
            </span>
          )}
        </span>
      );
    case 'none-known':
      return <Trans>アレルギー なし</Trans>;
    case 'unasked':
      return (
        <span className={styles.unsure}>
          <Trans>アレルギー 未確認</Trans>
        </span>
      );
    case 'unreadable':
      return (
        <span className={styles.unsure}>
          <Trans>アレルギー 読めない記録</Trans>
        </span>
      );
  }
}

export function substanceOf(allergy: AllergyFacts, japanese: boolean): string {
  return japanese ? allergy.substance : allergy.substanceLatin || allergy.substance;
}
