import { type MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { Trans, useLingui } from '@lingui/react/macro';
import { formatMoment, localeOf } from '@shimabashi/ui';
import { type ChartItem, differences } from './chart-items.ts';
import { Kind } from './entry-words.tsx';
import styles from './patient.module.css';
import { useNames } from './staff-names.ts';

/** Most lines of differences of one record: a table that long is a different record. */
const DIFFERENCES_MAX = 30;

/** The first part of a path inside a FHIR resource, in words. Others are shown as they are. */
const FIELD_WORDS: Readonly<Record<string, MessageDescriptor>> = {
  name: msg`氏名`,
  birthDate: msg`生年月日`,
  gender: msg`性別`,
  identifier: msg`番号`,
  telecom: msg`電話`,
  address: msg`住所`,
  status: msg`状態`,
  period: msg`期間`,
  reasonCode: msg`用件`,
  code: msg`内容`,
  reaction: msg`反応`,
  criticality: msg`重さ`,
  clinicalStatus: msg`臨床の状態`,
  note: msg`メモ`,
  valueQuantity: msg`値`,
};

/** Records of which two people made two versions: side by side, neither hidden. */
export function ConflictSection({
  items,
  nowMs,
}: {
  readonly items: readonly ChartItem[];
  readonly nowMs: number;
}) {
  const { t } = useLingui();
  return (
    <section className={styles.conflicts} id="conflicts" aria-label={t`2つの版がある記録`}>
      <h2>
        <Trans>2つの版がある記録</Trans>{' '}
        <small>
          <Trans>どちらも残っています。決まるまで、両方を見てください。</Trans>
        </small>
      </h2>
      {items.map(item => (
        <Conflict key={item.key} item={item} nowMs={nowMs} />
      ))}
    </section>
  );
}

function Conflict({ item, nowMs }: { readonly item: ChartItem; readonly nowMs: number }) {
  const { i18n } = useLingui();
  const names = useNames();
  const rows = differences(item);
  return (
    <div className={styles.conflict}>
      <table>
        <caption>
          <Kind type={item.heads[0].resource.resourceType} />
        </caption>
        <thead>
          <tr>
            <th scope="col">
              <Trans>ちがうところ</Trans>
            </th>
            {item.heads.map(head => (
              <th key={head.versionId} scope="col" data-version={head.versionId}>
                <b>{names.person(head.authorId)}</b>
                <span>
                  {formatMoment(head.authoredAtMs, nowMs, localeOf(i18n))}・{names.machine(head.deviceId)}
                </span>
                {head.reason === null ? null : <span>{head.reason}</span>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, DIFFERENCES_MAX).map(({ path, values }) => (
            <tr key={path}>
              <th scope="row">
                <FieldName path={path} />
              </th>
              {item.heads.map((head, index) => (
                <td key={head.versionId}>{values[index] ?? '—'}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length === 0 ? (
        <p>
          <Trans>内容は同じです。</Trans>
        </p>
      ) : null}
    </div>
  );
}

function FieldName({ path }: { readonly path: string }) {
  const { i18n } = useLingui();
  const [first = path, ...rest] = path.split('.');
  const words = Object.hasOwn(FIELD_WORDS, first) ? FIELD_WORDS[first] : undefined;
  return (
    <>
      {words === undefined ? first : i18n._(words)}
      {rest.length === 0 ? null : <small> {rest.join('.')}</small>}
    </>
  );
}
