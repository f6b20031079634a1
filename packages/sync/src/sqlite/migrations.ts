/**
 * The chart log's tables, step by step. Forward only: a step that was released is never edited.
 *
 * `version` is the log itself. `head` follows from it alone (see `heads.ts`), and `patient`,
 * `observation` and `encounter` hold what heads are searched by: a head that goes takes its rows
 * along.
 */
export const CHART_MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE version (
    -- Never used twice, even after the last row is gone: cursors count on it.
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    version_id TEXT NOT NULL UNIQUE,
    base_version_id TEXT,
    resource_type TEXT NOT NULL,
    resource_id TEXT NOT NULL,
    patient_id TEXT,
    clinic_id TEXT NOT NULL,
    author_id TEXT NOT NULL,
    device_id TEXT NOT NULL,
    reason TEXT,
    authored_at_ms INTEGER NOT NULL,
    resource TEXT NOT NULL,
    authored_here INTEGER NOT NULL,
    -- Its number at the hub of the current epoch; null while that hub is not known to have it.
    hub_sequence INTEGER
  ) STRICT;
  CREATE INDEX version_by_resource ON version (resource_id, resource_type);
  CREATE INDEX version_by_base ON version (base_version_id) WHERE base_version_id IS NOT NULL;

  CREATE TRIGGER version_stays BEFORE DELETE ON version
  BEGIN SELECT RAISE(ABORT, 'a version is never deleted'); END;
  CREATE TRIGGER version_is_final BEFORE UPDATE OF
    sequence, version_id, base_version_id, resource_type, resource_id, patient_id, clinic_id,
    author_id, device_id, reason, authored_at_ms, resource ON version
  BEGIN SELECT RAISE(ABORT, 'a version is never changed'); END;

  CREATE TABLE outbox (
    sequence INTEGER PRIMARY KEY REFERENCES version (sequence),
    lane INTEGER NOT NULL,
    parked_code TEXT
  ) STRICT;
  CREATE INDEX outbox_by_lane ON outbox (lane, sequence) WHERE parked_code IS NULL;

  CREATE TABLE head (
    sequence INTEGER PRIMARY KEY REFERENCES version (sequence),
    resource_type TEXT NOT NULL,
    resource_id TEXT NOT NULL,
    patient_id TEXT,
    clinic_id TEXT NOT NULL
  ) STRICT;
  CREATE INDEX head_by_resource ON head (resource_id, resource_type);
  CREATE INDEX head_by_patient ON head (patient_id, resource_type);
  CREATE INDEX head_by_clinic ON head (clinic_id, resource_type);

  CREATE TABLE patient (
    sequence INTEGER PRIMARY KEY REFERENCES head (sequence) ON DELETE CASCADE,
    clinic_id TEXT NOT NULL,
    -- Every search term between two line feeds.
    terms TEXT NOT NULL
  ) STRICT;
  CREATE INDEX patient_by_clinic ON patient (clinic_id);

  CREATE TABLE observation (
    sequence INTEGER PRIMARY KEY REFERENCES head (sequence) ON DELETE CASCADE,
    patient_id TEXT NOT NULL,
    effective_at_ms INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX observation_by_time ON observation (patient_id, effective_at_ms);
  CREATE TABLE observation_code (
    patient_id TEXT NOT NULL,
    code TEXT NOT NULL,
    is_in_error INTEGER NOT NULL,
    effective_at_ms INTEGER NOT NULL,
    sequence INTEGER NOT NULL REFERENCES head (sequence) ON DELETE CASCADE,
    PRIMARY KEY (patient_id, code, is_in_error, effective_at_ms, sequence)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX observation_code_by_head ON observation_code (sequence);

  CREATE TABLE encounter (
    sequence INTEGER PRIMARY KEY REFERENCES head (sequence) ON DELETE CASCADE,
    clinic_id TEXT NOT NULL,
    is_open INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX encounter_open ON encounter (clinic_id) WHERE is_open = 1;
  CREATE TABLE encounter_time (
    clinic_id TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    sequence INTEGER NOT NULL REFERENCES head (sequence) ON DELETE CASCADE,
    PRIMARY KEY (clinic_id, at_ms, sequence)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX encounter_time_by_head ON encounter_time (sequence);

  -- One row each: who this log is as a hub, and how far it has read another hub.
  CREATE TABLE identity (only_row INTEGER PRIMARY KEY CHECK (only_row = 1), epoch TEXT NOT NULL) STRICT;
  CREATE TABLE cursor (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    epoch TEXT,
    sequence INTEGER NOT NULL
  ) STRICT;
  INSERT INTO cursor VALUES (1, NULL, 0);

  CREATE TABLE audit (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    actor_id TEXT NOT NULL,
    device_id TEXT NOT NULL,
    action TEXT NOT NULL,
    patient_id TEXT,
    at_ms INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
  `,
  `
  -- Photographs in rows of 64 KiB. On a kiosk lane is what they leave in; on a hub it means nothing.
  CREATE TABLE binary (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    -- SHA-256 in hexadecimal digits.
    binary_id TEXT NOT NULL UNIQUE,
    size_bytes INTEGER NOT NULL,
    lane INTEGER NOT NULL,
    -- All rows are here, and have that hash.
    is_whole INTEGER NOT NULL,
    failures INTEGER NOT NULL DEFAULT 0,
    parked_code TEXT
  ) STRICT;
  CREATE TABLE binary_chunk (
    row INTEGER PRIMARY KEY,
    binary_number INTEGER NOT NULL REFERENCES binary (number) ON DELETE CASCADE,
    chunk_index INTEGER NOT NULL,
    data BLOB NOT NULL,
    UNIQUE (binary_number, chunk_index)
  ) STRICT;
  CREATE TABLE binary_outbox (
    lane INTEGER NOT NULL,
    binary_number INTEGER NOT NULL REFERENCES binary (number) ON DELETE CASCADE,
    chunk_index INTEGER NOT NULL,
    chunk_id TEXT NOT NULL UNIQUE,
    PRIMARY KEY (lane, binary_number, chunk_index)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX binary_outbox_by_binary ON binary_outbox (binary_number);

  -- Which versions name which bytes: follows from version alone.
  CREATE TABLE binary_name (
    binary_id TEXT NOT NULL,
    sequence INTEGER NOT NULL REFERENCES version (sequence),
    PRIMARY KEY (binary_id, sequence)
  ) STRICT, WITHOUT ROWID;
  INSERT OR IGNORE INTO binary_name
  SELECT substr(node.atom, 8), version.sequence
  FROM version, json_tree(version.resource, '$.content') AS node
  WHERE version.resource_type = 'DocumentReference'
    AND node.key = 'url' AND node.type = 'text' AND node.path GLOB '$.content[[][0-9]*].attachment'
    AND length(node.atom) = 71
    AND node.atom GLOB 'Binary/*' AND substr(node.atom, 8) NOT GLOB '*[^0-9a-f]*';
  `,
  `
  -- The second parent of a version that brings two together.
  ALTER TABLE version ADD COLUMN merged_version_id TEXT;
  CREATE INDEX version_by_merged ON version (merged_version_id) WHERE merged_version_id IS NOT NULL;
  CREATE TRIGGER version_parents_are_final BEFORE UPDATE OF merged_version_id ON version
  WHEN OLD.merged_version_id IS NOT NULL
  BEGIN SELECT RAISE(ABORT, 'a version is never changed'); END;

  -- Hubs keep second parents from kiosks of the release before. What the hub or a console made until
  -- now is read once more.
  UPDATE cursor SET sequence = coalesce(
    (SELECT min(hub_sequence) - 1 FROM version WHERE device_id IN ('hub', 'console')),
    sequence
  );
  `,
  `
  -- What proves to the hub that it has handed this version out.
  ALTER TABLE version ADD COLUMN receipt TEXT;
  CREATE INDEX version_by_hub_sequence ON version (hub_sequence) WHERE hub_sequence IS NOT NULL;

  -- The logs of which this one was restored: their versions up to this number are here.
  CREATE TABLE former_epoch (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    epoch TEXT NOT NULL UNIQUE,
    sequence INTEGER NOT NULL
  ) STRICT;

  -- What consoles and hub made until now is read once more, for its receipts: nobody else has it.
  UPDATE cursor SET sequence = coalesce(
    (SELECT min(hub_sequence) - 1 FROM version WHERE device_id IN ('hub', 'console')),
    sequence
  );
  `,
  `
  CREATE INDEX version_by_clinic ON version (clinic_id);
  CREATE INDEX version_by_patient ON version (patient_id) WHERE patient_id IS NOT NULL;

  -- Hub: who has joined which clinic besides the one that his chart began in, and which versions this is
  -- for. Follows from the EpisodeOfCare versions, in the order of commits.
  CREATE TABLE clinic_member (
    patient_id TEXT NOT NULL,
    clinic_id TEXT NOT NULL,
    home_clinic_id TEXT NOT NULL,
    since INTEGER NOT NULL,
    until INTEGER,
    -- His chart came after the word that he has joined: his first clinic has not read that word either.
    is_late INTEGER NOT NULL,
    PRIMARY KEY (patient_id, clinic_id, since)
  ) STRICT, WITHOUT ROWID;

  -- Kiosk: whose versions it reads apart, and how far it is.
  CREATE TABLE backfill (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    patient_id TEXT NOT NULL UNIQUE,
    sequence INTEGER NOT NULL
  ) STRICT;
  `,
  `
  -- Hub: the order in which pictures became whole, so that a backup can say which it holds.
  ALTER TABLE binary ADD COLUMN whole_number INTEGER;
  UPDATE binary SET whole_number = number WHERE is_whole = 1;
  CREATE INDEX binary_by_whole_number ON binary (whole_number) WHERE whole_number IS NOT NULL;
  `,
];
