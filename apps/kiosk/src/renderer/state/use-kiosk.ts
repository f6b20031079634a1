import {
  type KioskApi,
  type KioskContract,
  type KioskRow,
  type RowRequest,
  type RowResult,
  type WireError,
} from '@shimabashi/contracts';
import { createContext, use, useEffect, useState, useSyncExternalStore } from 'react';
import { askPatiently } from './ask.ts';
import { type KioskClock, type KioskModel, type KioskSnapshot } from './kiosk-model.ts';

/** What every screen of the kiosk has at hand. */
export interface Kiosk {
  readonly api: KioskApi;
  readonly model: KioskModel;
  readonly clock: KioskClock;
}

export const KioskContext = createContext<Kiosk | null>(null);

export function useKiosk(): Kiosk {
  const kiosk = use(KioskContext);
  if (kiosk === null) throw new Error('A screen of the kiosk stands in a KioskContext.');
  return kiosk;
}

export function useSnapshot(): KioskSnapshot {
  const { model } = useKiosk();
  return useSyncExternalStore(model.subscribe, model.snapshot);
}

/** What was read of one row: the body stays while it is read again, never across another request. */
export interface RowState<Body> {
  readonly body: Body | undefined;
  readonly error: WireError | undefined;
}

type BodyOf<Row extends KioskRow> = Extract<Awaited<ReturnType<KioskApi[Row]>>, { ok: true }>['body'];

/**
 * Reads a row, and again whenever the chart changed. Failures that pass by themselves are waited for.
 * `request` null reads nothing yet.
 */
export function useRow<Row extends KioskRow>(
  row: Row,
  request: RowRequest<KioskContract, Row> | null,
): RowState<BodyOf<Row>> {
  const { api, model } = useKiosk();
  const { chartRevision } = useSnapshot();
  const key = request === null ? '' : `${row} ${JSON.stringify(request)}`;
  const [held, setHeld] = useState<{ key: string } & RowState<BodyOf<Row>>>({
    key: '',
    body: undefined,
    error: undefined,
  });
  useEffect(() => {
    if (key === '') return;
    const asked = JSON.parse(key.slice(row.length + 1)) as RowRequest<KioskContract, Row>;
    const ended = new AbortController();
    const ask = () => api[row](asked as never) as Promise<RowResult<BodyOf<Row>>>;
    void askPatiently(ask, { signal: ended.signal }).then(result => {
      if (ended.signal.aborted) return;
      if (result.ok) setHeld({ key, body: result.body, error: undefined });
      else if (result.error.code === 'DOOR_CLOSED') model.doorClosed();
      else setHeld({ key, body: undefined, error: result.error });
    });
    return () => ended.abort();
  }, [api, model, row, key, chartRevision]);
  return held.key === key ? held : { body: undefined, error: undefined };
}
