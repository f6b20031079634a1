import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { app, BrowserWindow, ipcMain, powerSaveBlocker, protocol, session } from 'electron';
import { createBroker } from '../broker/index.ts';
import { screenPolicy } from '../service/screen-policy.ts';
import { registerIpc } from './register-ipc.ts';
import { SCREEN_ORIGIN, SCREEN_SCHEME, screenFile } from './screen-files.ts';
import { startUtilityService } from './utility-service.ts';

const policy = screenPolicy(process.env['KIOSK_HUB_URL']);
/** What a screen may use of the machine. Everything else is refused. */
const PERMISSIONS = new Set(['media', 'fullscreen']);

protocol.registerSchemesAsPrivileged([
  { scheme: SCREEN_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
]);

const rendererDir = join(import.meta.dirname, '../../dist/renderer');
const isTrustedUrl = (url: string): boolean => URL.canParse(url) && new URL(url).origin === SCREEN_ORIGIN;

function openWindow(): void {
  const window = new BrowserWindow({
    kiosk: true,
    autoHideMenuBar: true,
    webPreferences: {
      preload: join(import.meta.dirname, '../preload/index.cjs'),
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      // Waveforms and alarms go on whether or not the window has the focus.
      backgroundThrottling: false,
    },
  });
  window.webContents.setWindowOpenHandler(() => ({ action: 'deny' }));
  window.webContents.on('will-navigate', event => event.preventDefault());
  // A screen that dies comes back by itself; the services did not notice.
  window.webContents.on('render-process-gone', () => window.reload());
  window.on('unresponsive', () => window.webContents.forcefullyCrashRenderer());
  void window.loadURL(`${SCREEN_ORIGIN}/`);
}

await app.whenReady();
protocol.handle(SCREEN_SCHEME, async request => {
  const file = screenFile(request.url, rendererDir);
  if (file === undefined) return new Response(null, { status: 404 });
  return new Response(await readFile(file.path), {
    headers: { 'content-type': file.contentType, 'content-security-policy': policy },
  });
});
session.defaultSession.setPermissionRequestHandler((contents, permission, answer) =>
  answer(isTrustedUrl(contents.getURL()) && PERMISSIONS.has(permission)),
);
const environment = {
  ...process.env,
  KIOSK_DATA_DIR: process.env['KIOSK_DATA_DIR'] ?? app.getPath('userData'),
  KIOSK_BOOT_ID: crypto.randomUUID(),
};
const broker = createBroker({
  startService: name => startUtilityService(join(import.meta.dirname, `${name}.js`), name, environment),
  nowMs: Date.now,
  timers: {
    after(ms, callback) {
      const timer = setTimeout(callback, ms);
      return () => clearTimeout(timer);
    },
  },
  // The text of an unexpected error may quote a patient: only its name and place are told.
  reportUnexpected: (error, where) =>
    process.stderr.write(`unexpected ${(error as Error).name} in ${where}\n`),
});
registerIpc({ ipcMain, broker, isTrustedUrl });
powerSaveBlocker.start('prevent-display-sleep');
openWindow();
app.on('window-all-closed', () => void broker.stop().then(() => app.quit()));
