import { useLingui } from '@lingui/react/macro';
import { type Parameter, PARAMETERS } from '@shimabashi/contracts';
import { VitalTile, vitalStateOf } from '@shimabashi/ui';
import { Pleth } from '../parts/pleth.tsx';
import { useSnapshot } from '../state/use-kiosk.ts';
import { type Time } from '../state/use-time.ts';
import { shownVital } from '../state/vitals.ts';
import styles from './call-strip.module.css';

/** Those that there is room for, in the order of the table of parameters. */
const TILES_MAX = 2;
const ALWAYS_SHOWN: readonly Parameter[] = ['SpO2', 'pulse-rate'];

/** The live numbers within a call: what goes to the doctor, as the nurse's own pages show it. */
export function CallStrip({ time }: { readonly time: Time }) {
  const { t } = useLingui();
  const snapshot = useSnapshot();
  const spo2 = vitalStateOf({ ...shownVital(snapshot, 'SpO2', time), nowMs: time.nowMs });
  const parameters = (Object.keys(PARAMETERS) as Parameter[])
    .filter(parameter => ALWAYS_SHOWN.includes(parameter) || snapshot.vitals.has(parameter))
    .slice(0, TILES_MAX);
  return (
    <section className={styles.strip} aria-label={t`いまの測定`}>
      <Pleth running={spo2.state === 'live' || spo2.state === 'poor'} />
      {parameters.map(parameter => {
        const { reading, lastValue, goneSinceMs, deviceName } = shownVital(snapshot, parameter, time);
        return (
          <VitalTile
            key={parameter}
            parameter={parameter}
            reading={reading}
            lastValue={lastValue}
            goneSinceMs={goneSinceMs}
            source={deviceName}
            nowMs={time.nowMs}
          />
        );
      })}
    </section>
  );
}
