import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Clock, Icon, Initial, LanguageToggle, localeOf, Logo, Today } from '@shimabashi/ui';
import { clinicName, staffName } from '../state/names.ts';
import { useKiosk, useSnapshot } from '../state/use-kiosk.ts';
import { Emergency } from './emergency.tsx';
import styles from './header.module.css';

/** Clinic, clock, who is signed in, language, emergency. Fixed places. */
export function Header({ nowMs }: { readonly nowMs: number }) {
  const { i18n } = useLingui();
  const { nurse, clinic } = useSnapshot();
  const locale = localeOf(i18n);
  return (
    <header className={styles.header}>
      <div className={styles.brand}>
        <Logo />
        <div>
          <b>{clinic === null ? '島橋' : clinicName(clinic, locale)}</b>
          <span>{clinic === null ? 'Shimabashi' : '島橋'}</span>
        </div>
      </div>
      <div className={styles.now}>
        <b>
          <Clock nowMs={nowMs} />
        </b>
        <Today nowMs={nowMs} />
      </div>
      {nurse ? <SignedIn name={staffName(nurse, locale)} /> : null}
      <LanguageToggle />
      <Emergency />
    </header>
  );
}

function SignedIn({ name }: { readonly name: string }) {
  const { api, model } = useKiosk();
  const change = () => {
    void api['session.sign-out']({}).then(result => {
      if (result.ok) model.take({ event: 'session', nurse: null });
      else if (result.error.code === 'DOOR_CLOSED') model.doorClosed();
    });
  };
  return (
    <div className={styles.staff}>
      <Initial name={name} />
      <span>
        <b>{name}</b>
        <i>
          <Trans>看護師</Trans>
        </i>
      </span>
      <Button kind="outline" onPress={change} className={styles.change}>
        <Icon name="switch" />
        <Trans>交代</Trans>
      </Button>
    </div>
  );
}
