import { Trans, useLingui } from '@lingui/react/macro';
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components';
import { Reading } from '../../parts/notes.tsx';
import { EntriesSection } from '../patient/entries-section.tsx';
import { TrendSection } from '../patient/trend-section.tsx';
import { type ChartInUse } from '../patient/use-chart.ts';
import styles from './call.module.css';
import { PhotosPanel } from './photos-panel.tsx';
import { usePhotos } from './use-photos.ts';

/** What the chart has, beside the pictures: entries, how values went, photographs as they arrive. */
export function ChartColumn({
  patientId,
  chart,
  nowMs,
}: {
  readonly patientId: string;
  readonly chart: ChartInUse;
  readonly nowMs: number;
}) {
  const { t } = useLingui();
  const photos = usePhotos(patientId);
  return (
    <Tabs className={styles.tabs ?? ''}>
      <TabList className={styles.tabList ?? ''} aria-label={t`カルテ`}>
        <Tab id="entries">
          <Trans>記録</Trans>
        </Tab>
        <Tab id="trend">
          <Trans>経過</Trans>
        </Tab>
        <Tab id="photos">
          <Trans>写真 {photos.length}</Trans>
        </Tab>
      </TabList>
      <TabPanel id="entries" className={styles.panel ?? ''}>
        {chart.items === undefined ? (
          <Reading />
        ) : (
          <EntriesSection items={chart.items} observations={chart.observations} nowMs={nowMs} />
        )}
      </TabPanel>
      <TabPanel id="trend" className={styles.panel ?? ''}>
        <TrendSection patientId={patientId} />
      </TabPanel>
      <TabPanel id="photos" className={styles.panel ?? ''}>
        <PhotosPanel photos={photos} nowMs={nowMs} />
      </TabPanel>
    </Tabs>
  );
}
