import { Trans, useLingui } from '@lingui/react/macro';
import { readPatient } from '@shimabashi/clinical';
import { type ParkedItem } from '@shimabashi/contracts';
import { BridgeMark, Button, errorWordsOf, formatMoment, localeOf } from '@shimabashi/ui';
import { useState } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import { BackButton } from '../parts/back-button.tsx';
import { Band } from '../parts/band.tsx';
import { Header } from '../parts/header.tsx';
import { Paged } from '../parts/paged.tsx';
import { Problem } from '../parts/problem.tsx';
import { RecordText } from '../parts/record-text.tsx';
import { WaitingCounts, WaitingWords } from '../parts/waiting.tsx';
import { patientName } from '../state/names.ts';
import { patientIdOfItem } from '../state/parked.ts';
import { useKiosk, useRow, useSnapshot } from '../state/use-kiosk.ts';
import { useDeed } from '../state/use-deed.ts';
import { useRecordNames } from '../state/use-record-names.ts';
import { useTime } from '../state/use-time.ts';
import { Rescued } from './outbox-rescue.tsx';
import { Reading } from './starting.tsx';
import styles from './outbox.module.css';

const ROW_PX = 140;

/** What waits to be sent, and what the hospital did not take: why, and what can be done about it. */
export function Outbox({ onBack }: { readonly onBack: () => void }) {
  const { nowMs } = useTime();
  const { sync } = useSnapshot();
  const { body, error } = useRow('outbox.parked', {});
  const rescue = useRow('outbox.rescue', {});
  const [chosen, setChosen] = useState<string | null>(null);
  const items = body?.items ?? [];
  const item = items.find(({ itemId }) => itemId === chosen) ?? items[0];
  const count = items.length;
  const report = rescue.body?.report ?? null;
  if (report !== null) {
    return (
      <>
        <Header nowMs={nowMs} />
        <Band nowMs={nowMs} kinds={['door', 'store', 'devices']} />
        <Rescued report={report} nowMs={nowMs} />
      </>
    );
  }
  return (
    <>
      <Header nowMs={nowMs} />
      <Band nowMs={nowMs} kinds={['door', 'store', 'devices']} />
      <div className={styles.columns}>
        <main className={styles.list}>
          <div className={styles.head}>
            <BackButton onPress={onBack} />
            <h1>
              <Trans>病院に送れない記録</Trans>
            </h1>
            <span>{body === undefined ? null : <Trans>{count}件</Trans>}</span>
          </div>
          {error === undefined ? null : <Problem error={error} />}
          {body === undefined && error === undefined ? <Reading /> : null}
          {body !== undefined && count === 0 ? (
            <p className={styles.empty}>
              <Trans>送れない記録はありません</Trans>
            </p>
          ) : null}
          <Paged
            items={items}
            keyOf={({ itemId }) => itemId}
            rowPx={ROW_PX}
            render={each => (
              <ItemRow
                item={each}
                isChosen={each.itemId === item?.itemId}
                nowMs={nowMs}
                onChoose={() => setChosen(each.itemId)}
              />
            )}
          />
          {sync === undefined ? null : (
            <section className={styles.waiting} aria-labelledby="waiting-title">
              <h2 id="waiting-title">
                <Trans>保存ずみ・送る待ち</Trans>
              </h2>
              <WaitingCounts sync={sync} />
              <WaitingWords sync={sync} nowMs={nowMs} />
            </section>
          )}
        </main>
        {item === undefined ? (
          <aside className={styles.detail} />
        ) : (
          <Detail key={item.itemId} item={item} nowMs={nowMs} />
        )}
      </div>
    </>
  );
}

function ItemRow({
  item,
  isChosen,
  nowMs,
  onChoose,
}: {
  readonly item: ParkedItem;
  readonly isChosen: boolean;
  readonly nowMs: number;
  readonly onChoose: () => void;
}) {
  const { i18n } = useLingui();
  const { what } = errorWordsOf(i18n, item.code);
  return (
    <AriaButton
      className={styles.row ?? ''}
      aria-pressed={isChosen}
      data-parked={item.itemId}
      onPress={onChoose}
    >
      <span className={styles.said}>
        <RecordText resource={item.entry.resource} />
      </span>
      <span className={styles.when}>{formatMoment(item.entry.authoredAtMs, nowMs, localeOf(i18n))}</span>
      <BridgeMark state="parked">{what}</BridgeMark>
    </AriaButton>
  );
}

function Detail({ item, nowMs }: { readonly item: ParkedItem; readonly nowMs: number }) {
  const { i18n } = useLingui();
  const names = useRecordNames();
  const [sure, setSure] = useState(false);
  const { entry, dependants } = item;
  const { what, toDo } = errorWordsOf(i18n, item.code);
  return (
    <aside className={styles.detail} aria-live="polite">
      <h2>
        <PatientOf item={item} />
      </h2>
      <p className={styles.what}>
        <RecordText resource={entry.resource} />
      </p>
      <p>
        {names.person(entry.authorId)}・{names.machine(entry.deviceId)}・
        {formatMoment(entry.authoredAtMs, nowMs, localeOf(i18n))}
      </p>
      {item.kind === 'picture' ? (
        <p>
          <Trans>記録は届きましたが、写真が送れません。</Trans>
        </p>
      ) : null}
      <div className={styles.reason}>
        <h3>
          <Trans>送れないわけ</Trans>
        </h3>
        <b>{what}</b>
        <span>{toDo}</span>
      </div>
      {dependants === 0 ? null : (
        <p>
          <Trans>これをもとに直した記録 {dependants}件も、いっしょに待っています。</Trans>
        </p>
      )}
      {/* When it is to be withdrawn, what that means takes its room. */}
      {sure ? null : (
        <p>
          {item.isReturned ? (
            <Trans>
              この記録は、一度病院に届きました。この端末に残っています。取り下げることはできません。
            </Trans>
          ) : (
            <Trans>
              この記録は、この端末に残っています。直すときは、取り下げてから、患者の「記録と履歴」で書き直してください。
            </Trans>
          )}
        </p>
      )}
      <Deeds item={item} sure={sure} onSure={setSure} />
    </aside>
  );
}

function PatientOf({ item }: { readonly item: ParkedItem }) {
  const { i18n } = useLingui();
  const patientId = patientIdOfItem(item);
  const { body } = useRow('patients.get', patientId === null ? null : { patientId });
  if (patientId === null) return <Trans>患者のない記録</Trans>;
  if (body === undefined) return <Trans>読んでいます</Trans>;
  return <>{patientName(readPatient(body.patient.resource), localeOf(i18n)).main}</>;
}

/** Withdrawing asks once more: what is withdrawn is in no chart of anybody. */
function Deeds({
  item,
  sure,
  onSure,
}: {
  readonly item: ParkedItem;
  readonly sure: boolean;
  readonly onSure: (sure: boolean) => void;
}) {
  const { api, model } = useKiosk();
  const { working, error, run } = useDeed();
  const { itemId } = item;
  const readAgain = () => model.chartChanged();
  return (
    <div className={styles.deeds}>
      {error === null ? null : <Problem error={error} />}
      {sure ? (
        <>
          <p className={styles.sure} role="alert">
            <b>
              <Trans>取り下げると、この記録は病院に届きません。</Trans>
            </b>
            <span>
              <Trans>カルテからも消え、前の内容にもどります。だれが取り下げたかは残ります。</Trans>
            </span>
          </p>
          <Button kind="outline" wide onPress={() => onSure(false)}>
            <Trans>やめる</Trans>
          </Button>
          <Button
            kind="primary"
            wide
            working={working}
            onPress={() => run(() => api['outbox.withdraw']({ itemId }), readAgain)}
          >
            {working ? <Trans>取り下げています</Trans> : <Trans>取り下げる</Trans>}
          </Button>
        </>
      ) : (
        <>
          <Button
            kind="primary"
            wide
            working={working}
            onPress={() => run(() => api['outbox.retry']({ itemId }), readAgain)}
          >
            {working ? <Trans>送っています</Trans> : <Trans>もう一度 送る</Trans>}
          </Button>
          {item.isReturned ? null : (
            <Button kind="outline" wide onPress={() => onSure(true)}>
              <Trans>取り下げる…</Trans>
            </Button>
          )}
        </>
      )}
    </div>
  );
}
