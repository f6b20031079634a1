import type { KioskApi, KioskEvent, KioskListener, KioskRow } from '@shimabashi/contracts';

/**
 * The rows by name. Only types come from the contract, so that the preload stays a few lines without
 * a schema library. The compiler refuses a missing or unknown name.
 */
const ROWS = {
  'session.staff': true,
  'session.sign-in': true,
  'session.current': true,
  'session.sign-out': true,
  'today.list': true,
  'patients.find': true,
  'patients.get': true,
  'observations.list': true,
  'visits.open': true,
  'visits.current': true,
  'visits.pause': true,
  'observations.save': true,
  'photos.save': true,
  'photos.get': true,
  'conflicts.list': true,
  'history.get': true,
  'records.edit': true,
  'outbox.parked': true,
  'outbox.retry': true,
  'outbox.withdraw': true,
  'outbox.rescue': true,
  'outbox.rescue-seen': true,
  'calls.current': true,
  'calls.start': true,
  'calls.accept': true,
  'calls.decline': true,
  'calls.end': true,
  'calls.join': true,
  'calls.devices': true,
  'duty.list': true,
  'alarms.list': true,
  'sound.status': true,
  'alarms.pause-sound': true,
  'alarms.acknowledge': true,
  'alerts.list': true,
  'sync.status': true,
  'devices.list': true,
  'devices.search': true,
  'devices.try': true,
  'devices.enrol': true,
  'devices.remove': true,
  'vitals.latest': true,
  'services.status': true,
} as const satisfies Record<KioskRow, true>;

/** Builds `window.kiosk`: one method a row, one way for events, and no way to name another channel. */
export function createKioskApi(deps: {
  invoke: (row: KioskRow, request: unknown) => Promise<unknown>;
  onEvent: (listener: (event: KioskEvent) => void) => () => void;
}): KioskApi {
  const rows = Object.keys(ROWS) as KioskRow[];
  const methods = rows.map(row => [row, (request: unknown) => deps.invoke(row, request)]);
  return {
    ...(Object.fromEntries(methods) as unknown as Omit<KioskApi, 'subscribe'>),
    subscribe(listener: KioskListener) {
      // Under Electron the door is the window's own process: it is open as long as the screen lives.
      listener.onDoor('open');
      return deps.onEvent(listener.onEvent);
    },
  };
}
