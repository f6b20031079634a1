import { Trans, useLingui } from '@lingui/react/macro';
import { type AllergyFacts } from '@shimabashi/clinical';
import { Button, formatEraDate, formatEraYear, localeOf } from '@shimabashi/ui';
import { useState } from 'react';
import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { type AllergyKnowledge } from '../state/chart.ts';
import styles from './allergy-block.module.css';

/** Shown at once; a third one and more open from the block, so that none is ever cut off. */
const SHOWN_MAX = 2;

/** What the patient must not get: never shortened, never out of sight. */
export function AllergyBlock({ knowledge }: { readonly knowledge: AllergyKnowledge | undefined }) {
  const { i18n } = useLingui();
  const locale = localeOf(i18n);
  if (knowledge === undefined) {
    return (
      <div className={styles.unknown} data-allergy="reading">
        <span>
          <Trans>アレルギー</Trans>
        </span>
        <b>
          <Trans>読んでいます</Trans>
        </b>
      </div>
    );
  }
  switch (knowledge.kind) {
    case 'unknown':
      return (
        <div className={styles.unknown} data-allergy="unknown">
          <span>
            <Trans>アレルギー</Trans>
          </span>
          <b>
            {knowledge.unreadable > 0 ? <Unreadable count={knowledge.unreadable} /> : <Trans>未確認</Trans>}
          </b>
        </div>
      );
    case 'none': {
      const asked = knowledge.askedOn === null ? null : formatEraDate(knowledge.askedOn, locale);
      return (
        <div className={styles.none} data-allergy="none">
          <span>
            <Trans>アレルギー</Trans>
          </span>
          <b>{asked === null ? <Trans>なし</Trans> : <Trans>なし（{asked}）</Trans>}</b>
        </div>
      );
    }
    case 'allergies':
      return <Allergies allergies={knowledge.allergies} unreadable={knowledge.unreadable} />;
  }
}

function Unreadable({ count }: { readonly count: number }) {
  return <Trans>読めない記録 {count}件</Trans>;
}

function Allergies({
  allergies,
  unreadable,
}: {
  readonly allergies: readonly AllergyFacts[];
  readonly unreadable: number;
}) {
  const shown = allergies.length > SHOWN_MAX ? allergies.slice(0, SHOWN_MAX) : allergies;
  return (
    <div className={styles.allergies} data-allergy="allergies" data-count={allergies.length}>
      <ul>
        {shown.map((allergy, place) => (
          <li key={`${allergy.substance} ${allergy.reaction}`}>
            {place === 0 ? (
              <span>
                <Trans>アレルギー</Trans>
              </span>
            ) : null}{' '}
            <AllergyLine allergy={allergy} />
          </li>
        ))}
        {unreadable > 0 ? (
          <li>
            <b>
              <Unreadable count={unreadable} />
            </b>
          </li>
        ) : null}
      </ul>
      {allergies.length > SHOWN_MAX ? (
        <More allergies={allergies} hidden={allergies.length - SHOWN_MAX} />
      ) : null}
    </div>
  );
}

function AllergyLine({ allergy }: { readonly allergy: AllergyFacts }) {
  const { t, i18n } = useLingui();
  const locale = localeOf(i18n);
  const inEnglish = locale === 'en';
  const substance = (inEnglish && allergy.substanceLatin) || allergy.substance;
  const reaction = (inEnglish && allergy.reactionLatin) || allergy.reaction;
  const facts = [reaction, allergy.severe ? t`重い` : ''].filter(fact => fact !== '').join('・');
  const recorded = allergy.recordedOn === null ? '' : formatEraYear(allergy.recordedOn, locale);
  return (
    <>
      <b>{substance}</b> <i>{recorded === '' ? facts : t`${facts}（${recorded}）`}</i>
    </>
  );
}

function More({
  allergies,
  hidden,
}: {
  readonly allergies: readonly AllergyFacts[];
  readonly hidden: number;
}) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button kind="onband" className={styles.more} onPress={() => setOpen(true)}>
        <Trans>ほか{hidden}件</Trans>
      </Button>
      <ModalOverlay isOpen={open} onOpenChange={setOpen} className={styles.overlay ?? ''}>
        <Modal className={styles.modal ?? ''}>
          <Dialog className={styles.panel ?? ''}>
            <Heading slot="title">
              <Trans>アレルギー</Trans>
            </Heading>
            <ul>
              {allergies.map(allergy => (
                <li key={`${allergy.substance} ${allergy.reaction}`}>
                  <AllergyLine allergy={allergy} />
                </li>
              ))}
            </ul>
            <Button kind="onband" className={styles.close} onPress={() => setOpen(false)}>
              <Trans>閉じる</Trans>
            </Button>
          </Dialog>
        </Modal>
      </ModalOverlay>
    </>
  );
}
