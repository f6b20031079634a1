import { type Clocks, HubClock, type StaffMember } from '@shimabashi/contracts';
import { type QueryClient } from '@tanstack/react-query';
import {
  type CreateMediaDevice,
  type MediaDevicesPort,
  type RoomDeps,
  type RoomSocket,
} from '@shimabashi/call';
import { createContext, useContext } from 'react';
import { ChartChanges } from './api/chart-changes.ts';
import { createHubApi, type HubApi } from './api/hub-api.ts';
import {
  applyLiveMessage,
  createQueries,
  createQueryClient,
  type Queries,
  queryKeys,
} from './api/queries.ts';
import { type AlertQueries, createAlertQueries, holdAlert } from './features/alerts/alert-queries.ts';
import { AlertSound } from './features/alerts/alert-sound.ts';
import { LiveConnection, type LiveSocket } from './features/live/live-connection.ts';
import { LiveValues } from './features/live/live-values.ts';
import { type PushBrowser } from './features/push/push-browser.ts';
import { PushDevice } from './features/push/push-device.ts';

/** What the console is made of, besides its screens. */
export interface Console {
  readonly clock: HubClock;
  readonly api: HubApi;
  readonly queries: Queries;
  readonly queryClient: QueryClient;
  readonly live: LiveValues;
  readonly alerts: AlertQueries;
  readonly alertSound: AlertSound;
  /** Whether this device is called when no page is open. */
  readonly push: PushDevice;
  /** A doctor has signed in: the socket opens, and the page behind the form shows itself. */
  readonly beginSession: (staff: StaffMember) => void;
  /** Opens the socket of a session that was still good. */
  readonly resume: () => void;
  /** Nobody is signed in any more: the socket closes, and the sign-in takes the place of every page. */
  readonly endSession: () => void;
  /** What was read for somebody who is gone is forgotten. Only when no page shows it any more. */
  readonly forgetCharts: () => void;
  /** Whose page is open; null when none is. */
  readonly watch: (patientId: string | null) => void;
  /** What the room of this call is entered with. */
  readonly roomDeps: (callId: string) => RoomDeps;
  /** This machine's microphone and cameras. */
  readonly devices: () => MediaDevicesPort;
}

/** What the console needs of the browser, so that a test can give it something else. */
export interface ConsoleDeps {
  readonly fetch: typeof fetch;
  readonly openSocket: () => LiveSocket;
  /** Where `/room` of the hub is. */
  readonly roomUrl: string;
  readonly openRoomSocket: (roomUrl: string) => RoomSocket;
  readonly createMediaDevice: CreateMediaDevice;
  readonly devices: () => MediaDevicesPort;
  readonly clocks: Clocks;
  readonly random: () => number;
  /** Undefined where there is no sound at all. */
  readonly createAudio: () => AudioContext | undefined;
  readonly pushBrowser: PushBrowser;
}

export function createConsole(deps: ConsoleDeps): Console {
  const clock = new HubClock(deps.clocks);
  const api = createHubApi({ fetch: deps.fetch, clock });
  const queries = createQueries(api, clock);
  const live = new LiveValues(clock);
  const queryClient = createQueryClient(() => endSession());
  const changes = new ChartChanges(queryClient);
  const alerts = createAlertQueries(api);
  const alertSound = new AlertSound(deps.createAudio);
  const push = new PushDevice({ api, browser: deps.pushBrowser });
  let wasLost = false;

  const connection = new LiveConnection(
    { openSocket: deps.openSocket, clock, random: deps.random },
    {
      onMessage: message => {
        if (message.type === 'samples') live.takeSamples(message.patientId, message.samples);
        else if (message.type === 'live-ended') live.end(message.patientId);
        else if (message.type === 'chart-changed') changes.add(message.patientId);
        else if (message.type === 'alert') holdAlert(queryClient, alerts, message.alert);
        else applyLiveMessage(queryClient, queries, message);
      },
      onLink: link => {
        live.setLink(link);
        if (link.link === 'up' && wasLost) changes.addAll();
        if (link.link === 'up') void push.renew();
        wasLost = link.link === 'lost';
      },
      onSignInRequired: () => endSession(),
    },
  );

  function endSession(): void {
    // Several answers may say so at once.
    if (queryClient.getQueryData(queries.session.queryKey) === null) return;
    connection.close();
    changes.stop();
    live.watch(null);
    queryClient.setQueryData(queries.session.queryKey, null);
  }

  const roomDeps = (callId: string): RoomDeps => ({
    kind: 'doctor',
    clock,
    random: deps.random,
    createDevice: deps.createMediaDevice,
    openSocket: deps.openRoomSocket,
    join: async () => {
      const { ticket } = await api('calls.join', { callId, nurseId: null });
      return { ticket, roomUrl: deps.roomUrl };
    },
  });

  return {
    clock,
    api,
    queries,
    queryClient,
    live,
    alerts,
    alertSound,
    push,
    beginSession: staff => {
      queryClient.setQueryData(queries.session.queryKey, staff);
      connection.open();
    },
    resume: () => connection.open(),
    endSession,
    forgetCharts: () =>
      queryClient.removeQueries({ predicate: query => query.queryKey[0] !== queryKeys.session[0] }),
    watch: patientId => {
      live.watch(patientId);
      connection.watch(patientId);
    },
    roomDeps,
    devices: deps.devices,
  };
}

const ConsoleContext = createContext<Console | null>(null);
export const ConsoleProvider = ConsoleContext.Provider;

export function useConsole(): Console {
  const console = useContext(ConsoleContext);
  if (console === null) throw new Error('A screen stands outside of the console.');
  return console;
}
