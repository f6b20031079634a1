import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Icon, localeOf } from '@shimabashi/ui';
import { familyName } from '../state/names.ts';
import { linkWords } from './call-words.ts';
import { DoctorPicture } from './doctor-picture.tsx';
import { type CallInUse } from './call-in-use.ts';
import { useCallActions } from './use-call-actions.ts';
import styles from './page-strip.module.css';

/** The call while another page is on the screen: it goes on, and one press leads back. */
export function PageStrip({ inCall }: { readonly inCall: CallInUse }) {
  const { i18n, t } = useLingui();
  const { call, state, show } = inCall;
  const { end, working } = useCallActions();
  const doctor = call.doctor === null ? '' : familyName(call.doctor, localeOf(i18n));
  const { what } = linkWords(i18n, state.link.link === 'joined' ? state.quality : null);
  return (
    <section className={styles.strip} data-call="connected" aria-label={t`通話`}>
      <DoctorPicture inCall={inCall} className={styles.face} />
      <p>
        <b>
          <Trans>{doctor}先生と通話中</Trans>
        </b>
        <span>
          {state.words === null ? (
            what
          ) : (
            <>
              <Icon name="letters" />
              {state.words.text}
            </>
          )}
        </span>
      </p>
      <Button kind="outline" className={styles.back} onPress={() => show('nurse')}>
        <Icon name="back" />
        <Trans>通話にもどる</Trans>
      </Button>
      <Button kind="outline" className={styles.end} working={working} onPress={() => end(call.callId)}>
        <Icon name="hang-up" />
        {working ? <Trans>切っています</Trans> : <Trans>終わる</Trans>}
      </Button>
    </section>
  );
}
