import { msg } from '@lingui/core/macro';
import { Trans, useLingui } from '@lingui/react/macro';
import { readPatient } from '@shimabashi/clinical';
import { type HubContract, type RowResponse } from '@shimabashi/contracts';
import {
  AllergyMark,
  BridgeMark,
  formatBirthDate,
  formatEraDate,
  formatEraYear,
  localeOf,
} from '@shimabashi/ui';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useSyncExternalStore } from 'react';
import { useConsole } from '../../console.ts';
import { PatientName, Sex, substanceOf } from '../../parts/patient-words.tsx';
import { clinicFreshness } from '../clinics/freshness.ts';
import { FRESHNESS_MARKS, FreshnessAge, FreshnessSentence } from '../clinics/freshness-words.tsx';
import { type AllergyState, readAllergyState, readOrNull } from '../queue/queue-rows.ts';
import styles from './patient.module.css';

const SEVERE = msg`重い`;

type Chart = RowResponse<HubContract, 'patients.get'>;

/** Is this the right patient? Never scrolls away, and never shortens an allergy. */
export function PatientBanner({
  chart,
  conflicts,
  nowMs,
  action,
}: {
  readonly chart: Chart;
  readonly conflicts: number;
  readonly nowMs: number;
  /** What one may do about this patient from here. */
  readonly action?: ReactNode;
}) {
  const { i18n } = useLingui();
  const locale = localeOf(i18n);
  const facts = readOrNull(readPatient, chart.patient.resource);
  const cardNumber = facts?.cardNumber ?? null;
  const allergies = chart.resources
    .map(entry => entry.resource)
    .filter(resource => resource.resourceType === 'AllergyIntolerance');
  return (
    <section className={styles.banner} aria-labelledby="patient-name">
      <div className={styles.who}>
        <h1 id="patient-name">
          <PatientName facts={facts} />
          {facts === null || locale === 'en' ? null : <small>{facts.kana}</small>}
        </h1>
        <p>
          {facts === null ? (
            chart.patient.resource.id
          ) : (
            <>
              {facts.birthDate === '' ? (
                <Trans>生年月日 不明</Trans>
              ) : (
                <BirthDate birthDate={facts.birthDate} nowMs={nowMs} />
              )}
              ・
              <Sex gender={facts.gender} />
              {cardNumber === null ? null : (
                <>
                  ・<Trans>診察券 {cardNumber}</Trans>
                </>
              )}
            </>
          )}
        </p>
      </div>
      <AllergyBlock allergy={readAllergyState(allergies)} />
      <div className={styles.facts}>
        <ClinicFacts clinicId={chart.clinicId} nowMs={nowMs} />
        {conflicts === 0 ? null : (
          <BridgeMark state="conflict">
            <a href="#conflicts">
              <Trans>2つの版がある記録 {conflicts}件</Trans>
            </a>
          </BridgeMark>
        )}
        {action}
      </div>
    </section>
  );
}

/** Era and western form, so that neither has to be worked out in the head. */
function BirthDate({ birthDate, nowMs }: { readonly birthDate: string; readonly nowMs: number }) {
  const { i18n } = useLingui();
  const locale = localeOf(i18n);
  const western = locale === 'ja' ? birthDate.replaceAll('-', '/') : formatEraDate(birthDate, 'ja');
  return (
    <>
      {formatBirthDate(birthDate, nowMs, locale)} {western}
    </>
  );
}

function AllergyBlock({ allergy }: { readonly allergy: AllergyState }) {
  const { i18n } = useLingui();
  const locale = localeOf(i18n);
  switch (allergy.state) {
    case 'known':
      return (
        <div className={styles.allergy}>
          <AllergyMark>
            <span className={styles.allergyLabel}>
              <Trans>アレルギー</Trans>
            </span>
            {allergy.allergies.map((each, place) => (
              // Two versions of a record may name the same: only the place tells them apart.
              // oxlint-disable-next-line react/no-array-index-key
              <span key={place} className={styles.substance}>
                <b>{substanceOf(each, locale === 'ja')}</b>
                <span>
                  {[
                    locale === 'ja' ? each.reaction : each.reactionLatin || each.reaction,
                    each.severe ? i18n._(SEVERE) : '',
                    each.recordedOn === null ? '' : formatEraYear(each.recordedOn, locale),
                  ]
                    .filter(Boolean)
                    .join('・')}
                </span>
              </span>
            ))}
            {allergy.unreadable === 0 ? null : (
              <span className={styles.substance}>
                <Trans>アレルギー 読めない記録があります</Trans>
              </span>
            )}
          </AllergyMark>
        </div>
      );
    case 'none-known': {
      const askedOn = allergy.askedOn === null ? '' : formatEraDate(allergy.askedOn, locale);
      return (
        <p className={styles.noAllergy}>
          <Trans>アレルギー なし</Trans>
          {askedOn === '' ? null : (
            <small>
              <Trans>{askedOn} に確認</Trans>
            </small>
          )}
        </p>
      );
    }
    case 'unasked':
      return (
        <p className={styles.unsureAllergy}>
          <Trans>アレルギー 未確認</Trans>
          <small>
            <Trans>聞いた記録がありません</Trans>
          </small>
        </p>
      );
    case 'unreadable':
      return (
        <p className={styles.unsureAllergy}>
          <Trans>アレルギー 読めない記録があります</Trans>
          <small>
            <Trans>処方の前に、診療所に確かめてください</Trans>
          </small>
        </p>
      );
  }
}

function ClinicFacts({ clinicId, nowMs }: { readonly clinicId: string; readonly nowMs: number }) {
  const { i18n } = useLingui();
  const { queries, live } = useConsole();
  const { link } = useSyncExternalStore(live.subscribe, live.getSnapshot);
  const clinics = useQuery(queries.clinics);
  const status = clinics.data?.clinics.find(each => each.clinic.clinicId === clinicId);
  if (status === undefined) return <p>—</p>;
  const freshness = clinicFreshness(status, link);
  return (
    <div data-freshness={freshness.state}>
      <p>
        <b>{localeOf(i18n) === 'ja' ? status.clinic.name : status.clinic.nameLatin}</b>{' '}
        <BridgeMark state={FRESHNESS_MARKS[freshness.state]}>
          <FreshnessAge freshness={freshness} nowMs={nowMs} />
        </BridgeMark>
      </p>
      <p>
        <FreshnessSentence freshness={freshness} />
      </p>
    </div>
  );
}
