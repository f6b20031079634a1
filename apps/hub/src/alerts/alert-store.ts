import { type PushSubscription, StaffMember } from '@shimabashi/contracts';
import { type HubDatabase } from '../db/open-database.ts';
import { type AlertRecord } from './alert-course.ts';

/** One push that is to be sent, with the keys of the browser that it is for. */
export interface DuePush {
  readonly alertId: string;
  readonly endpoint: string;
  readonly round: number;
  readonly practitionerId: string;
  readonly attempts: number;
  readonly expiresAtMs: number;
  /** Null when the browser has withdrawn it, or another person signs in there now. */
  readonly subscription: PushSubscription | null;
}

type PushId = Pick<DuePush, 'alertId' | 'endpoint' | 'round'>;

/** How a push ended. `overtaken`: somebody accepted, or the alarm was over, before it was sent. */
export type PushOutcome = 'sent' | 'gone' | 'refused' | 'expired' | 'overtaken';

/** What a person did about an alert, for the chart. */
export interface AlertNote {
  readonly noteId: string;
  readonly alertId: string;
  readonly kind: 'seen' | 'accepted';
  readonly staff: StaffMember;
  readonly atMs: number;
}

export interface VapidKeys {
  readonly publicKey: string;
  readonly privateKey: string;
}

/** The hub's alerts and their deliveries, as kept in `hub.db`: a hub that was killed goes on where it was. */
export type AlertStore = ReturnType<typeof createAlertStore>;

export function createAlertStore(db: HubDatabase) {
  return {
    ...alertsOf(db),
    ...subscriptionsOf(db),
    ...pushesOf(db),
    ...notesOf(db),
    /** Runs `work` so that all of its writes are kept, or none. */
    atomically: <Result>(work: () => Result): Result => db.transaction(work).immediate(),
  };
}

/** Written by this module only, in the form of this release: migrations change what is kept. */
function recordOf({ content }: { readonly content: string }): AlertRecord {
  return JSON.parse(content) as AlertRecord;
}

function alertsOf(db: HubDatabase) {
  const save = db.prepare<[Record<string, string | number | null>]>(
    `INSERT INTO alert VALUES (@alertId, @clinicId, @kioskDeviceId, @state, @raisedAtMs, @dueAtMs, @content)
     ON CONFLICT DO UPDATE SET state = excluded.state, raised_at_ms = excluded.raised_at_ms,
       due_at_ms = excluded.due_at_ms, content = excluded.content`,
  );
  const byId = db.prepare<[string], { content: string }>('SELECT content FROM alert WHERE alert_id = ?');
  const due = db.prepare<[number], { content: string }>(
    'SELECT content FROM alert WHERE due_at_ms <= ? ORDER BY due_at_ms',
  );
  const list = db.prepare<[string, number, number], { content: string }>(
    `SELECT content FROM alert
     WHERE clinic_id IN (SELECT value FROM json_each(?)) AND (state <> 'resolved' OR raised_at_ms >= ?)
     ORDER BY raised_at_ms DESC LIMIT ?`,
  );
  const ofKiosk = db.prepare<[string], { content: string }>(
    `SELECT content FROM alert WHERE kiosk_device_id = ? AND state <> 'resolved' ORDER BY raised_at_ms`,
  );
  return {
    save: (record: AlertRecord): void => {
      const { alertId, clinicId, kioskDeviceId, state, raisedAtMs } = record.alert;
      const content = JSON.stringify(record);
      save.run({ alertId, clinicId, kioskDeviceId, state, raisedAtMs, dueAtMs: record.dueAtMs, content });
    },
    find: (alertId: string): AlertRecord | undefined => {
      const row = byId.get(alertId);
      return row === undefined ? undefined : recordOf(row);
    },
    /** Whatever is to go on by itself at `nowMs` or was before, the longest overdue first. */
    due: (nowMs: number): AlertRecord[] => due.all(nowMs).map(recordOf),
    /** Those not resolved and those raised since `fromMs`, newest first. */
    list: (clinicIds: readonly string[], fromMs: number, limit: number): AlertRecord[] =>
      list.all(JSON.stringify(clinicIds), fromMs, limit).map(recordOf),
    openOfKiosk: (kioskDeviceId: string): AlertRecord[] => ofKiosk.all(kioskDeviceId).map(recordOf),
  };
}

function subscriptionsOf(db: HubDatabase) {
  const save = db.prepare<[string, string, string, string, number]>(
    `INSERT INTO push_subscription VALUES (?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET practitioner_id = excluded.practitioner_id, p256dh = excluded.p256dh,
       auth = excluded.auth, renewed_at_ms = excluded.renewed_at_ms`,
  );
  const remove = db.prepare<[string]>('DELETE FROM push_subscription WHERE endpoint = ?');
  const removeOwn = db.prepare<[string, string]>(
    'DELETE FROM push_subscription WHERE endpoint = ? AND practitioner_id = ?',
  );
  const trim = db.prepare<[string, string, number]>(
    `DELETE FROM push_subscription WHERE practitioner_id = ? AND endpoint NOT IN
      (SELECT endpoint FROM push_subscription WHERE practitioner_id = ?
       ORDER BY renewed_at_ms DESC LIMIT ?)`,
  );
  const endpoints = db
    .prepare<[string], string>('SELECT endpoint FROM push_subscription WHERE practitioner_id = ?')
    .pluck();
  const ofPerson = db.prepare<[string], PushSubscription>(
    'SELECT endpoint, p256dh, auth FROM push_subscription WHERE practitioner_id = ?',
  );
  const key = db.prepare<[], VapidKeys>(
    'SELECT public_key AS publicKey, private_key AS privateKey FROM push_key',
  );
  const saveKey = db.prepare<[string, string]>('INSERT INTO push_key VALUES (1, ?, ?)');
  return {
    /** A browser belongs to whoever signed in there last. Of one person's, the newest are kept. */
    saveSubscription: (
      practitionerId: string,
      { endpoint, p256dh, auth }: PushSubscription,
      options: { readonly nowMs: number; readonly most: number },
    ): void => {
      save.run(endpoint, practitionerId, p256dh, auth, options.nowMs);
      trim.run(practitionerId, practitionerId, options.most);
    },
    removeSubscription: (endpoint: string): void => void remove.run(endpoint),
    removeOwnSubscription: (endpoint: string, practitionerId: string): void =>
      void removeOwn.run(endpoint, practitionerId),
    endpointsOf: (practitionerId: string): string[] => endpoints.all(practitionerId),
    subscriptionsOf: (practitionerId: string): PushSubscription[] => ofPerson.all(practitionerId),
    vapidKeys: (): VapidKeys | undefined => key.get(),
    saveVapidKeys: ({ publicKey, privateKey }: VapidKeys): void => void saveKey.run(publicKey, privateKey),
  };
}

interface PushRow extends Omit<DuePush, 'subscription'> {
  readonly p256dh: string | null;
  readonly auth: string | null;
}

function pushesOf(db: HubDatabase) {
  const add = db.prepare<[Record<string, string | number>]>(
    `INSERT INTO alert_push VALUES
       (@alertId, @endpoint, @round, @practitionerId, 0, @nextAtMs, @expiresAtMs, NULL)
     ON CONFLICT DO NOTHING`,
  );
  const due = db.prepare<[number], PushRow>(
    `SELECT alert_id AS alertId, alert_push.endpoint, round, alert_push.practitioner_id AS practitionerId,
       attempts, expires_at_ms AS expiresAtMs, p256dh, auth
     FROM alert_push LEFT JOIN push_subscription ON push_subscription.endpoint = alert_push.endpoint
       AND push_subscription.practitioner_id = alert_push.practitioner_id
     WHERE next_at_ms <= ? ORDER BY next_at_ms`,
  );
  const again = db.prepare<[number, number, string, string, number]>(
    `UPDATE alert_push SET attempts = ?, next_at_ms = ? WHERE alert_id = ? AND endpoint = ? AND round = ?
     AND outcome IS NULL`,
  );
  const end = db.prepare<[string, string, string, number]>(
    `UPDATE alert_push SET outcome = ?, next_at_ms = NULL
     WHERE alert_id = ? AND endpoint = ? AND round = ? AND outcome IS NULL`,
  );
  const endAll = db.prepare<[string]>(
    `UPDATE alert_push SET outcome = 'overtaken', next_at_ms = NULL WHERE alert_id = ? AND outcome IS NULL`,
  );
  return {
    addPush: (push: PushId & { practitionerId: string; nextAtMs: number; expiresAtMs: number }): void =>
      void add.run(push),
    duePushes: (nowMs: number): DuePush[] =>
      due.all(nowMs).map(({ p256dh, auth, ...push }) => ({
        ...push,
        subscription: p256dh === null || auth === null ? null : { endpoint: push.endpoint, p256dh, auth },
      })),
    tryPushAgain: (push: PushId, attempts: number, nextAtMs: number): void =>
      void again.run(attempts, nextAtMs, push.alertId, push.endpoint, push.round),
    endPush: (push: PushId, outcome: PushOutcome): void =>
      void end.run(outcome, push.alertId, push.endpoint, push.round),
    /** Nobody needs to be called any more. */
    endPushesOf: (alertId: string): void => void endAll.run(alertId),
  };
}

function notesOf(db: HubDatabase) {
  const add = db.prepare<[string, string, string, string, number]>(
    'INSERT INTO alert_note (note_id, alert_id, kind, staff, at_ms) VALUES (?, ?, ?, ?, ?)',
  );
  const due = db.prepare<[], Omit<AlertNote, 'staff'> & { staff: string }>(
    `SELECT note_id AS noteId, alert_id AS alertId, kind, staff, at_ms AS atMs
     FROM alert_note WHERE is_written = 0 ORDER BY at_ms LIMIT 100`,
  );
  const written = db.prepare<[string]>('UPDATE alert_note SET is_written = 1 WHERE note_id = ?');
  return {
    addNote: ({ noteId, alertId, kind, staff, atMs }: AlertNote): void =>
      void add.run(noteId, alertId, kind, JSON.stringify(staff), atMs),
    /** What the chart does not have yet, oldest first. */
    dueNotes: (): AlertNote[] =>
      due.all().map(row => ({ ...row, staff: StaffMember.parse(JSON.parse(row.staff)) })),
    noteWritten: (noteId: string): void => void written.run(noteId),
  };
}
