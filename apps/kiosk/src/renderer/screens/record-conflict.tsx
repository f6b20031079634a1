import { Trans, useLingui } from '@lingui/react/macro';
import { type ChartEntry, type RecordConflict } from '@shimabashi/contracts';
import {
  FieldName,
  fieldLines,
  FieldValue,
  formatMoment,
  localeOf,
  type RecordNames,
  UntilDecided,
} from '@shimabashi/ui';
import { Paged } from '../parts/paged.tsx';
import { useRecordNames } from '../state/use-record-names.ts';
import styles from './records.module.css';

const ROW_PX = 96;

/** Two versions of one record side by side. A doctor decides; here both are read. */
export function ConflictView({
  conflict,
  nowMs,
}: {
  readonly conflict: RecordConflict;
  readonly nowMs: number;
}) {
  const names = useRecordNames();
  const { heads, base } = conflict;
  const [left, right, ...others] = heads;
  if (left === undefined || right === undefined) return null;
  const all = fieldLines([left.resource, right.resource, base?.resource]);
  // Translations follow the text that they are of: here they take only its room.
  const told = all.filter(({ path }) => !path.includes('_text'));
  const lines = told.length === 0 ? all : told;
  const count = others.length;
  return (
    <>
      <p className={styles.warning}>
        <UntilDecided type={left.resource.resourceType} />
      </p>
      <div className={styles.versions}>
        <span>
          <Trans>前の値</Trans>
        </span>
        {[left, right].map(head => (
          <Author key={head.versionId} entry={head} names={names} nowMs={nowMs} />
        ))}
      </div>
      <Paged
        items={lines}
        keyOf={({ path }) => path}
        rowPx={ROW_PX}
        render={({ path, values: [one = null, other = null, before = null] }) => (
          <div className={styles.field} data-path={path}>
            <span>
              <FieldName path={path} />
              <small>
                {base === null ? (
                  <Trans>わかりません</Trans>
                ) : (
                  <FieldValue path={path} value={before} names={names} />
                )}
              </small>
            </span>
            {[one, other].map((value, place) => (
              <b key={heads[place]?.versionId}>
                <FieldValue path={path} value={value} names={names} />
              </b>
            ))}
          </div>
        )}
      />
      <p className={styles.note}>
        {count === 0 ? null : <Trans>ほかに {count}つの版があります。履歴にあります。</Trans>}{' '}
        <Trans>決めるのは医師です。急ぐときは、電話してください。</Trans>
      </p>
    </>
  );
}

function Author({
  entry,
  names,
  nowMs,
}: {
  readonly entry: ChartEntry;
  readonly names: RecordNames;
  readonly nowMs: number;
}) {
  const { i18n } = useLingui();
  const { reason } = entry;
  return (
    <div data-version={entry.versionId}>
      <b>{names.person(entry.authorId)}</b>
      <span>
        {formatMoment(entry.authoredAtMs, nowMs, localeOf(i18n))}・{names.machine(entry.deviceId)}
      </span>
      {reason === null ? null : (
        <span>
          <Trans>理由 {reason}</Trans>
        </span>
      )}
    </div>
  );
}
