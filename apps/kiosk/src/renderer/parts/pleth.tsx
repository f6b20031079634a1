import { Trans, useLingui } from '@lingui/react/macro';
import { LiveWaveform } from '@shimabashi/ui';
import { useKiosk } from '../state/use-kiosk.ts';
import styles from './pleth.module.css';

/** One byte a sample, without unit, where the device's blocks don't say another range (`fullScale`). */
const PLETH_RANGE = { min: 0, max: 255 };

/** The running pleth. Nothing old stands here: when it stops, words take its place. */
export function Pleth({ running }: { readonly running: boolean }) {
  const { t } = useLingui();
  const { model } = useKiosk();
  return (
    <section className={styles.strip} data-theme="night" data-running={running}>
      <p className={styles.label}>
        <Trans>脈波</Trans>
      </p>
      <LiveWaveform
        buffer={model.waveforms.pleth}
        running={running}
        label={running ? t`脈波が届いています` : t`脈波は届いていません`}
        colour="--p-spo2"
        range={PLETH_RANGE}
      />
      {running ? null : (
        <p className={styles.stopped}>
          <Trans>脈波は届いていません</Trans>
        </p>
      )}
    </section>
  );
}
