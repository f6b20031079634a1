import { Trans } from '@lingui/react/macro';
import { type Parameter, type Visit } from '@shimabashi/contracts';
import { Button } from '@shimabashi/ui';
import { SaveButton } from '../parts/save-button.tsx';
import { SavedList } from '../parts/saved-list.tsx';
import { savedLines, savedSampleIds } from '../state/chart.ts';
import { useRow, useSnapshot } from '../state/use-kiosk.ts';
import { type Time } from '../state/use-time.ts';
import { type CallInUse } from './call-in-use.ts';
import styles from './nurse-view.module.css';

const OBSERVATIONS_MAX = 20;

/** Beside the call: what is saved, and the button that saves what stands on the strip. */
export function CallChart({ inCall, time }: { readonly inCall: CallInUse; readonly time: Time }) {
  const { visit } = useSnapshot();
  return (
    <aside className={styles.chart} aria-labelledby="call-chart-title">
      <div className={styles.head}>
        <h2 id="call-chart-title">
          <Trans>カルテの値</Trans>
        </h2>
        <Button kind="quiet" className={styles.toPage} onPress={() => inCall.show('page')}>
          {visit ? <Trans>測定の画面</Trans> : <Trans>一覧へ</Trans>}
        </Button>
      </div>
      {visit ? <Saved visit={visit} time={time} /> : <NoVisit />}
    </aside>
  );
}

function Saved({ visit, time }: { readonly visit: Visit; readonly time: Time }) {
  const { vitals } = useSnapshot();
  const observations = useRow('observations.list', { patientId: visit.patientId, limit: OBSERVATIONS_MAX });
  const lines = observations.body === undefined ? [] : savedLines(observations.body.entries);
  const parameters = [...vitals.keys()] as Parameter[];
  return (
    <>
      <SavedList lines={lines} nowMs={time.nowMs} />
      <SaveButton
        encounterId={visit.encounterId}
        parameters={parameters}
        savedIds={savedSampleIds(observations.body?.entries ?? [])}
        time={time}
      />
    </>
  );
}

function NoVisit() {
  return (
    <p className={styles.noVisit}>
      <Trans>まだ、だれのページも開いていません。「一覧へ」から患者をえらぶと、値と写真を残せます。</Trans>
    </p>
  );
}
