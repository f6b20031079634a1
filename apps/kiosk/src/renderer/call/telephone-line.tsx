import { Trans, useLingui } from '@lingui/react/macro';
import { Digits, Icon, localeOf } from '@shimabashi/ui';
import { telephoneLabel } from '../state/names.ts';
import { useSnapshot } from '../state/use-kiosk.ts';
import styles from './call.module.css';

/** Whom to telephone instead: the first of the clinic's numbers. Shown, never dialled by us. */
export function TelephoneLine() {
  const { i18n } = useLingui();
  const { clinic } = useSnapshot();
  const first = clinic?.telephones[0];
  if (first === undefined) return <Trans>電話をかけてください</Trans>;
  return (
    <span className={styles.telephone}>
      <b>
        <Icon name="phone" />
        <Digits>{first.number}</Digits>
      </b>
      <span>{telephoneLabel(first, localeOf(i18n))}</span>
    </span>
  );
}
