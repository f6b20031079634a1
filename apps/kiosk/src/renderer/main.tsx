import { I18nProvider } from '@lingui/react';
import { createI18n } from '@shimabashi/ui';
import '@shimabashi/ui/styles.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { openKioskDoor } from './door/kiosk-door.ts';
import { fitWindow } from './fit-window.ts';
import './kiosk.css';
import { FaultBoundary } from './parts/fault-boundary.tsx';
import { messages as en } from './locales/en.po';
import { messages as ja } from './locales/ja.po';
import { KioskModel } from './state/kiosk-model.ts';
import { KioskContext } from './state/use-kiosk.ts';

const clock = { nowMs: () => Date.now(), monotonicMs: () => performance.now() };
const i18n = createI18n({ ja, en });
fitWindow();

const root = document.querySelector('#root');
if (root === null) throw new Error('index.html has a #root.');
const api = await openKioskDoor();
const model = new KioskModel(api, clock);
model.start();
createRoot(root).render(
  <StrictMode>
    <I18nProvider i18n={i18n}>
      <KioskContext value={{ api, model, clock }}>
        <FaultBoundary>
          <App />
        </FaultBoundary>
      </KioskContext>
    </I18nProvider>
  </StrictMode>,
);
