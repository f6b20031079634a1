/** Forward only. The position is the schema version that the step starts from. */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE practice (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    name TEXT NOT NULL,
    name_latin TEXT NOT NULL
  ) STRICT;
  CREATE TABLE clinic (
    clinic_id TEXT PRIMARY KEY,
    content TEXT NOT NULL, -- Clinic of contracts, as JSON
    last_change_at_ms INTEGER
  ) STRICT;
  CREATE TABLE staff (
    practitioner_id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    name_latin TEXT NOT NULL,
    role TEXT NOT NULL,
    secret_hash TEXT NOT NULL
  ) STRICT;
  CREATE TABLE staff_clinic (
    practitioner_id TEXT NOT NULL REFERENCES staff,
    clinic_id TEXT NOT NULL REFERENCES clinic,
    PRIMARY KEY (practitioner_id, clinic_id)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE session (
    token_hash TEXT PRIMARY KEY,
    practitioner_id TEXT NOT NULL REFERENCES staff,
    expires_at_ms INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE device (
    device_id TEXT PRIMARY KEY,
    clinic_id TEXT NOT NULL REFERENCES clinic,
    name TEXT NOT NULL,
    public_key TEXT NOT NULL, -- Ed25519, raw, base64url
    enrolled_at_ms INTEGER NOT NULL,
    last_heard_at_ms INTEGER,
    backlog TEXT -- what the kiosk said was waiting and parked, as JSON
  ) STRICT;
  CREATE TABLE enrolment_code (
    code_hash TEXT PRIMARY KEY,
    clinic_id TEXT NOT NULL REFERENCES clinic,
    name TEXT,
    expires_at_ms INTEGER NOT NULL,
    used_by TEXT REFERENCES device
  ) STRICT;
  `,
  `
  CREATE TABLE duty (
    position INTEGER PRIMARY KEY,
    practitioner_id TEXT NOT NULL UNIQUE REFERENCES staff
  ) STRICT;
  -- A hub that was set up before there was a roster: every doctor, in the order of their ids.
  INSERT INTO duty (practitioner_id)
    SELECT practitioner_id FROM staff WHERE role = 'doctor' ORDER BY practitioner_id;
  `,
  `
  CREATE TABLE call (
    call_id TEXT PRIMARY KEY,
    clinic_id TEXT NOT NULL,
    kiosk_device_id TEXT NOT NULL,
    doctor_id TEXT,
    state TEXT NOT NULL,
    ended_at_ms INTEGER,
    content TEXT NOT NULL, -- Call of contracts, as JSON
    empty_since_ms INTEGER, -- of a connected call: since when nobody has been in its room
    record_due INTEGER NOT NULL DEFAULT 0 -- the chart does not know of the last change yet
  ) STRICT;
  -- One patient at a time, whatever the code above does.
  CREATE UNIQUE INDEX call_of_kiosk ON call (kiosk_device_id) WHERE state <> 'ended';
  CREATE UNIQUE INDEX call_of_doctor ON call (doctor_id) WHERE state <> 'ended' AND doctor_id IS NOT NULL;
  CREATE INDEX call_by_end ON call (ended_at_ms);
  CREATE TABLE call_participant (
    participant_id TEXT PRIMARY KEY,
    call_id TEXT NOT NULL REFERENCES call,
    kind TEXT NOT NULL,
    staff TEXT, -- StaffMember of contracts, as JSON: the doctor, or the nurse signed in
    ticket_hash TEXT UNIQUE, -- null once void
    UNIQUE (call_id, kind)
  ) STRICT;
  CREATE TABLE call_presence (
    participant_id TEXT NOT NULL REFERENCES call_participant,
    staff TEXT,
    joined_at_ms INTEGER NOT NULL,
    left_at_ms INTEGER
  ) STRICT;
  CREATE INDEX call_presence_of ON call_presence (participant_id);
  `,
  `
  CREATE TABLE alert (
    alert_id TEXT PRIMARY KEY,
    clinic_id TEXT NOT NULL,
    kiosk_device_id TEXT NOT NULL,
    state TEXT NOT NULL,
    raised_at_ms INTEGER NOT NULL,
    due_at_ms INTEGER, -- when the next thing happens by itself; null if nothing does
    content TEXT NOT NULL -- AlertRecord of src/alerts, as JSON
  ) STRICT;
  CREATE INDEX alert_due ON alert (due_at_ms) WHERE due_at_ms IS NOT NULL;
  CREATE INDEX alert_by_time ON alert (raised_at_ms);
  CREATE INDEX alert_of_kiosk ON alert (kiosk_device_id) WHERE state <> 'resolved';
  CREATE TABLE push_key (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    public_key TEXT NOT NULL, -- VAPID (RFC 8292): P-256, uncompressed, base64url
    private_key TEXT NOT NULL
  ) STRICT;
  CREATE TABLE push_subscription (
    endpoint TEXT PRIMARY KEY,
    practitioner_id TEXT NOT NULL REFERENCES staff,
    p256dh TEXT NOT NULL,
    auth TEXT NOT NULL,
    renewed_at_ms INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX push_subscription_of ON push_subscription (practitioner_id);
  CREATE TABLE alert_push (
    alert_id TEXT NOT NULL REFERENCES alert,
    endpoint TEXT NOT NULL,
    round INTEGER NOT NULL, -- the same call twice is one push
    practitioner_id TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    next_at_ms INTEGER, -- null once it is over
    expires_at_ms INTEGER NOT NULL,
    outcome TEXT,
    PRIMARY KEY (alert_id, endpoint, round)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX alert_push_due ON alert_push (next_at_ms) WHERE next_at_ms IS NOT NULL;
  CREATE TABLE alert_note (
    note_id TEXT PRIMARY KEY, -- also the id of its operation and of its resource
    alert_id TEXT NOT NULL REFERENCES alert,
    kind TEXT NOT NULL,
    staff TEXT NOT NULL, -- StaffMember of contracts, as JSON
    at_ms INTEGER NOT NULL,
    is_written INTEGER NOT NULL DEFAULT 0 -- whether the chart has it
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX alert_note_due ON alert_note (at_ms) WHERE is_written = 0;
  `,
];
