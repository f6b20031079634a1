import { type Alert } from '@shimabashi/contracts';
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

/** At the hub an alert only ever goes this way: what would lead back is an answer that was overtaken. */
const STATE_RANK = { open: 0, unconfirmed: 1, accepted: 2, resolved: 3 } as const;

/** Writes an alert as it is now wherever it is held. What was overtaken on its way changes nothing. */
export function holdAlert(client: QueryClient, queries: AlertQueries, alert: Alert): void {
  const held = client.getQueryData(queries.one(alert.alertId).queryKey);
  if (held !== undefined && STATE_RANK[alert.state] < STATE_RANK[held.state]) return;
  client.setQueryData(queries.one(alert.alertId).queryKey, alert);
  client.setQueryData(queries.list.queryKey, known => ({
    isOn: true,
    alerts: withAlert(known?.alerts ?? [], alert),
  }));
}
