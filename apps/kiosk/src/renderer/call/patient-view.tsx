import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Icon, localeOf } from '@shimabashi/ui';
import { familyName, staffName } from '../state/names.ts';
import { DoctorPicture } from './doctor-picture.tsx';
import { type CallInUse } from './call-in-use.ts';
import styles from './patient-view.module.css';

/**
 * The whole screen for the patient: one face, one sentence, nothing to touch. The nurse's way back
 * stands at the edge, in the smallest size that she can press.
 */
export function PatientView({ inCall }: { readonly inCall: CallInUse }) {
  const { i18n } = useLingui();
  const locale = localeOf(i18n);
  const { call, state, show } = inCall;
  const doctor = call.doctor === null ? '' : staffName(call.doctor, locale);
  const family = call.doctor === null ? '' : familyName(call.doctor, locale);
  const nurse = state.self?.staff ?? call.nurse;
  return (
    <main className={styles.patient} data-call="patient">
      <DoctorPicture inCall={inCall} className={styles.face}>
        <figcaption className={styles.name}>
          <h1>
            <Trans>{doctor} 先生</Trans>
          </h1>
        </figcaption>
        <ul className={styles.others}>
          {nurse === null ? null : (
            <li>
              <Icon name="people" />
              <Trans>いっしょにいる人</Trans> <b>{staffName(nurse, locale)}</b>
            </li>
          )}
          <li>
            <Icon name="no-record" />
            <Trans>録画はしていません</Trans>
          </li>
        </ul>
      </DoctorPicture>
      <div className={styles.words} data-theme="day" aria-live="polite">
        {state.words === null ? (
          <p className={styles.greeting}>
            <Trans>{family}先生と、お話しください。</Trans>
          </p>
        ) : (
          <p className={styles.said}>{state.words.text}</p>
        )}
        <Button kind="outline" className={styles.back} onPress={() => show('nurse')}>
          <Icon name="back" />
          <Trans>看護師の画面</Trans>
        </Button>
      </div>
    </main>
  );
}
