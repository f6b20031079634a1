import { type CapturedStill, captureStill } from '@shimabashi/call';
import { type KioskApi, type PhotoSource, type Visit, type WireError } from '@shimabashi/contracts';
import { useState } from 'react';
import { askPatiently } from '../state/ask.ts';
import { useKiosk } from '../state/use-kiosk.ts';

/** What became of the last photograph. */
export type StillState =
  | { readonly state: 'idle' }
  | { readonly state: 'taking' }
  | { readonly state: 'saved'; readonly atMs: number }
  /** `error` null: the camera gave no picture. */
  | { readonly state: 'failed'; readonly atMs: number; readonly error: WireError | null };

export interface StillRequest {
  /** Also the id of the operation that keeps it. */
  readonly stillId: string;
  readonly source: PhotoSource;
  readonly track: MediaStreamTrack;
}

const ATTEMPTS_MAX = 30;

/**
 * Takes a photograph at the camera's full size and keeps it in the chart of the open visit. Gives
 * whether it is saved: on the disk, that is.
 */
export function useStill(visit: Visit | null | undefined): {
  readonly state: StillState;
  readonly take: (request: StillRequest) => Promise<boolean>;
} {
  const { api, clock, model } = useKiosk();
  const [state, setState] = useState<StillState>({ state: 'idle' });
  const take = async (request: StillRequest): Promise<boolean> => {
    if (visit === null || visit === undefined) return false;
    setState({ state: 'taking' });
    const still = await captureStill(request.track).catch(() => null);
    const takenAtMs = clock.nowMs();
    if (still === null) {
      setState({ state: 'failed', atMs: takenAtMs, error: null });
      return false;
    }
    const result = await save(api, visit, request, still, takenAtMs);
    if (result.ok) model.chartChanged();
    setState(
      result.ok
        ? { state: 'saved', atMs: clock.nowMs() }
        : { state: 'failed', atMs: clock.nowMs(), error: result.error },
    );
    return result.ok;
  };
  return { state, take };
}

async function save(
  api: KioskApi,
  visit: Visit,
  { stillId, source }: StillRequest,
  still: CapturedStill,
  takenAtMs: number,
) {
  const request = {
    operationId: stillId,
    encounterId: visit.encounterId,
    takenAtMs,
    contentType: still.contentType,
    widthPx: still.widthPx,
    heightPx: still.heightPx,
    source,
    full: still.isFullSensor,
    dataBase64: base64(still.bytes),
    thumbnailBase64: base64(still.thumbnail),
  };
  const { signal } = new AbortController();
  return askPatiently(() => api['photos.save'](request), { signal, attempts: ATTEMPTS_MAX });
}

/** Piece by piece: a whole photograph is too many arguments for one call. */
function base64(bytes: Uint8Array): string {
  let text = '';
  for (let from = 0; from < bytes.length; from += PIECE_BYTES) {
    text += String.fromCharCode(...bytes.subarray(from, from + PIECE_BYTES));
  }
  return btoa(text);
}

const PIECE_BYTES = 8_192;
