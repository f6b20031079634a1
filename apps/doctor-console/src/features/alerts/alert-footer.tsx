import { Trans, useLingui } from '@lingui/react/macro';
import { type Alert } from '@shimabashi/contracts';
import { BridgeDrawing, formatAge, formatMoment, LanguageToggle, localeOf } from '@shimabashi/ui';
import { useQuery } from '@tanstack/react-query';
import { useConsole } from '../../console.ts';
import styles from './alert-screen.module.css';

/** How old what one sees is, and what it is not. */
export function AlertFooter({ alert, nowMs }: { readonly alert: Alert; readonly nowMs: number }) {
  const { i18n } = useLingui();
  const { queries } = useConsole();
  const clinics = useQuery(queries.clinics);
  const kiosk = clinics.data?.clinics
    .flatMap(({ kiosks }) => kiosks)
    .find(({ deviceId }) => deviceId === alert.kioskDeviceId);
  const heardAtMs = kiosk?.lastHeardAtMs ?? null;
  const isLost = alert.lineLostSinceMs !== null;
  const age =
    heardAtMs === null
      ? '—'
      : isLost
        ? formatMoment(heardAtMs, nowMs, localeOf(i18n))
        : formatAge(i18n, heardAtMs, nowMs);
  return (
    <footer className={styles.footer}>
      <BridgeDrawing state={isLost ? 'broken' : 'there'} />
      <span>
        <Trans>島からのデータ {age}</Trans>
      </span>
      <LanguageToggle />
      <p>
        <Trans>補助の通知です。モニタの代わりにはなりません。</Trans>
      </p>
    </footer>
  );
}
