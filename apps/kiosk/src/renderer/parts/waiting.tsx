import { Trans, useLingui } from '@lingui/react/macro';
import { type LaneCounts, type SyncStatus } from '@shimabashi/contracts';
import { Digits, formatMoment, localeOf } from '@shimabashi/ui';
import { type ReactNode } from 'react';
import { slowness } from '../state/parked.ts';
import styles from './waiting.module.css';

/** How much waits to be sent, in the order in which it goes. */
export function WaitingCounts({ sync }: { readonly sync: SyncStatus }) {
  const { vitals, chart, thumbnail, photo } = sync.waiting;
  return (
    <dl className={styles.counts}>
      <Count label={<Trans>測定</Trans>} count={vitals} />
      <Count label={<Trans>記録</Trans>} count={chart} />
      <Count label={<Trans>写真</Trans>} count={thumbnail + photo} />
    </dl>
  );
}

function Count({ label, count }: { readonly label: ReactNode; readonly count: number }) {
  const text = String(count);
  return (
    <div>
      <dt>{label}</dt>
      <dd>
        <Trans>
          <b>
            <Digits>{text}</Digits>
          </b>
          件
        </Trans>
      </dd>
    </div>
  );
}

/** Whether it moves: what has not for a while, and that nothing is lost meanwhile. */
export function WaitingWords({ sync, nowMs }: { readonly sync: SyncStatus; readonly nowMs: number }) {
  const { i18n } = useLingui();
  const slow = slowness(sync, nowMs);
  if (slow === undefined) {
    return (
      <p className={styles.words}>
        <Trans>つながると、左から順に送ります。電源を切っても消えません。</Trans>
      </p>
    );
  }
  const since = formatMoment(slow.sinceMs, nowMs, localeOf(i18n));
  return (
    <p className={styles.slow} data-slow={slow.lanes.join(' ')}>
      <Lanes lanes={slow.lanes} />{' '}
      <Trans>{since} から進んでいません。回線が細いときは、待てば届きます。</Trans>
    </p>
  );
}

function Lanes({ lanes }: { readonly lanes: readonly (keyof LaneCounts)[] }) {
  const { t } = useLingui();
  const words: Readonly<Record<keyof LaneCounts, string>> = {
    vitals: t`測定`,
    chart: t`記録`,
    thumbnail: t`写真`,
    photo: t`写真`,
  };
  return <>{[...new Set(lanes.map(lane => words[lane]))].join('・')}</>;
}
