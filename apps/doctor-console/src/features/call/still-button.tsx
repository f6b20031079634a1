import { Trans, useLingui } from '@lingui/react/macro';
import { type Room, type RoomSnapshot, type Still } from '@shimabashi/call';
import { Button, Icon } from '@shimabashi/ui';
import { useMutation } from '@tanstack/react-query';
import styles from './call.module.css';
import { secondsSince } from './calls.ts';
import { usePhotos } from './use-photos.ts';

/** How long the kiosk may take for one still before it counts as not taken, in milliseconds. */
const STILL_WITHIN_MS = 30_000;

/** Asks the kiosk for one still of the examination camera, and says how far it has come. */
export function StillButton({
  room,
  state,
  patientId,
  nowMs,
}: {
  readonly room: Room;
  readonly state: RoomSnapshot;
  readonly patientId: string | null;
  readonly nowMs: number;
}) {
  const { t } = useLingui();
  const ask = useMutation({ mutationFn: async () => await room.askStill(crypto.randomUUID()) });
  const { still } = state;
  const isTaking = still?.state === 'asked' && nowMs - still.sinceMs < STILL_WITHIN_MS;
  return (
    <span className={styles.still}>
      <Button
        kind="outline"
        working={isTaking}
        onPress={() => ask.mutate()}
        {...(patientId === null ? { lockedReason: t`患者が決まると、とれます` } : {})}
      >
        <Icon name="camera" />
        {isTaking ? (
          <Trans>とっています {secondsSince(still.sinceMs, nowMs)}秒</Trans>
        ) : (
          <Trans>写真をとる</Trans>
        )}
      </Button>
      {still === null || isTaking || patientId === null ? null : (
        <StillWords still={still} patientId={patientId} />
      )}
    </span>
  );
}

function StillWords({ still, patientId }: { readonly still: Still; readonly patientId: string }) {
  // The kiosk saves it under the id by which it was asked for.
  const photo = usePhotos(patientId).find(({ facts }) => facts.photoId === still.stillId);
  return (
    <output data-still={photo === undefined ? still.state : 'in-chart'}>
      {photo !== undefined ? (
        <Trans>カルテに入りました</Trans>
      ) : still.state === 'saved' ? (
        <Trans>島で保存しました。送っています</Trans>
      ) : still.state === 'failed' ? (
        <Trans>とれませんでした。もう一度押してください</Trans>
      ) : (
        <Trans>返事がありません。もう一度押してください</Trans>
      )}
    </output>
  );
}
