import { contextBridge, ipcRenderer, type IpcRendererEvent } from 'electron';
import type { KioskEvent } from '@shimabashi/contracts';
import { createKioskApi } from './expose-kiosk-api.ts';

contextBridge.exposeInMainWorld(
  'kiosk',
  createKioskApi({
    invoke: (row, request) => ipcRenderer.invoke(row, request),
    onEvent: listener => {
      const pass = (_event: IpcRendererEvent, event: KioskEvent): void => listener(event);
      ipcRenderer.on('kiosk-event', pass);
      void ipcRenderer.invoke('kiosk-subscribe');
      return () => ipcRenderer.removeListener('kiosk-event', pass);
    },
  }),
);
