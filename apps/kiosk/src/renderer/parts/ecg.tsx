import { Trans, useLingui } from '@lingui/react/macro';
import { LiveWaveform } from '@shimabashi/ui';
import { useKiosk } from '../state/use-kiosk.ts';
import styles from './pleth.module.css';

/** In mV: a beat of an adult, with room above it. What is larger is cut off, and is no measurement. */
const ECG_RANGE = { min: -1, max: 2 };

/** The running ECG of a bedside monitor, one lead. It is drawn only while there is one: most have none. */
export function Ecg() {
  const { t } = useLingui();
  const { model } = useKiosk();
  return (
    <section className={styles.strip} data-theme="night" data-running data-wave="ecg">
      <p className={styles.label}>
        <Trans>心電図</Trans>
      </p>
      <LiveWaveform
        buffer={model.waveforms.ecg}
        running
        label={t`心電図が届いています`}
        colour="--p-hr"
        range={ECG_RANGE}
      />
    </section>
  );
}
