import { type I18n, type Messages, setupI18n } from '@lingui/core';
import { messages as uiEn } from './locales/en.po';
import { messages as uiJa } from './locales/ja.po';

/** Japanese is the source; English is complete. */
export const APP_LOCALES = ['ja', 'en'] as const;
export type AppLocale = (typeof APP_LOCALES)[number];

/** The catalogs of one app: `messages` of its `locales/ja.po` and `locales/en.po`. */
export type AppCatalogs = Readonly<Record<AppLocale, Messages>>;

/** Where the choice is kept between starts. `localStorage`, or nothing. */
export type LocaleStorage = Pick<Storage, 'getItem' | 'setItem'>;

const STORAGE_KEY = 'shimabashi.locale';

/**
 * The words of an app: those of the shared parts and its own, in the language chosen last time, else
 * in Japanese.
 */
export function createI18n(app: AppCatalogs, storage: LocaleStorage | null = localStorageOrNull()): I18n {
  const i18n = setupI18n();
  i18n.load({ ja: { ...uiJa, ...app.ja }, en: { ...uiEn, ...app.en } });
  showLocale(i18n, storedLocale(storage));
  return i18n;
}

/** Changes the language of the whole page at once, and remembers it. */
export function activateLocale(
  i18n: I18n,
  locale: AppLocale,
  storage: LocaleStorage | null = localStorageOrNull(),
): void {
  showLocale(i18n, locale);
  storage?.setItem(STORAGE_KEY, locale);
}

/** The language of `i18n`, for what chooses between two texts of a record (`name`, `nameLatin`). */
export function localeOf(i18n: I18n): AppLocale {
  return i18n.locale === 'en' ? 'en' : 'ja';
}

function showLocale(i18n: I18n, locale: AppLocale): void {
  i18n.activate(locale);
  // `:lang()` chooses column widths and line breaks; screen readers choose their voice.
  if (typeof document !== 'undefined') document.documentElement.lang = locale;
}

function storedLocale(storage: LocaleStorage | null): AppLocale {
  return storage?.getItem(STORAGE_KEY) === 'en' ? 'en' : 'ja';
}

/** A browser that refuses storage still gets its screen. */
function localStorageOrNull(): LocaleStorage | null {
  try {
    return globalThis.localStorage ?? null;
  } catch {
    return null;
  }
}
