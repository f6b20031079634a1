import { Trans, useLingui } from '@lingui/react/macro';
import { type ClinicStatus } from '@shimabashi/contracts';
import { BridgeMark, formatMoment, Icon, localeOf } from '@shimabashi/ui';
import { useQuery } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { useConsole } from '../../console.ts';
import { EmptyNote, ErrorNote, Reading } from '../../parts/notes.tsx';
import { clinicFreshness, isCut } from './freshness.ts';
import { FRESHNESS_MARKS, FreshnessAge, FreshnessSentence } from './freshness-words.tsx';
import styles from './clinics.module.css';

/** Every clinic with its link, how old what we have of it is, and whom to telephone. */
export function ClinicsColumn({ nowMs }: { readonly nowMs: number }) {
  const { queries } = useConsole();
  const clinics = useQuery(queries.clinics);
  return (
    <aside className={styles.column} aria-labelledby="clinics-heading">
      <h2 id="clinics-heading">
        <Trans>島</Trans>{' '}
        <small>
          <Trans>回線・データ</Trans>
        </small>
      </h2>
      {clinics.data === undefined ? (
        clinics.isError ? (
          <ErrorNote error={clinics.error} />
        ) : (
          <Reading />
        )
      ) : clinics.data.clinics.length === 0 ? (
        <EmptyNote>
          <Trans>担当の診療所がまだありません。管理者が登録すると、ここに出ます。</Trans>
        </EmptyNote>
      ) : (
        <ul>
          {clinics.data.clinics.map(status => (
            <ClinicLine key={status.clinic.clinicId} status={status} nowMs={nowMs} />
          ))}
        </ul>
      )}
    </aside>
  );
}

function ClinicLine({ status, nowMs }: { readonly status: ClinicStatus; readonly nowMs: number }) {
  const { i18n } = useLingui();
  const { live } = useConsole();
  const { link } = useSyncExternalStore(live.subscribe, live.getSnapshot);
  const { clinic, patientCount } = status;
  const freshness = clinicFreshness(status, link);
  const cut = isCut(freshness);
  const japanese = localeOf(i18n) === 'ja';
  const changedAt =
    status.lastChangeAtMs === null ? null : formatMoment(status.lastChangeAtMs, nowMs, localeOf(i18n));
  return (
    <li className={styles.clinic} data-freshness={freshness.state} data-clinic={clinic.clinicId}>
      <div className={styles.head}>
        <h3>{japanese ? clinic.name : clinic.nameLatin}</h3>
        <BridgeMark state={FRESHNESS_MARKS[freshness.state]}>
          <FreshnessAge freshness={freshness} nowMs={nowMs} />
        </BridgeMark>
      </div>
      <p className={cut ? styles.strong : undefined}>
        <FreshnessSentence freshness={freshness} />
      </p>
      <p>
        <Trans>患者 {patientCount}人</Trans>
        {changedAt === null ? null : (
          <>
            ・<Trans>最後の記録 {changedAt}</Trans>
          </>
        )}
      </p>
      {status.kiosks.length > 1 ? <Kiosks status={status} /> : null}
      {cut ? <Telephones clinic={clinic} japanese={japanese} /> : null}
    </li>
  );
}

function Kiosks({ status }: { readonly status: ClinicStatus }) {
  return (
    <ul className={styles.kiosks}>
      {status.kiosks.map(kiosk => (
        <li key={kiosk.deviceId}>
          {kiosk.name}・
          {kiosk.link === 'up' ? (
            <Trans>つながっています</Trans>
          ) : kiosk.link === 'down' ? (
            <Trans>通信できません</Trans>
          ) : (
            <Trans>まだつながっていません</Trans>
          )}
        </li>
      ))}
    </ul>
  );
}

function Telephones({
  clinic,
  japanese,
}: {
  readonly clinic: ClinicStatus['clinic'];
  readonly japanese: boolean;
}) {
  return (
    <ul className={styles.telephones}>
      {clinic.telephones.map(telephone => (
        <li key={telephone.number}>
          <Icon name="phone" />
          <span>{japanese ? telephone.label : telephone.labelLatin}</span>
          <b>{telephone.number}</b>
        </li>
      ))}
    </ul>
  );
}
