import { Trans, useLingui } from '@lingui/react/macro';
import { BridgeMark, errorWordsOf, formatReading, formatWhen, localeOf, ParameterName } from '@shimabashi/ui';
import { type SavedLine } from '../state/chart.ts';
import { Paged } from './paged.tsx';
import styles from './saved-list.module.css';

const ROW_PX = 96;

/** What is in this patient's chart here, newest first, and whether the hospital has it. */
export function SavedList({
  lines,
  nowMs,
}: {
  readonly lines: readonly SavedLine[];
  readonly nowMs: number;
}) {
  if (lines.length === 0) {
    return (
      <p className={styles.empty}>
        <Trans>まだ何も保存していません</Trans>
      </p>
    );
  }
  return (
    <Paged
      items={lines}
      keyOf={line => line.entry.versionId}
      rowPx={ROW_PX}
      render={line => <SavedRow line={line} nowMs={nowMs} />}
    />
  );
}

function SavedRow({ line, nowMs }: { readonly line: SavedLine; readonly nowMs: number }) {
  const { i18n } = useLingui();
  const { facts, entry } = line;
  if (facts === null) {
    return (
      <div className={styles.row} data-place={entry.place} data-version={entry.versionId}>
        <SavedTime atMs={entry.authoredAtMs} nowMs={nowMs} />
        <p>
          <Trans>読めない記録</Trans>
        </p>
        <small>
          <Place line={line} />
        </small>
      </div>
    );
  }
  return (
    <div
      className={styles.row}
      data-place={entry.place}
      data-observation={facts.observationId}
      data-version={entry.versionId}
    >
      <SavedTime atMs={facts.effectiveAtMs} nowMs={nowMs} />
      <p>
        {facts.parameter === null ? facts.codeText : <ParameterName parameter={facts.parameter} />}{' '}
        <b>
          {facts.value === null ? (
            <Trans>値なし</Trans>
          ) : facts.parameter === null ? (
            `${facts.value} ${facts.unit}`
          ) : (
            formatReading(i18n, facts.parameter, facts.value)
          )}
        </b>
        {facts.retracted ? (
          <span>
            <Trans>取り消し</Trans>
          </span>
        ) : null}
      </p>
      <small>
        <Place line={line} />
      </small>
    </div>
  );
}

/** The clock of today, the day of before: beside a value there is no room for both. */
function SavedTime({ atMs, nowMs }: { readonly atMs: number; readonly nowMs: number }) {
  const { i18n } = useLingui();
  return <time dateTime={new Date(atMs).toISOString()}>{formatWhen(atMs, nowMs, localeOf(i18n))}</time>;
}

function Place({ line }: { readonly line: SavedLine }) {
  const { i18n } = useLingui();
  switch (line.bridge) {
    case 'there':
      return (
        <BridgeMark state="there">
          <Trans>病院に届いた</Trans>
        </BridgeMark>
      );
    case 'parked': {
      const { what } = errorWordsOf(i18n, line.entry.parkedCode);
      return (
        <BridgeMark state="parked">
          <Trans>送れない：{what}</Trans>
        </BridgeMark>
      );
    }
    case 'conflict':
      return (
        <BridgeMark state="conflict">
          <Trans>2つの版がある</Trans>
        </BridgeMark>
      );
    case 'here':
    case 'moving':
    case 'stale':
    case 'broken':
      return (
        <BridgeMark state="here">
          <Trans>この端末に保存</Trans>
        </BridgeMark>
      );
  }
}
