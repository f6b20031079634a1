import { assert, type HubRow, HUB_ACCESS, AppError } from '@shimabashi/contracts';
import { type Session } from '../db/identity-store.ts';

/** Who asks: known from the session's cookie or the kiosk's token, before the request is read. */
export type Caller =
  | { readonly kind: 'anyone' }
  | { readonly kind: 'doctor'; readonly session: Session }
  | { readonly kind: 'device'; readonly deviceId: string; readonly clinicId: string };

/** What a handler knows of a request besides its body. It never sees the door. */
export interface HubContext {
  readonly caller: Caller;
  /** The network address that the request came from. */
  readonly address: string;
  /** What a kiosk says that it understands (`SYNC_FEATURES_HEADER`). */
  readonly syncFeatures: ReadonlySet<string>;
  /** Gives the browser its session, or takes it away. Null ends it. */
  readonly setSession: (session: { readonly token: string; readonly maxAgeMs: number } | null) => void;
}

/**
 * Whether `caller` may ask `row` at all. `HUB_ACCESS` decides; what it does not allow is refused.
 *
 * @throws AppError `SIGN_IN_REQUIRED`, `FORBIDDEN`
 */
export function checkAccess(row: HubRow, caller: Caller): void {
  const allowed: readonly string[] = HUB_ACCESS[row];
  if (allowed.includes('anyone') || allowed.includes(caller.kind)) return;
  if (caller.kind === 'anyone') {
    throw new AppError('SIGN_IN_REQUIRED', 'Sign in first.');
  }
  throw new AppError('FORBIDDEN', 'This row is not for this caller.');
}

/** The doctor of a row that only doctors may ask: the table above has seen to it. */
export function doctorOf(context: HubContext): Session {
  assert(context.caller.kind === 'doctor', 'the access table let a doctor in');
  return context.caller.session;
}

/** The kiosk of a row that only kiosks may ask. */
export function deviceOf(context: HubContext): { readonly deviceId: string; readonly clinicId: string } {
  assert(context.caller.kind === 'device', 'the access table let a kiosk in');
  return context.caller;
}
