import { useLingui } from '@lingui/react/macro';
import { Button as AriaButton } from 'react-aria-components';
import { activateLocale, APP_LOCALES, type AppLocale, localeOf } from './i18n.ts';
import styles from './language-toggle.module.css';

const OWN_NAMES: Readonly<Record<AppLocale, string>> = { ja: '日本語', en: 'English' };

/** Japanese or English, each named in itself. The whole page changes at once. */
export function LanguageToggle() {
  const { t, i18n } = useLingui();
  const current = localeOf(i18n);
  return (
    <fieldset className={styles.toggle} aria-label={t`言語`}>
      {APP_LOCALES.map(locale => (
        <AriaButton
          key={locale}
          lang={locale}
          aria-pressed={locale === current}
          onPress={() => activateLocale(i18n, locale)}
        >
          {OWN_NAMES[locale]}
        </AriaButton>
      ))}
    </fieldset>
  );
}
