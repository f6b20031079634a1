import { AppError, APP_ERRORS, type HubClock, type LiveDown, type Parameter } from '@shimabashi/contracts';
import { keepPreviousData, QueryCache, QueryClient, queryOptions } from '@tanstack/react-query';
import { type HubApi } from './hub-api.ts';

/** What is read of the hub. `changed` says which of it a message makes old. */
export const queryKeys = {
  session: ['session'],
  clinics: ['clinics'],
  patients: ['patients'],
  patient: (patientId: string) => ['patient', patientId],
  observations: (patientId: string) => ['observations', patientId],
} as const;

/** What a trend shows. */
const TREND_PARAMETERS: readonly Parameter[] = [
  'SpO2',
  'pulse-rate',
  'systolic-pressure',
  'diastolic-pressure',
  'body-temperature',
];

/** How far back a trend goes, in milliseconds; null is everything. */
export const TREND_RANGES = {
  day: 24 * 3_600_000,
  month: 30 * 24 * 3_600_000,
  year: 366 * 24 * 3_600_000,
  all: null,
} as const;
export type TrendRange = keyof typeof TREND_RANGES;

/** Most observations that a trend draws, newest first. The screen says so when there are more. */
export const TREND_LIMIT = 5_000;
/** How many of the newest entries of a chart are listed. */
export const ENTRIES_LIMIT = 100;

/**
 * Each of the console's questions to the hub. The socket says when an answer is old; asking again
 * every so often besides only heals a message that got lost.
 */
export function createQueries(api: HubApi, clock: HubClock) {
  return {
    session: queryOptions({
      queryKey: queryKeys.session,
      queryFn: async ({ signal }) => {
        try {
          return (await api('session.current', {}, signal)).staff;
        } catch (error) {
          if (needsSignIn(error)) return null;
          throw error;
        }
      },
      refetchInterval: query => (query.state.status === 'error' ? RETRY_EVERY_MS : false),
    }),
    clinics: queryOptions({
      queryKey: queryKeys.clinics,
      queryFn: async ({ signal }) => await api('clinics.list', {}, signal),
      refetchInterval: CLINICS_EVERY_MS,
    }),
    patients: queryOptions({
      queryKey: queryKeys.patients,
      queryFn: async ({ signal }) => (await api('patients.list', {}, signal)).patients,
      refetchInterval: CHART_EVERY_MS,
    }),
    patient: (patientId: string) =>
      queryOptions({
        queryKey: queryKeys.patient(patientId),
        queryFn: async ({ signal }) => await api('patients.get', { patientId }, signal),
        refetchInterval: CHART_EVERY_MS,
      }),
    trend: (patientId: string, range: TrendRange) =>
      queryOptions({
        queryKey: [...queryKeys.observations(patientId), 'trend', range],
        queryFn: async ({ signal }) => {
          const backMs = TREND_RANGES[range];
          const nowMs = clock.hubNowMs();
          const fromMs = backMs === null ? 0 : Math.max(0, nowMs - backMs);
          const { entries } = await api(
            'observations.list',
            { patientId, parameters: [...TREND_PARAMETERS], fromMs, limit: TREND_LIMIT },
            signal,
          );
          return { entries, fromMs: backMs === null ? null : fromMs, nowMs };
        },
        placeholderData: keepPreviousData,
        refetchInterval: CHART_EVERY_MS,
      }),
    entries: (patientId: string, parameters: readonly Parameter[]) =>
      queryOptions({
        queryKey: [...queryKeys.observations(patientId), 'entries'],
        queryFn: async ({ signal }) =>
          (
            await api(
              'observations.list',
              { patientId, parameters: [...parameters], fromMs: 0, limit: ENTRIES_LIMIT },
              signal,
            )
          ).entries,
        refetchInterval: CHART_EVERY_MS,
      }),
  };
}
export type Queries = ReturnType<typeof createQueries>;

/** Answers of a dead link are tried again at this pace, so that a hub that returned is seen soon. */
const RETRY_EVERY_MS = 3_000;
const CLINICS_EVERY_MS = 5_000;
const CHART_EVERY_MS = 60_000;
const TRIES_MAX = 2;

/** A query client whose every answer that says "sign in" ends the session on this page. */
export function createQueryClient(onSignInRequired: () => void): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({
      onError: error => {
        if (needsSignIn(error)) onSignInRequired();
      },
    }),
    defaultOptions: {
      queries: {
        // `navigator.onLine` knows nothing of a hub on this machine or this network.
        networkMode: 'always',
        staleTime: CHART_EVERY_MS,
        retry: (failures, error) => failures < TRIES_MAX && isRetryable(error),
        retryDelay: failures => Math.min(500 * 2 ** failures, RETRY_EVERY_MS),
        refetchOnWindowFocus: 'always',
      },
      mutations: { networkMode: 'always', retry: false },
    },
  });
}

/**
 * What a live message changes: one clinic's state is written in place; a changed chart is asked for
 * again, and only that one.
 */
export function applyLiveMessage(client: QueryClient, queries: Queries, message: LiveDown): void {
  if (message.type === 'clinic') {
    client.setQueryData(queries.clinics.queryKey, known => {
      if (known === undefined) return undefined;
      const clinicId = message.status.clinic.clinicId;
      const clinics = known.clinics.map(each => (each.clinic.clinicId === clinicId ? message.status : each));
      return { ...known, clinics };
    });
  }
}

export function isRetryable(error: unknown): boolean {
  return error instanceof AppError && APP_ERRORS[error.code].retryable;
}

function needsSignIn(error: unknown): boolean {
  return error instanceof AppError && error.code === 'SIGN_IN_REQUIRED';
}
