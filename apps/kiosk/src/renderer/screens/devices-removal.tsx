import { Trans } from '@lingui/react/macro';
import { type DeviceStatus } from '@shimabashi/contracts';
import { Button } from '@shimabashi/ui';
import { Problem } from '../parts/problem.tsx';
import { useDeed } from '../state/use-deed.ts';
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
  const { working, error, run } = useDeed();
  const remove = () => run(() => api['devices.remove']({ deviceId: device.deviceId }), onRemoved);
  return (
    <div className={styles.removal}>
      <p>
        <Trans>この機器の値は、もう届かなくなります。</Trans>
      </p>
      {error === null ? null : <Problem error={error} />}
      <Button kind="outline" wide working={working} onPress={remove}>
        {working ? <Trans>はずしています</Trans> : <Trans>はずす</Trans>}
      </Button>
      <Button kind="outline" wide onPress={onKept}>
        <Trans>やめる</Trans>
      </Button>
    </div>
  );
}
