import './strict-csp.ts';
import '@shimabashi/ui/styles.css';
import { browserClocks, createMediasoupDevice } from '@shimabashi/call';
import { createI18n } from '@shimabashi/ui';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { createConsole } from './console.ts';
import { browserPush } from './features/push/push-browser.ts';
import { messages as en } from './locales/en.po';
import { messages as ja } from './locales/ja.po';

const socketUrl = (path: string) => new URL(path, location.href.replace(/^http/, 'ws'));

const parts = createConsole({
  fetch: (...request) => fetch(...request),
  openSocket: () => new WebSocket(socketUrl('/live')),
  roomUrl: socketUrl('/room').href,
  openRoomSocket: url => new WebSocket(url),
  createMediaDevice: createMediasoupDevice,
  devices: () => navigator.mediaDevices,
  clocks: browserClocks,
  random: Math.random,
  createAudio: () => ('AudioContext' in window ? new AudioContext() : undefined),
  pushBrowser: browserPush(),
});

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no place for the console.');
createRoot(root).render(
  <StrictMode>
    <App parts={parts} i18n={createI18n({ ja, en })} />
  </StrictMode>,
);
