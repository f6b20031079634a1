import { Trans, useLingui } from '@lingui/react/macro';
import { readPatient } from '@shimabashi/clinical';
import { type Alert } from '@shimabashi/contracts';
import { formatBirthDate, Initial, localeOf } from '@shimabashi/ui';
import { useQuery } from '@tanstack/react-query';
import { useConsole } from '../../console.ts';
import { AllergyLine, Sex } from '../../parts/patient-words.tsx';
import { readAllergyState, readOrNull } from '../queue/queue-rows.ts';
import { AlertPatient, AlertPlace } from './alert-bands.tsx';
import styles from './alert-screen.module.css';

/** Who and where, and what must not be given. */
export function AlertWho({ alert, nowMs }: { readonly alert: Alert; readonly nowMs: number }) {
  const { i18n } = useLingui();
  const { queries } = useConsole();
  const patients = useQuery(queries.patients);
  const line = patients.data?.find(({ patient }) => patient.id === alert.patientId);
  const facts = line === undefined ? null : readOrNull(readPatient, line.patient);
  return (
    <section className={styles.who}>
      <Initial name={facts?.kanji ?? '—'} />
      <div className={styles.name}>
        <h2>
          <AlertPatient alert={alert} />
        </h2>
        {facts === null ? null : (
          <p>
            {facts.birthDate === '' ? (
              <Trans>生年月日 不明</Trans>
            ) : (
              formatBirthDate(facts.birthDate, nowMs, localeOf(i18n))
            )}{' '}
            <Sex gender={facts.gender} />
          </p>
        )}
        <p className={styles.place}>
          <AlertPlace alert={alert} />
        </p>
      </div>
      {line === undefined ? null : (
        <p className={styles.allergy}>
          <AllergyLine allergy={readAllergyState(line.allergies)} />
        </p>
      )}
    </section>
  );
}
