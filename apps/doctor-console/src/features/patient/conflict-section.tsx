import { Trans, useLingui } from '@lingui/react/macro';
import { formatMoment, localeOf } from '@shimabashi/ui';
import { type ChartItem, differences } from './chart-items.ts';
import { FieldName, FieldValue } from './difference-words.tsx';
import { Kind } from './entry-words.tsx';
import styles from './patient.module.css';
import { useNames } from './staff-names.ts';

/** Most lines of differences of one record: a table that long is a different record. */
const DIFFERENCES_MAX = 30;

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
                <td key={head.versionId}>
                  <FieldValue path={path} value={values[index] ?? null} />
                </td>
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
