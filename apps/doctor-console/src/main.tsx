import './strict-csp.ts';
import '@shimabashi/ui/styles.css';
import { browserClocks } from '@shimabashi/call';
import { createI18n } from '@shimabashi/ui';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { createConsole } from './console.ts';
import { messages as en } from './locales/en.po';
import { messages as ja } from './locales/ja.po';

const parts = createConsole({
  fetch: (...request) => fetch(...request),
  openSocket: () => new WebSocket(new URL('/live', location.href.replace(/^http/, 'ws'))),
  clocks: browserClocks,
  random: Math.random,
});

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no place for the console.');
createRoot(root).render(
  <StrictMode>
    <App parts={parts} i18n={createI18n({ ja, en })} />
  </StrictMode>,
);
