import { Trans, useLingui } from '@lingui/react/macro';
import { readPatient } from '@shimabashi/clinical';
import { type RescueReport } from '@shimabashi/contracts';
import { Button, formatMoment, localeOf, RecordKind } from '@shimabashi/ui';
import { Paged } from '../parts/paged.tsx';
import { Problem } from '../parts/problem.tsx';
import { patientName } from '../state/names.ts';
import { useDeed } from '../state/use-deed.ts';
import { useKiosk, useRow } from '../state/use-kiosk.ts';
import styles from './outbox.module.css';

const ROW_PX = 96;

/** What a damaged file has cost: what came back, what comes again, and what has to be written again. */
export function Rescued({ report, nowMs }: { readonly report: RescueReport; readonly nowMs: number }) {
  const { i18n } = useLingui();
  const at = formatMoment(report.rescuedAtMs, nowMs, localeOf(i18n));
  const { versionsRead, versionsUnreadable, unsent, unsentInAll, picturesUnreadable } = report;
  return (
    <div className={styles.columns} data-rescued>
      <main className={styles.list}>
        <div className={styles.head}>
          <h1>
            <Trans>書き直す記録</Trans>
          </h1>
          <span>
            <Trans>{unsentInAll}件</Trans>
          </span>
        </div>
        {unsentInAll === 0 ? (
          <p className={styles.empty}>
            <Trans>失われた記録はありません</Trans>
          </p>
        ) : null}
        <Paged
          items={unsent}
          keyOf={({ patientId, resourceType }) => `${patientId} ${resourceType}`}
          rowPx={ROW_PX}
          render={each => <UnsentRow unsent={each} />}
        />
      </main>
      <aside className={styles.detail}>
        <h2>
          <Trans>記録のファイルを作り直しました</Trans>
        </h2>
        <p>
          <Trans>
            {at}。この端末のファイルが壊れていました。読めた記録 {versionsRead}件は、もとのままです。
          </Trans>
        </p>
        {versionsUnreadable === 0 ? null : (
          <p>
            <Trans>
              読めなかった記録 {versionsUnreadable}件のうち、病院にあるものは、自動で受け取り直します。
            </Trans>
          </p>
        )}
        {unsentInAll === 0 ? null : (
          <div className={styles.reason}>
            <b>
              <Trans>病院に送る前の {unsentInAll}件が読めません</Trans>
            </b>
            <span>
              <Trans>左の患者の記録を見て、足りないものを、控えから書き直してください。</Trans>
            </span>
          </div>
        )}
        {picturesUnreadable === 0 ? null : (
          <p>
            <Trans>読めない写真 {picturesUnreadable}枚は、「病院に送れない記録」にあります。</Trans>
          </p>
        )}
        {report.areSettingsWhole ? null : (
          <p>
            <Trans>この端末の登録も読めません。設備の係に電話してください。</Trans>
          </p>
        )}
        <Seen />
      </aside>
    </div>
  );
}

function UnsentRow({ unsent }: { readonly unsent: RescueReport['unsent'][number] }) {
  const { patientId, resourceType, count } = unsent;
  return (
    <div className={styles.row}>
      <span className={styles.said}>
        <PatientName patientId={patientId} />
      </span>
      <span>
        {resourceType === null ? <Trans>種類はわかりません</Trans> : <RecordKind type={resourceType} />}{' '}
        <Trans>{count}件</Trans>
      </span>
    </div>
  );
}

function PatientName({ patientId }: { readonly patientId: string | null }) {
  const { i18n } = useLingui();
  const { body } = useRow('patients.get', patientId === null ? null : { patientId });
  // Who has only just been entered here may be gone too.
  if (body === undefined) return <Trans>だれの記録か、わかりません</Trans>;
  return <>{patientName(readPatient(body.patient.resource), localeOf(i18n)).main}</>;
}

function Seen() {
  const { api, model } = useKiosk();
  const { working, error, run } = useDeed();
  const confirm = () =>
    run(
      () => api['outbox.rescue-seen']({}),
      () => model.chartChanged(),
    );
  return (
    <div className={styles.deeds}>
      {error === null ? null : <Problem error={error} />}
      <Button kind="primary" wide working={working} onPress={confirm}>
        <Trans>確認しました</Trans>
      </Button>
    </div>
  );
}
