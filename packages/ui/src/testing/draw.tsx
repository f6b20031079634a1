import { I18nProvider } from '@lingui/react';
import { act, type ReactNode } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach } from 'vitest';
import { type AppLocale, createI18n } from '../i18n.ts';

declare global {
  // React reads this to know that a test drives it.
  var IS_REACT_ACT_ENVIRONMENT: boolean | undefined;
}

const drawn: { root: Root; place: HTMLElement }[] = [];

/** Words in one language, with nothing remembered. */
export function wordsIn(locale: AppLocale) {
  return createI18n({ ja: {}, en: {} }, { getItem: () => locale, setItem: () => {} });
}

/** Draws into a page of happy-dom. `draw` again replaces what was drawn. */
export function draw(locale: AppLocale = 'ja') {
  globalThis.IS_REACT_ACT_ENVIRONMENT = true;
  const place = document.body.appendChild(document.createElement('div'));
  const root = createRoot(place);
  drawn.push({ root, place });
  const i18n = wordsIn(locale);
  return {
    place,
    show: (content: ReactNode): HTMLElement => {
      act(() => root.render(<I18nProvider i18n={i18n}>{content}</I18nProvider>));
      return place;
    },
  };
}

afterEach(() => {
  for (const { root, place } of drawn.splice(0)) {
    act(() => root.unmount());
    place.remove();
  }
});
