import { Trans } from '@lingui/react/macro';
import { type ResourceEnvelope } from '@shimabashi/contracts';
import { RecordHistory } from '@shimabashi/ui';
import { useQuery } from '@tanstack/react-query';
import { Button as AriaButton } from 'react-aria-components';
import { useConsole } from '../../console.ts';
import { ErrorNote, Reading } from '../../parts/notes.tsx';
import { EntryWords } from './entry-words.tsx';
import styles from './patient.module.css';
import { useNames } from './staff-names.ts';

export function HistoryButton({
  isOpen,
  onPress,
}: {
  readonly isOpen: boolean;
  readonly onPress: () => void;
}) {
  return (
    <AriaButton className={styles.historyButton ?? ''} aria-expanded={isOpen} onPress={onPress}>
      {isOpen ? <Trans>履歴を閉じる</Trans> : <Trans>履歴</Trans>}
    </AriaButton>
  );
}

/** Who changed this record, what, when, where and why. */
export function HistoryOf({
  patientId,
  record,
  titled,
  nowMs,
}: {
  readonly patientId: string;
  readonly record: Pick<ResourceEnvelope, 'resourceType' | 'id'>;
  /** It stands beside others, and says which one it is. */
  readonly titled: boolean;
  readonly nowMs: number;
}) {
  const { queries } = useConsole();
  const names = useNames();
  const { data, isError, error, refetch } = useQuery(queries.history(patientId, record));
  if (isError) return <ErrorNote error={error} onRetry={refetch} />;
  if (data === undefined) return <Reading />;
  const [newest] = data.versions;
  return (
    <div className={styles.history} data-history={`${record.resourceType}/${record.id}`}>
      {titled && newest !== undefined ? (
        <p>
          <EntryWords entry={newest.entry} />
        </p>
      ) : null}
      <RecordHistory versions={data.versions} older={data.older} names={names} nowMs={nowMs} />
    </div>
  );
}
