import { Trans, useLingui } from '@lingui/react/macro';
import { type PatientFacts, readPatient } from '@shimabashi/clinical';
import { formatBirthDate, Icon, localeOf } from '@shimabashi/ui';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import { BackButton } from '../parts/back-button.tsx';
import { Band } from '../parts/band.tsx';
import { Header } from '../parts/header.tsx';
import { KanaKeyboard } from '../parts/kana-keyboard.tsx';
import { SEARCH_CHARACTERS_MAX } from '../parts/kana.ts';
import { Paged } from '../parts/paged.tsx';
import { Problem } from '../parts/problem.tsx';
import { patientName } from '../state/names.ts';
import { useRow } from '../state/use-kiosk.ts';
import { useOpenVisit } from '../state/use-open-visit.ts';
import { useTime } from '../state/use-time.ts';
import { Reading } from './starting.tsx';
import styles from './search.module.css';

const ROW_PX = 136;
const RESULTS_MAX = 50;

/** Finds a patient by name, reading, birth date or card, and begins a visit. */
export function Search({ onBack }: { readonly onBack: () => void }) {
  const { t } = useLingui();
  const { nowMs } = useTime();
  const [text, setText] = useState('');
  const inputRef = useRef<HTMLInputElement>(null);
  // Whoever has a keyboard types at once.
  useEffect(() => inputRef.current?.focus(), []);
  const wanted = text.trim();
  const found = useRow('patients.find', wanted === '' ? null : { text: wanted, limit: RESULTS_MAX });
  const today = useRow('today.list', {});
  const visits = useOpenVisit(onBack);
  const patients = found.body?.patients.map(readPatient) ?? [];
  const [only, ...others] = patients;

  const open = (patientId: string) => {
    // Whoever is booked for today continues that visit; for others a walk-in begins.
    const booked = today.body?.entries.find(
      entry => entry.patient.id === patientId && entry.status !== 'finished',
    );
    visits.open(patientId, booked?.encounterId ?? null);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    // Enter while an IME composes chooses a word; it never opens a chart (D12).
    if (event.key !== 'Enter' || event.nativeEvent.isComposing) return;
    if (only !== undefined && others.length === 0) open(only.patientId);
  };
  return (
    <>
      <Header nowMs={nowMs} />
      <Band nowMs={nowMs} kinds={['door', 'store', 'devices']} />
      <main className={styles.page}>
        <div className={styles.top}>
          <BackButton className={styles.back} onPress={onBack} />
          <h1 id="search-title">
            <Trans>患者をさがす</Trans>
          </h1>
          <input
            ref={inputRef}
            // The kiosk's own keyboard stands below: no other one may cover it.
            inputMode="none"
            aria-labelledby="search-title"
            value={text}
            maxLength={SEARCH_CHARACTERS_MAX}
            placeholder={t`名前・よみ・生年月日（1945-05-03）・診察券`}
            autoComplete="off"
            spellCheck={false}
            onChange={event => setText(event.target.value)}
            onKeyDown={onKeyDown}
          />
        </div>
        <section className={styles.results} aria-live="polite">
          {visits.error === null ? null : <Problem error={visits.error} />}
          {found.error === undefined ? null : <Problem error={found.error} />}
          <Found
            wanted={wanted}
            ready={found.body !== undefined}
            count={patients.length}
            failed={found.error !== undefined}
          />
          <Paged
            key={wanted}
            items={patients}
            keyOf={patient => patient.patientId}
            rowPx={ROW_PX}
            render={patient => (
              <PatientRow
                patient={patient}
                nowMs={nowMs}
                opening={visits.opening === patient.patientId}
                onPress={() => open(patient.patientId)}
              />
            )}
          />
        </section>
        <section className={styles.keyboard}>
          <KanaKeyboard text={text} onText={setText} />
        </section>
      </main>
    </>
  );
}

function Found(props: {
  readonly wanted: string;
  readonly ready: boolean;
  readonly count: number;
  readonly failed: boolean;
}) {
  const { wanted, ready, count, failed } = props;
  if (failed) return null;
  if (wanted === '') {
    return (
      <p className={styles.hint}>
        <Trans>よみを入れると、ここに出ます</Trans>
      </p>
    );
  }
  if (!ready) return <Reading />;
  if (count === 0) {
    return (
      <p className={styles.hint}>
        <Trans>この端末には見つかりません。よみを短くしてみてください。</Trans>
      </p>
    );
  }
  return (
    <p className={styles.count}>
      <Trans>{count}人</Trans>
    </p>
  );
}

function PatientRow({
  patient,
  nowMs,
  opening,
  onPress,
}: {
  readonly patient: PatientFacts;
  readonly nowMs: number;
  readonly opening: boolean;
  readonly onPress: () => void;
}) {
  const { i18n } = useLingui();
  const locale = localeOf(i18n);
  const { main, beside } = patientName(patient, locale);
  const card = patient.cardNumber;
  return (
    <AriaButton className={styles.row ?? ''} onPress={onPress}>
      <span className={styles.person}>
        <span className={styles.name}>
          <b>{main}</b>
          <span>{beside}</span>
        </span>
        <span className={styles.facts}>
          <span>{formatBirthDate(patient.birthDate, nowMs, locale)}</span>
          <span>
            {opening ? <Trans>開いています</Trans> : card === null ? null : <Trans>診察券 {card}</Trans>}
          </span>
        </span>
      </span>
      <Icon name="arrow" />
    </AriaButton>
  );
}
