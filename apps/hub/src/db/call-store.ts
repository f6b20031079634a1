import { Call, type Participant, StaffMember } from '@shimabashi/contracts';
import { type HubDatabase } from './open-database.ts';

/** A participant as kept: the same from the first ticket to the end of its call. */
export interface CallParticipant {
  readonly participantId: string;
  readonly callId: string;
  readonly kind: Participant['kind'];
  readonly staff: StaffMember | null;
}

/** One stay in a room. `leftAtMs` is null while it lasts. */
export interface Presence {
  readonly staff: StaffMember | null;
  readonly joinedAtMs: number;
  readonly leftAtMs: number | null;
}

/** The hub's calls, as kept in `hub.db`: a hub that was killed in a call knows it afterwards. */
export type CallStore = ReturnType<typeof createCallStore>;

export function createCallStore(db: HubDatabase) {
  return {
    ...callsOf(db),
    ...participantsOf(db),
    /** Runs `work` so that all of its writes are kept, or none. */
    atomically: <Result>(work: () => Result): Result => db.transaction(work).immediate(),
  };
}

function callOf({ content }: { readonly content: string }): Call {
  return Call.parse(JSON.parse(content));
}

const OPEN = `state <> 'ended'`;

function callsOf(db: HubDatabase) {
  const save = db.prepare<[Record<string, string | number | null>]>(
    `INSERT INTO call (call_id, clinic_id, kiosk_device_id, doctor_id, state, ended_at_ms, content, record_due)
     VALUES (@callId, @clinicId, @kioskDeviceId, @doctorId, @state, @endedAtMs, @content, @recordDue)
     ON CONFLICT (call_id) DO UPDATE SET doctor_id = excluded.doctor_id, state = excluded.state,
       ended_at_ms = excluded.ended_at_ms, content = excluded.content,
       record_due = max(record_due, excluded.record_due)`,
  );
  const one = db.prepare<[string], { content: string }>('SELECT content FROM call WHERE call_id = ?');
  const recent = db.prepare<[number], { content: string }>(
    `SELECT content FROM call WHERE ${OPEN} OR ended_at_ms >= ? ORDER BY rowid`,
  );
  const open = db.prepare<[], { content: string; emptySinceMs: number | null }>(
    `SELECT content, empty_since_ms AS emptySinceMs FROM call WHERE ${OPEN} ORDER BY rowid`,
  );
  const due = db.prepare<[], { content: string }>('SELECT content FROM call WHERE record_due = 1');
  const recorded = db.prepare<[string]>('UPDATE call SET record_due = 0 WHERE call_id = ?');
  const empty = db.prepare<[number | null, string]>('UPDATE call SET empty_since_ms = ? WHERE call_id = ?');
  return {
    /** `recordDue`: what changed belongs into the chart. */
    saveCall: (call: Call, recordDue: boolean): void =>
      void save.run({
        callId: call.callId,
        clinicId: call.clinicId,
        kioskDeviceId: call.kioskDeviceId,
        doctorId: call.doctor?.practitionerId ?? null,
        state: call.state,
        endedAtMs: call.endedAtMs,
        content: JSON.stringify(call),
        recordDue: recordDue ? 1 : 0,
      }),
    call: (callId: string): Call | undefined => {
      const row = one.get(callId);
      return row === undefined ? undefined : callOf(row);
    },
    /** Those that are not over, and those that ended since `sinceMs`; oldest first. */
    recentCalls: (sinceMs: number): Call[] => recent.all(sinceMs).map(callOf),
    openCalls: (): { readonly call: Call; readonly emptySinceMs: number | null }[] =>
      open.all().map(row => ({ call: callOf(row), emptySinceMs: row.emptySinceMs })),
    callsToRecord: (): Call[] => due.all().map(callOf),
    callRecorded: (callId: string): void => void recorded.run(callId),
    saveEmptySince: (callId: string, sinceMs: number | null): void => void empty.run(sinceMs, callId),
  };
}

interface ParticipantRow {
  readonly participantId: string;
  readonly callId: string;
  readonly kind: Participant['kind'];
  readonly staff: string | null;
}

const PARTICIPANT_COLUMNS = 'participant_id AS participantId, call_id AS callId, kind, staff';

function participantOf(row: ParticipantRow): CallParticipant {
  return { ...row, staff: staffOf(row.staff) };
}

function staffOf(text: string | null): StaffMember | null {
  return text === null ? null : StaffMember.parse(JSON.parse(text));
}

function participantsOf(db: HubDatabase) {
  const give = db.prepare<[string, string, string, string | null, string]>(
    `INSERT INTO call_participant (participant_id, call_id, kind, staff, ticket_hash) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (call_id, kind) DO UPDATE SET staff = excluded.staff, ticket_hash = excluded.ticket_hash`,
  );
  const setStaff = db.prepare<[string | null, string]>(
    'UPDATE call_participant SET staff = ? WHERE participant_id = ?',
  );
  const voidOf = db.prepare<[string]>('UPDATE call_participant SET ticket_hash = NULL WHERE call_id = ?');
  const byTicket = db.prepare<[string], ParticipantRow>(
    `SELECT ${PARTICIPANT_COLUMNS} FROM call_participant WHERE ticket_hash = ?`,
  );
  const byId = db.prepare<[string], ParticipantRow>(
    `SELECT ${PARTICIPANT_COLUMNS} FROM call_participant WHERE participant_id = ?`,
  );
  const join = db.prepare<[string, string | null, number]>(
    'INSERT INTO call_presence (participant_id, staff, joined_at_ms) VALUES (?, ?, ?)',
  );
  const leave = db.prepare<[number, string]>(
    'UPDATE call_presence SET left_at_ms = ? WHERE participant_id = ? AND left_at_ms IS NULL',
  );
  const leaveAll = db.prepare<[number]>('UPDATE call_presence SET left_at_ms = ? WHERE left_at_ms IS NULL');
  const leaveCall = db.prepare<[number, string]>(
    `UPDATE call_presence SET left_at_ms = ? WHERE left_at_ms IS NULL
     AND participant_id IN (SELECT participant_id FROM call_participant WHERE call_id = ?)`,
  );
  const presences = db.prepare<
    [string],
    { staff: string | null; joinedAtMs: number; leftAtMs: number | null }
  >(
    `SELECT call_presence.staff, joined_at_ms AS joinedAtMs, left_at_ms AS leftAtMs
     FROM call_presence JOIN call_participant USING (participant_id)
     WHERE call_id = ? ORDER BY joined_at_ms, call_presence.rowid`,
  );
  const firstJoin = db
    .prepare<[string], number | null>('SELECT min(joined_at_ms) FROM call_presence WHERE participant_id = ?')
    .pluck();
  const textOf = (staff: StaffMember | null): string | null =>
    staff === null ? null : JSON.stringify(staff);
  return {
    /** Makes the participant, or gives the one that there is a new ticket; the old one is void. */
    saveTicket: (participant: CallParticipant, ticketHash: string): void => {
      const { participantId, callId, kind, staff } = participant;
      give.run(participantId, callId, kind, textOf(staff), ticketHash);
    },
    saveStaff: (participantId: string, staff: StaffMember | null): void =>
      void setStaff.run(textOf(staff), participantId),
    voidTickets: (callId: string): void => void voidOf.run(callId),
    participantByTicket: (ticketHash: string): CallParticipant | undefined => {
      const row = byTicket.get(ticketHash);
      return row === undefined ? undefined : participantOf(row);
    },
    participant: (participantId: string): CallParticipant | undefined => {
      const row = byId.get(participantId);
      return row === undefined ? undefined : participantOf(row);
    },
    savePresence: (participant: CallParticipant, joinedAtMs: number): void =>
      void join.run(participant.participantId, textOf(participant.staff), joinedAtMs),
    endPresence: (participantId: string, leftAtMs: number): void => void leave.run(leftAtMs, participantId),
    endPresencesOf: (callId: string, leftAtMs: number): void => void leaveCall.run(leftAtMs, callId),
    /** Whoever was in a room when the hub ended. */
    endPresences: (leftAtMs: number): void => void leaveAll.run(leftAtMs),
    presences: (callId: string): Presence[] =>
      presences.all(callId).map(row => ({ ...row, staff: staffOf(row.staff) })),
    firstJoinedAtMs: (participantId: string): number | null => firstJoin.get(participantId) ?? null,
  };
}
