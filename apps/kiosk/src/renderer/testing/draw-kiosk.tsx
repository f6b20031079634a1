import { I18nProvider } from '@lingui/react';
import { createI18n } from '@shimabashi/ui';
import { act, type ReactNode } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach } from 'vitest';
import { KioskContext } from '../state/use-kiosk.ts';
import { messages as en } from '../locales/en.po';
import { messages as ja } from '../locales/ja.po';
import { type playKiosk, settle } from './play-kiosk.ts';

declare global {
  // React reads this to know that a test drives it.
  var IS_REACT_ACT_ENVIRONMENT: boolean | undefined;
}

const drawn: { root: Root; place: HTMLElement }[] = [];

/** Draws screens of a played kiosk, in Japanese unless said otherwise. */
export async function drawKiosk(
  kiosk: ReturnType<typeof playKiosk>,
  content: ReactNode,
  locale: 'ja' | 'en' = 'ja',
): Promise<HTMLElement> {
  globalThis.IS_REACT_ACT_ENVIRONMENT = true;
  const place = document.body.appendChild(document.createElement('div'));
  const root = createRoot(place);
  drawn.push({ root, place });
  const i18n = createI18n({ ja, en }, { getItem: () => locale, setItem: () => {} });
  const { api, model, clock } = kiosk;
  await act(async () => {
    root.render(
      <I18nProvider i18n={i18n}>
        <KioskContext value={{ api, model, clock }}>{content}</KioskContext>
      </I18nProvider>,
    );
    await settle();
  });
  return place;
}

/** Does something to the kiosk, and lets the screens follow. */
export async function happen(doIt: () => void): Promise<void> {
  await act(async () => {
    doIt();
    await settle();
  });
}

afterEach(() => {
  for (const { root, place } of drawn.splice(0)) {
    act(() => root.unmount());
    place.remove();
  }
});
