import { useLingui } from '@lingui/react/macro';
import { type WireError } from '@shimabashi/contracts';
import { Button, errorWords } from '@shimabashi/ui';
import { useState } from 'react';
import { useKiosk } from '../state/use-kiosk.ts';
import styles from './alarm-band.module.css';

/** 音を止める（2分） and 見ました. What they do comes back as an event; a failure stands beside them. */
export function AlarmButtons({
  alarmId,
  mayPause,
}: {
  readonly alarmId: string;
  readonly mayPause: boolean;
}) {
  const { t, i18n } = useLingui();
  const { api, model } = useKiosk();
  const [working, setWorking] = useState(false);
  const [refused, setRefused] = useState<WireError | undefined>();
  const answer = (row: 'alarms.acknowledge' | 'alarms.pause-sound') => {
    setWorking(true);
    setRefused(undefined);
    void api[row]({ alarmId }).then(result => {
      setWorking(false);
      if (result.ok) return;
      if (result.error.code === 'DOOR_CLOSED') model.doorClosed();
      else setRefused(result.error);
    });
  };
  const { what, toDo } = errorWords(i18n, refused?.code ?? 'INTERNAL');
  return (
    <>
      {refused === undefined ? null : (
        <output>
          {what} {toDo}
        </output>
      )}
      {mayPause ? (
        <Button kind="onband" working={working} onPress={() => answer('alarms.pause-sound')}>
          {t`音を止める（2分）`}
        </Button>
      ) : null}
      <Button
        kind="onband"
        className={styles.main}
        working={working}
        onPress={() => answer('alarms.acknowledge')}
      >
        {t`見ました`}
      </Button>
    </>
  );
}
