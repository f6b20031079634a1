import { Trans, useLingui } from '@lingui/react/macro';
import { type ClinicStatus } from '@shimabashi/contracts';
import { Button, Icon } from '@shimabashi/ui';
import { useNavigate } from '@tanstack/react-router';
import { consoleErrorWords } from '../../parts/error-words.ts';
import { kioskToRing } from './calls.ts';
import styles from './call.module.css';
import { useCallActions, useCalls } from './use-calls.ts';

/** Rings the kiosk of the patient's clinic, or leads back into the call that runs about him. */
export function CallButton({
  status,
  patientId,
  encounterId,
  kind = 'outline',
}: {
  /** Undefined while it is not known. */
  readonly status: ClinicStatus | undefined;
  readonly patientId: string;
  readonly encounterId: string | null;
  readonly kind?: 'primary' | 'outline';
}) {
  const { t, i18n } = useLingui();
  const navigate = useNavigate();
  const { own } = useCalls();
  const { ring } = useCallActions();
  if (own !== null && own.patientId === patientId) {
    return (
      <Button
        kind={kind}
        onPress={() => void navigate({ to: '/calls/$callId', params: { callId: own.callId } })}
      >
        <Icon name="phone" />
        <Trans>通話にもどる</Trans>
      </Button>
    );
  }
  const kiosk = status === undefined ? null : kioskToRing(status);
  const refusal = ring.isError ? consoleErrorWords(i18n, ring.error, { repeats: false }) : null;
  return (
    <span className={styles.callButton}>
      <Button
        kind={kind}
        working={ring.isPending}
        {...lockedBy(own !== null ? t`ほかの通話中` : kiosk === null ? t`通信できません` : undefined)}
        onPress={() => {
          if (kiosk !== null) ring.mutate({ kioskDeviceId: kiosk.deviceId, patientId, encounterId });
        }}
      >
        <Icon name="phone" />
        {ring.isPending ? <Trans>呼んでいます</Trans> : <Trans>呼ぶ</Trans>}
      </Button>
      {refusal === null ? null : (
        <span role="alert" className={styles.refusal}>
          {refusal.what}
          <br />
          {refusal.toDo}
        </span>
      )}
    </span>
  );
}

function lockedBy(lockedReason: string | undefined) {
  return lockedReason === undefined ? {} : { lockedReason };
}
