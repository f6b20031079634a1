import {
  AppError,
  APP_ERRORS,
  type Call,
  type HubClock,
  type LiveDown,
  type Parameter,
  type PhotoSize,
  type ResourceEnvelope,
} from '@shimabashi/contracts';
import { keepPreviousData, QueryCache, QueryClient, queryOptions } from '@tanstack/react-query';
import { type HubApi } from './hub-api.ts';

/** What is read of the hub. `changed` says which of it a message makes old. */
export const queryKeys = {
  session: ['session'],
  clinics: ['clinics'],
  patients: ['patients'],
  patient: (patientId: string) => ['patient', patientId],
  observations: (patientId: string) => ['observations', patientId],
  calls: ['calls'],
  photos: ['photos'],
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
    ...createCallQueries(api),
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
    /** Under the patient's key, so that a change of the chart makes it old. */
    conflicts: (patientId: string) =>
      queryOptions({
        queryKey: [...queryKeys.patient(patientId), 'conflicts'],
        queryFn: async ({ signal }) => (await api('conflicts.list', { patientId }, signal)).conflicts,
        refetchInterval: CHART_EVERY_MS,
      }),
    history: (patientId: string, record: Pick<ResourceEnvelope, 'resourceType' | 'id'>) =>
      queryOptions({
        queryKey: [...queryKeys.patient(patientId), 'history', record.resourceType, record.id],
        queryFn: async ({ signal }) =>
          await api(
            'history.get',
            { patientId, resourceType: record.resourceType, resourceId: record.id },
            signal,
          ),
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

/** What a call asks for besides. */
function createCallQueries(api: HubApi) {
  return {
    /** Whatever rings or runs, and what ended just now. The socket tells every change. */
    calls: queryOptions({
      queryKey: queryKeys.calls,
      queryFn: async ({ signal, client }): Promise<Call[]> => {
        const { calls } = await api('calls.list', {}, signal);
        const known: readonly Call[] = client.getQueryData<Call[]>(queryKeys.calls) ?? [];
        // The hub forgets what ended before a page that shows it is closed.
        const ended = known.filter(
          ({ callId, state }) => state === 'ended' && !calls.some(call => call.callId === callId),
        );
        return [...ended, ...calls];
      },
      refetchInterval: CALLS_EVERY_MS,
    }),
    /** One picture of a photograph, as a `data:` address. Its bytes never change. */
    photo: (sha256: string, size: PhotoSize) =>
      queryOptions({
        queryKey: [...queryKeys.photos, sha256],
        queryFn: async ({ signal }) => {
          const { contentType, dataBase64 } = await api('photos.get', { sha256, size }, signal);
          return `data:${contentType};base64,${dataBase64}`;
        },
        staleTime: Infinity,
      }),
  };
}
export type Queries = ReturnType<typeof createQueries>;

/** Answers of a dead link are tried again at this pace, so that a hub that returned is seen soon. */
const RETRY_EVERY_MS = 3_000;
const CLINICS_EVERY_MS = 5_000;
const CALLS_EVERY_MS = 15_000;
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
  if (message.type === 'call') {
    client.setQueryData(queries.calls.queryKey, known => withCall(known ?? [], message.call));
    return;
  }
  if (message.type === 'clinic') {
    client.setQueryData(queries.clinics.queryKey, known => {
      if (known === undefined) return undefined;
      const clinicId = message.status.clinic.clinicId;
      const clinics = known.clinics.map(each => (each.clinic.clinicId === clinicId ? message.status : each));
      return { ...known, clinics };
    });
  }
}

/** The calls with this one as it is now; some that ended stay, for the pages that show how. */
export function withCall(calls: readonly Call[], call: Call): Call[] {
  const others = calls.filter(({ callId }) => callId !== call.callId);
  const ended = others.filter(({ state }) => state === 'ended').slice(-ENDED_KEPT);
  return [...ended, ...others.filter(({ state }) => state !== 'ended'), call];
}

const ENDED_KEPT = 8;

export function isRetryable(error: unknown): boolean {
  return error instanceof AppError && APP_ERRORS[error.code].retryable;
}

function needsSignIn(error: unknown): boolean {
  return error instanceof AppError && error.code === 'SIGN_IN_REQUIRED';
}
