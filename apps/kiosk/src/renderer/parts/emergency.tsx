import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Digits, Icon, localeOf } from '@shimabashi/ui';
import { useState } from 'react';
import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { telephoneLabel } from '../state/names.ts';
import { useSnapshot } from '../state/use-kiosk.ts';
import styles from './emergency.module.css';

/** 緊急, always in the upper right corner. One press shows at once whom to telephone. */
export function Emergency() {
  const { t } = useLingui();
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button kind="emergency" className={styles.button} onPress={() => setOpen(true)}>
        <Icon name="star" className={styles.star ?? ''} />
        {t`緊急`}
      </Button>
      <ModalOverlay isOpen={open} onOpenChange={setOpen} className={styles.overlay ?? ''}>
        <Modal className={styles.modal ?? ''}>
          <Dialog className={styles.panel ?? ''}>
            <EmergencyPanel onClose={() => setOpen(false)} />
          </Dialog>
        </Modal>
      </ModalOverlay>
    </>
  );
}

function EmergencyPanel({ onClose }: { readonly onClose: () => void }) {
  const { i18n } = useLingui();
  const { clinic } = useSnapshot();
  const telephones = clinic?.telephones ?? [];
  return (
    <>
      <div className={styles.top}>
        <Heading slot="title" className={styles.heading ?? ''}>
          <Icon name="phone" />
          <Trans>電話してください</Trans>
        </Heading>
        <Button kind="onband" className={styles.close} onPress={onClose}>
          <Trans>閉じる</Trans>
        </Button>
      </div>
      <ol className={styles.numbers}>
        {telephones.map(telephone => (
          <li key={telephone.number}>
            <span>{telephoneLabel(telephone, localeOf(i18n))}</span>
            <b>
              <Digits>{telephone.number}</Digits>
            </b>
          </li>
        ))}
        <li>
          <span>
            <Trans>救急車・消防</Trans>
          </span>
          <b>
            <Digits>119</Digits>
          </b>
        </li>
      </ol>
    </>
  );
}
