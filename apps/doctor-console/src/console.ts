import { type Clocks, HubClock, type StaffMember } from '@shimabashi/contracts';
import { type QueryClient } from '@tanstack/react-query';
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
import { LiveConnection, type LiveSocket } from './features/live/live-connection.ts';
import { LiveValues } from './features/live/live-values.ts';

/** What the console is made of, besides its screens. */
export interface Console {
  readonly clock: HubClock;
  readonly api: HubApi;
  readonly queries: Queries;
  readonly queryClient: QueryClient;
  readonly live: LiveValues;
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
}

/** What the console needs of the browser, so that a test can give it something else. */
export interface ConsoleDeps {
  readonly fetch: typeof fetch;
  readonly openSocket: () => LiveSocket;
  readonly clocks: Clocks;
  readonly random: () => number;
}

export function createConsole(deps: ConsoleDeps): Console {
  const clock = new HubClock(deps.clocks);
  const api = createHubApi({ fetch: deps.fetch, clock });
  const queries = createQueries(api, clock);
  const live = new LiveValues(clock);
  const queryClient = createQueryClient(() => endSession());
  const changes = new ChartChanges(queryClient);
  let wasLost = false;

  const connection = new LiveConnection(
    { openSocket: deps.openSocket, clock, random: deps.random },
    {
      onMessage: message => {
        if (message.type === 'samples') live.takeSamples(message.patientId, message.samples);
        else if (message.type === 'live-ended') live.end(message.patientId);
        else if (message.type === 'chart-changed') changes.add(message.patientId);
        else applyLiveMessage(queryClient, queries, message);
      },
      onLink: link => {
        live.setLink(link);
        if (link.link === 'up' && wasLost) changes.addAll();
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

  return {
    clock,
    api,
    queries,
    queryClient,
    live,
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
  };
}

const ConsoleContext = createContext<Console | null>(null);
export const ConsoleProvider = ConsoleContext.Provider;

export function useConsole(): Console {
  const console = useContext(ConsoleContext);
  if (console === null) throw new Error('A screen stands outside of the console.');
  return console;
}
