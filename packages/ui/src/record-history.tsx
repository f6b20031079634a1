import { Trans, useLingui } from '@lingui/react/macro';
import { type HistoryVersion } from '@shimabashi/contracts';
import { localeOf } from './i18n.ts';
import styles from './record-history.module.css';
import { type HistoryStep, historySteps } from './record-lines.ts';
import { DeedWords, FieldName, FieldValue, type RecordNames } from './record-words.tsx';
import { formatMoment } from './time.ts';

/** Most lines of changes of one version. The rest is counted. */
const CHANGES_MAX = 12;

export interface HistoryStepViewProps {
  readonly step: HistoryStep;
  readonly names: RecordNames;
  readonly nowMs: number;
}

/** Who changed a record, what, when, where and why, one version after the other. */
export function RecordHistory({
  versions,
  older,
  names,
  nowMs,
}: {
  /** The newest first. */
  readonly versions: readonly HistoryVersion[];
  /** How many more there are. */
  readonly older: number;
  readonly names: RecordNames;
  readonly nowMs: number;
}) {
  return (
    <ol className={styles.steps}>
      {historySteps(versions).map(step => (
        <li key={step.version.entry.versionId}>
          <HistoryStepView step={step} names={names} nowMs={nowMs} />
        </li>
      ))}
      {older === 0 ? null : (
        <li>
          <Trans>ほかに、これより前の版が {older}件あります</Trans>
        </li>
      )}
    </ol>
  );
}

export function HistoryStepView({ step, names, nowMs }: HistoryStepViewProps) {
  const { i18n } = useLingui();
  const { version, deed, changes } = step;
  const { entry, isCurrent } = version;
  const { reason } = entry;
  const shown = changes.slice(0, CHANGES_MAX);
  const rest = changes.length - shown.length;
  return (
    <div className={styles.step} data-version={entry.versionId} data-deed={deed}>
      <p className={styles.head}>
        <b>
          <DeedWords deed={deed} />
        </b>
        <time dateTime={new Date(entry.authoredAtMs).toISOString()}>
          {formatMoment(entry.authoredAtMs, nowMs, localeOf(i18n))}
        </time>
        <span>
          {names.person(entry.authorId)}・{names.machine(entry.deviceId)}
        </span>
        {isCurrent ? (
          <em>
            <Trans>いまの版</Trans>
          </em>
        ) : null}
      </p>
      {reason === null || reason === '' ? null : (
        <p>
          <Trans>理由 {reason}</Trans>
        </p>
      )}
      {shown.length === 0 ? null : (
        <dl>
          {shown.map(({ path, values: [before = null, after = null] }) => (
            <div key={path}>
              <dt>
                <FieldName path={path} />
              </dt>
              <dd>
                <s>
                  <FieldValue path={path} value={before} names={names} />
                </s>{' '}
                <span aria-hidden="true">→</span>{' '}
                <b>
                  <FieldValue path={path} value={after} names={names} />
                </b>
              </dd>
            </div>
          ))}
        </dl>
      )}
      {rest === 0 ? null : (
        <p>
          <Trans>ほかに {rest}か所</Trans>
        </p>
      )}
    </div>
  );
}
