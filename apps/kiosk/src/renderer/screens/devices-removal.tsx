import { Trans } from '@lingui/react/macro';
import { type DeviceStatus, type WireError } from '@shimabashi/contracts';
import { Button } from '@shimabashi/ui';
import { useState } from 'react';
import { Problem } from '../parts/problem.tsx';
import { useKiosk } from '../state/use-kiosk.ts';
import styles from './devices.module.css';

/** Lets a device go that was enrolled here: the second question, since nothing of it is read from then on. */
export function DeviceRemoval({
  device,
  onRemoved,
  onKept,
}: {
  readonly device: DeviceStatus;
  readonly onRemoved: () => void;
  readonly onKept: () => void;
}) {
  const { api } = useKiosk();
  const [error, setError] = useState<WireError | null>(null);
  const remove = async () => {
    const result = await api['devices.remove']({ deviceId: device.deviceId });
    if (result.ok) onRemoved();
    else setError(result.error);
  };
  return (
    <div className={styles.removal}>
      <p>
        <Trans>この機器の値は、もう届かなくなります。</Trans>
      </p>
      {error === null ? null : <Problem error={error} />}
      <Button kind="outline" wide onPress={() => void remove()}>
        <Trans>はずす</Trans>
      </Button>
      <Button kind="outline" wide onPress={onKept}>
        <Trans>やめる</Trans>
      </Button>
    </div>
  );
}
