import { Trans, useLingui } from '@lingui/react/macro';
import { Digits, errorWordsOf, formatClock, formatDuration, Icon, localeOf, LowMark } from '@shimabashi/ui';
import { type ReactNode } from 'react';
import { type KioskSnapshot } from '../state/kiosk-model.ts';
import { telephoneLabel } from '../state/names.ts';
import { useSnapshot } from '../state/use-kiosk.ts';
import styles from './band.module.css';

export type BandKind = 'door' | 'store' | 'devices' | 'offline';

/** What most needs saying above the page; undefined when all is well. */
export function bandOf(snapshot: KioskSnapshot): BandKind | undefined {
  if (snapshot.door === 'lost') return 'door';
  const { store } = snapshot.services;
  if (store?.state === 'down' || store?.code === 'STORE_REPAIRING') return 'store';
  if (snapshot.services.devices?.state === 'down') return 'devices';
  return snapshot.sync?.link === 'down' ? 'offline' : undefined;
}

/** The band: what is so, since when, what still works, whom to telephone. */
export function Band({ nowMs, kinds }: { readonly nowMs: number; readonly kinds: readonly BandKind[] }) {
  const snapshot = useSnapshot();
  const kind = bandOf(snapshot);
  if (kind === undefined || !kinds.includes(kind)) return null;
  // An alarm's own band says that it is not at the hospital, and whom to telephone.
  if (kind === 'offline' && snapshot.alarms.length > 0) return null;
  return (
    <output className={styles.band} data-band={kind}>
      <LowMark />
      <BandWords kind={kind} snapshot={snapshot} nowMs={nowMs} />
      <BandTelephone snapshot={snapshot} />
    </output>
  );
}

function BandWords({
  kind,
  snapshot,
  nowMs,
}: {
  readonly kind: BandKind;
  readonly snapshot: KioskSnapshot;
  readonly nowMs: number;
}) {
  const { i18n } = useLingui();
  switch (kind) {
    case 'door': {
      const since = formatClock(snapshot.doorSinceMs);
      return (
        <Words title={<Trans>この画面に値が届いていません</Trans>}>
          <Trans>{since} から。値は消しました。つなぎ直しています。</Trans>
        </Words>
      );
    }
    case 'store': {
      const status = snapshot.services.store;
      const since = formatClock(status?.sinceMs ?? nowMs);
      const code = status?.code ?? null;
      if (code !== null) {
        const { what, toDo } = errorWordsOf(i18n, code);
        return (
          <Words title={what}>
            <Trans>
              {since} から。{toDo}
            </Trans>
          </Words>
        );
      }
      return (
        <Words title={<Trans>記録を起動し直しています</Trans>}>
          <Trans>{since} から。測定は見られます。保存は、もどってから自動で続きます。</Trans>
        </Words>
      );
    }
    case 'devices': {
      const since = formatClock(snapshot.services.devices?.sinceMs ?? nowMs);
      return (
        <Words title={<Trans>測定を起動し直しています</Trans>}>
          <Trans>{since} から。新しい値は届きません。記録は使えます。</Trans>
        </Words>
      );
    }
    case 'offline': {
      const sinceMs = snapshot.sync?.sinceMs ?? nowMs;
      const since = formatClock(sinceMs);
      const lasted = formatDuration(i18n, nowMs - sinceMs);
      return (
        <Words title={<Trans>本土と通信できません</Trans>}>
          <Trans>
            {since} から {lasted}。診療所の中は、すべて使えます。
          </Trans>
        </Words>
      );
    }
  }
}

function Words({ title, children }: { readonly title: ReactNode; readonly children: ReactNode }) {
  return (
    <span className={styles.words}>
      <b>{title}</b>
      <span>{children}</span>
    </span>
  );
}

function BandTelephone({ snapshot }: { readonly snapshot: KioskSnapshot }) {
  const { i18n } = useLingui();
  const telephones = snapshot.clinic?.telephones ?? [];
  // The last of the list is for the equipment, the first ones for the patient.
  const support = telephones[telephones.length - 1];
  if (support === undefined) return null;
  return (
    <span className={styles.telephone}>
      <b>
        <Icon name="phone" />
        <Digits>{support.number}</Digits>
      </b>
      <span>{telephoneLabel(support, localeOf(i18n))}</span>
    </span>
  );
}
