import { Trans, useLingui } from '@lingui/react/macro';
import { type PatientFacts } from '@shimabashi/clinical';
import { BridgeMark, type BridgeState, Clock, formatBirthDate, Initial, localeOf } from '@shimabashi/ui';
import { type AllergyKnowledge } from '../state/chart.ts';
import { familyName, patientName } from '../state/names.ts';
import { bridgeOf } from '../state/today.ts';
import { useSnapshot } from '../state/use-kiosk.ts';
import { AllergyBlock } from './allergy-block.tsx';
import { Emergency } from './emergency.tsx';
import styles from './patient-banner.module.css';

/** The right patient, always: upper left, with what must not be given beside it. Never scrolls away. */
export function PatientBanner({
  patient,
  allergies,
  conflicting,
  nowMs,
}: {
  readonly patient: PatientFacts | undefined;
  readonly allergies: AllergyKnowledge | undefined;
  /** Something of this chart has two versions that nobody has decided between. */
  readonly conflicting: boolean;
  readonly nowMs: number;
}) {
  const { i18n } = useLingui();
  const { nurse } = useSnapshot();
  const nurseName = nurse ? familyName(nurse, localeOf(i18n)) : '';
  return (
    <header className={styles.banner}>
      <div className={styles.patient}>
        {patient === undefined ? <div className={styles.who} /> : <Who patient={patient} nowMs={nowMs} />}
        <AllergyBlock knowledge={allergies} />
      </div>
      <div className={styles.fixed}>
        <div className={styles.nurse}>
          <Initial name={nurseName} />
          <span>{nurseName}</span>
        </div>
        <div className={styles.clock}>
          <b>
            <Clock nowMs={nowMs} />
          </b>
          {conflicting ? (
            <BridgeMark state="conflict">
              <Trans>2つの版</Trans>
            </BridgeMark>
          ) : (
            <SyncMark />
          )}
        </div>
        <Emergency />
      </div>
    </header>
  );
}

function Who({ patient, nowMs }: { readonly patient: PatientFacts; readonly nowMs: number }) {
  const { i18n } = useLingui();
  const locale = localeOf(i18n);
  const { main, beside } = patientName(patient, locale);
  const card = patient.cardNumber;
  return (
    <>
      <span className={styles.face}>
        <Initial name={patient.kanji} />
      </span>
      <div className={styles.who}>
        <h1>
          {main}
          <span>{beside}</span>
        </h1>
        <p>
          <span>{formatBirthDate(patient.birthDate, nowMs, locale)}</span>
          <span>
            <Gender gender={patient.gender} />
          </span>
          {card === null ? null : (
            <span>
              <Trans>診察券 {card}</Trans>
            </span>
          )}
        </p>
      </div>
    </>
  );
}

function Gender({ gender }: { readonly gender: PatientFacts['gender'] }) {
  switch (gender) {
    case 'female':
      return <Trans>女性</Trans>;
    case 'male':
      return <Trans>男性</Trans>;
    case 'other':
      return <Trans>その他の性別</Trans>;
    case 'unknown':
      return <Trans>性別 不明</Trans>;
  }
}

/** Where this kiosk's records are, beside the clock. One word: the allergy needs the room. */
function SyncMark() {
  const { sync } = useSnapshot();
  if (sync === undefined) return null;
  const state: BridgeState = bridgeOf(sync);
  switch (state) {
    case 'broken':
      return (
        <BridgeMark state="broken">
          <Trans>切断</Trans>
        </BridgeMark>
      );
    case 'parked':
      return (
        <BridgeMark state="parked">
          <Trans>送れない</Trans>
        </BridgeMark>
      );
    case 'moving':
      return (
        <BridgeMark state="moving">
          <Trans>送信中</Trans>
        </BridgeMark>
      );
    case 'here':
    case 'stale':
    case 'conflict':
    case 'there':
      return (
        <BridgeMark state="there">
          <Trans>届いた</Trans>
        </BridgeMark>
      );
  }
}
