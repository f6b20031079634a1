import { Trans, useLingui } from '@lingui/react/macro';
import { type ChartEntry, type Visit } from '@shimabashi/contracts';
import { BridgeMark, Button, formatMoment, localeOf, type RecordNames } from '@shimabashi/ui';
import { useState } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import { BackButton } from '../parts/back-button.tsx';
import { Paged } from '../parts/paged.tsx';
import { RecordText } from '../parts/record-text.tsx';
import { type ChartRecord, chartRecords, isContested } from '../state/records.ts';
import { useRecordNames } from '../state/use-record-names.ts';
import { type EditTarget, RecordEdit } from './record-edit.tsx';
import { RecordDetail } from './record-detail.tsx';
import styles from './records.module.css';

const ROW_PX = 120;

/** What is in this patient's chart, record by record: its versions, its history, and a way to change it. */
export function Records({
  visit,
  entries,
  nowMs,
  onDone,
}: {
  readonly visit: Visit;
  readonly entries: readonly ChartEntry[];
  readonly nowMs: number;
  readonly onDone: () => void;
}) {
  const [withReadings, setWithReadings] = useState(false);
  const records = chartRecords(entries).filter(each => withReadings || !isSettledReading(each));
  const [chosen, setChosen] = useState(records[0]?.key);
  const names = useRecordNames();
  const [editing, setEditing] = useState<EditTarget | null>(null);
  const record = records.find(({ key }) => key === chosen) ?? records[0];
  if (editing !== null) {
    return <RecordEdit patientId={visit.patientId} target={editing} onDone={() => setEditing(null)} />;
  }
  return (
    <main className={styles.page}>
      <section className={styles.list} aria-labelledby="records-title">
        <div className={styles.head}>
          <BackButton className={styles.back} onPress={onDone} />
          <h2 id="records-title">
            <Trans>記録と履歴</Trans>
          </h2>
        </div>
        <Paged
          items={records}
          keyOf={({ key }) => key}
          rowPx={ROW_PX}
          start={record?.key}
          render={each => (
            <RecordRow
              record={each}
              names={names}
              isChosen={each.key === record?.key}
              nowMs={nowMs}
              onChoose={() => setChosen(each.key)}
            />
          )}
        />
        <div className={styles.below}>
          <Button
            kind="outline"
            wide
            className={styles.small}
            onPress={() => setEditing({ kind: 'allergy', base: null })}
          >
            <Trans>アレルギーを加える</Trans>
          </Button>
          <Button kind="outline" wide className={styles.small} onPress={() => setWithReadings(!withReadings)}>
            {withReadings ? <Trans>測定をかくす</Trans> : <Trans>測定も出す</Trans>}
          </Button>
        </div>
      </section>
      {record === undefined ? null : (
        <RecordDetail
          key={record.key}
          patientId={visit.patientId}
          record={record}
          nowMs={nowMs}
          onEdit={setEditing}
        />
      )}
    </main>
  );
}

/** Years of readings would hide the rest. What cannot be sent, or is not decided, is always there. */
function isSettledReading({ heads }: ChartRecord): boolean {
  const [head, ...others] = heads;
  return head.resource.resourceType === 'Observation' && others.length === 0 && head.place !== 'parked';
}

function RecordRow({
  record,
  names,
  isChosen,
  nowMs,
  onChoose,
}: {
  readonly record: ChartRecord;
  readonly names: RecordNames;
  readonly isChosen: boolean;
  readonly nowMs: number;
  readonly onChoose: () => void;
}) {
  const { i18n } = useLingui();
  return (
    <AriaButton
      className={styles.row ?? ''}
      aria-pressed={isChosen}
      data-record={record.key}
      data-contested={isContested(record) || undefined}
      onPress={onChoose}
    >
      {/* Of two versions both: neither is the one that counts. */}
      {record.heads.slice(0, 2).map(head => (
        <span key={head.versionId} className={styles.said}>
          <RecordText resource={head.resource} />
        </span>
      ))}
      {isContested(record) ? (
        <BridgeMark state="conflict">
          <Trans>2つの版がある</Trans>
        </BridgeMark>
      ) : (
        <span className={styles.author}>
          {formatMoment(record.heads[0].authoredAtMs, nowMs, localeOf(i18n))}・
          {names.person(record.heads[0].authorId)}
        </span>
      )}
    </AriaButton>
  );
}
