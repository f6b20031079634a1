import { type Alert, type HubContract, type RowResponse } from '@shimabashi/contracts';
import { type QueryClient, queryOptions } from '@tanstack/react-query';
import { type HubApi } from '../../api/hub-api.ts';
import { withAlert } from './alert-state.ts';

/** The socket tells every change; asking besides only heals a message that got lost. */
const ALERTS_EVERY_MS = 15_000;
const TREND_EVERY_MS = 5_000;

const alertKeys = {
  list: ['alerts'],
  one: (alertId: string) => ['alerts', alertId],
  trend: (alertId: string) => ['alerts', alertId, 'trend'],
} as const;

type AlertList = RowResponse<HubContract, 'alerts.list'>;

/** The console's questions about alerts. */
export function createAlertQueries(api: HubApi) {
  return {
    list: queryOptions({
      queryKey: alertKeys.list,
      queryFn: async ({ signal }) => await api('alerts.list', {}, signal),
      refetchInterval: ALERTS_EVERY_MS,
    }),
    one: (alertId: string) =>
      queryOptions({
        queryKey: alertKeys.one(alertId),
        queryFn: async ({ signal }) => (await api('alerts.get', { alertId }, signal)).alert,
        refetchInterval: ALERTS_EVERY_MS,
      }),
    trend: (alertId: string) =>
      queryOptions({
        queryKey: alertKeys.trend(alertId),
        queryFn: async ({ signal }) => await api('alerts.trend', { alertId }, signal),
        refetchInterval: TREND_EVERY_MS,
      }),
  };
}
export type AlertQueries = ReturnType<typeof createAlertQueries>;

/** Writes an alert as it is now wherever it is held. */
export function holdAlert(client: QueryClient, queries: AlertQueries, alert: Alert): void {
  client.setQueryData(queries.one(alert.alertId).queryKey, alert);
  client.setQueryData(queries.list.queryKey, (known: AlertList | undefined): AlertList => ({
    isOn: true,
    alerts: withAlert(known?.alerts ?? [], alert),
  }));
}
