import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Clock, formatMoment, LanguageToggle, localeOf, Logo, Today } from '@shimabashi/ui';
import { useMutation } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { type ReactNode, useSyncExternalStore } from 'react';
import { useConsole } from '../console.ts';
import { AlertBands } from '../features/alerts/alert-bands.tsx';
import { PushNote } from '../features/push/push-note.tsx';
import { useDoctor } from '../features/session/session-gate.tsx';
import { useHubNow } from '../use-now.ts';
import { consoleErrorWords } from './error-words.ts';
import { OfflineBand } from './notes.tsx';
import styles from './app-frame.module.css';

/** The header of every page, and the band that says that the page does not hear the hub. */
export function AppFrame({
  search,
  children,
}: {
  readonly search?: ReactNode;
  readonly children: ReactNode;
}) {
  const nowMs = useHubNow();
  return (
    <div className={styles.frame}>
      <header className={styles.header}>
        <Logo />
        <nav>
          <Link to="/" activeOptions={{ exact: true }} activeProps={{ 'aria-current': 'page' }}>
            <Trans>患者の列</Trans>
          </Link>
        </nav>
        <div className={styles.search}>{search}</div>
        <p className={styles.time}>
          <Today nowMs={nowMs} /> <Clock nowMs={nowMs} />
        </p>
        <LanguageToggle />
        <SignedInDoctor />
      </header>
      <AlertBands nowMs={nowMs} />
      <LostBand nowMs={nowMs} />
      <PushNote />
      {children}
      <footer className={styles.footer}>
        <Trans>
          補助の通知です。モニタの代わりにはなりません。数値は測った時刻つきで表示し、3秒を過ぎた連続測定の値は「古い」とします。
        </Trans>
      </footer>
    </div>
  );
}

function SignedInDoctor() {
  const { i18n } = useLingui();
  const { api, endSession, push } = useConsole();
  const doctor = useDoctor();
  const navigate = useNavigate();
  const signOut = useMutation({
    mutationFn: async () => {
      await push.turnOff();
      return await api('session.sign-out', {});
    },
    onSuccess: async () => {
      // The next doctor begins at the list, not in the chart that was open.
      await navigate({ to: '/' });
      endSession();
    },
  });
  const refusal = signOut.isError ? consoleErrorWords(i18n, signOut.error, { repeats: false }) : null;
  return (
    <div className={styles.doctor}>
      <p>
        <b>{localeOf(i18n) === 'ja' ? doctor.name : doctor.nameLatin}</b>
        {refusal === null ? null : (
          <span role="alert">
            {refusal.what}
            <br />
            {refusal.toDo}
          </span>
        )}
      </p>
      <Button kind="outline" working={signOut.isPending} onPress={() => signOut.mutate()}>
        {signOut.isPending ? <Trans>サインアウト中</Trans> : <Trans>サインアウト</Trans>}
      </Button>
    </div>
  );
}

export function LostBand({ nowMs }: { readonly nowMs: number }) {
  const { i18n } = useLingui();
  const { live } = useConsole();
  const { link } = useSyncExternalStore(live.subscribe, live.getSnapshot);
  if (link.link !== 'lost') return null;
  const since = formatMoment(link.sinceMs, nowMs, localeOf(i18n));
  return (
    <OfflineBand>
      <b>
        <Trans>病院のサーバーに届きません。{since} から</Trans>
      </b>
      <span>
        <Trans>
          この画面は {since} までの内容です。島では診療を続けられます。急ぐときは、診療所に電話してください。
        </Trans>
      </span>
    </OfflineBand>
  );
}
