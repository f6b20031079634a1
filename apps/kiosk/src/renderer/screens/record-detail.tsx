import { Trans } from '@lingui/react/macro';
import { type ResourceEnvelope } from '@shimabashi/contracts';
import { Button, historySteps, HistoryStepView, RecordKind } from '@shimabashi/ui';
import { useState } from 'react';
import { Paged } from '../parts/paged.tsx';
import { Problem } from '../parts/problem.tsx';
import { type ChartRecord, isContested, recordKey } from '../state/records.ts';
import { useRow } from '../state/use-kiosk.ts';
import { useRecordNames } from '../state/use-record-names.ts';
import { type EditTarget } from './record-edit.tsx';
import { ConflictView } from './record-conflict.tsx';
import { Reading } from './starting.tsx';
import styles from './records.module.css';

/** One record: its two versions while nobody has decided, or its history. */
export function RecordDetail({
  patientId,
  record,
  nowMs,
  onEdit,
}: {
  readonly patientId: string;
  readonly record: ChartRecord;
  readonly nowMs: number;
  readonly onEdit: (target: EditTarget) => void;
}) {
  const [head] = record.heads;
  const contested = isContested(record);
  const [wantsHistory, setWantsHistory] = useState(false);
  const target = editTarget(record);
  return (
    <section className={styles.detail} aria-labelledby="record-title">
      <div className={styles.head}>
        <h2 id="record-title">
          <RecordKind type={head.resource.resourceType} />
        </h2>
        {contested ? (
          <Button kind="outline" className={styles.small} onPress={() => setWantsHistory(!wantsHistory)}>
            {wantsHistory ? <Trans>2つの版を見る</Trans> : <Trans>履歴を見る</Trans>}
          </Button>
        ) : null}
        {target === null ? null : (
          <Button kind="outline" className={styles.small} onPress={() => onEdit(target)}>
            {target.kind === 'contact' ? <Trans>電話・住所を直す</Trans> : <Trans>直す・取り消す</Trans>}
          </Button>
        )}
      </div>
      {contested && !wantsHistory ? (
        <Contested patientId={patientId} record={record} nowMs={nowMs} />
      ) : (
        <History patientId={patientId} resource={head.resource} nowMs={nowMs} />
      )}
    </section>
  );
}

/** What a nurse may change here. While two versions stand, neither is changed before it is decided. */
function editTarget(record: ChartRecord): EditTarget | null {
  const [head] = record.heads;
  if (isContested(record)) return null;
  switch (head.resource.resourceType) {
    case 'Patient':
      return { kind: 'contact', base: head };
    case 'AllergyIntolerance':
      return { kind: 'allergy', base: head };
    default:
      return null;
  }
}

function Contested({
  patientId,
  record,
  nowMs,
}: {
  readonly patientId: string;
  readonly record: ChartRecord;
  readonly nowMs: number;
}) {
  const { body, error } = useRow('conflicts.list', { patientId });
  if (error !== undefined) return <Problem error={error} />;
  const conflict = body?.conflicts.find(
    ({ heads: [head] }) => head !== undefined && recordKey(head) === record.key,
  );
  return conflict === undefined ? <Reading /> : <ConflictView conflict={conflict} nowMs={nowMs} />;
}

/** Room that a version takes: who, when and where, and each line of changes. */
const STEP_PX = 132;
const CHANGE_PX = 46;
const CHANGES_SHOWN_MAX = 12;

function History({
  patientId,
  resource,
  nowMs,
}: {
  readonly patientId: string;
  readonly resource: ResourceEnvelope;
  readonly nowMs: number;
}) {
  const { resourceType, id: resourceId } = resource;
  const { body, error } = useRow('history.get', { patientId, resourceType, resourceId });
  const names = useRecordNames();
  if (error !== undefined) return <Problem error={error} />;
  if (body === undefined) return <Reading />;
  const steps = historySteps(body.versions);
  const lines = Math.max(0, ...steps.map(({ changes }) => Math.min(changes.length, CHANGES_SHOWN_MAX)));
  const { older } = body;
  return (
    <>
      <p className={styles.note}>
        <Trans>だれが・いつ・どこで・なぜ変えたか。新しい順です。</Trans>
      </p>
      <Paged
        items={steps}
        keyOf={step => step.version.entry.versionId}
        rowPx={STEP_PX + CHANGE_PX * lines}
        render={step => (
          <div className={styles.step}>
            <HistoryStepView step={step} names={names} nowMs={nowMs} />
          </div>
        )}
      />
      {older === 0 ? null : (
        <p className={styles.note}>
          <Trans>ほかに、これより前の版が {older}件あります</Trans>
        </p>
      )}
    </>
  );
}
