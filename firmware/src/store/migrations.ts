/**
 * Numbered, forward only. `readableFrom`: the oldest schema version whose firmware still reads and writes a store of
 * this one, so that an A/B rollback works; a new column with a default keeps it, a changed meaning raises it.
 */
export interface Migration { readonly version: number; readonly readableFrom: number; readonly sql: string }

export const MIGRATIONS: readonly Migration[] = [
  {
    version: 1, readableFrom: 1, sql: `
CREATE TABLE exams (
  exam_id TEXT PRIMARY KEY,
  opened_ms INTEGER NOT NULL,
  closed_ms INTEGER
) STRICT;
CREATE TABLE sessions (
  session_id TEXT PRIMARY KEY,
  exam_id TEXT NOT NULL REFERENCES exams (exam_id),
  code TEXT NOT NULL,
  input TEXT NOT NULL,
  simulated INTEGER NOT NULL,
  boot_id TEXT NOT NULL,
  state TEXT NOT NULL,
  since_ms REAL NOT NULL,
  started_ms REAL NOT NULL,
  ended_ms REAL,
  last_frame_ms REAL,
  announced_json TEXT,
  location TEXT,
  error_json TEXT,
  end_told INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX sessions_open ON sessions (started_ms) WHERE ended_ms IS NULL;
CREATE INDEX sessions_untold ON sessions (ended_ms) WHERE ended_ms IS NOT NULL AND end_told = 0;
CREATE TABLE gaps (
  session_id TEXT NOT NULL REFERENCES sessions (session_id),
  position INTEGER NOT NULL,
  start_ms REAL NOT NULL,
  end_ms REAL,
  reason TEXT NOT NULL,
  PRIMARY KEY (session_id, position)
) STRICT;`,
  },
  // The deadline of a session, and the clocks when it was written. NULL, as an older firmware leaves them: it is past.
  {
    version: 2, readableFrom: 1, sql: `
ALTER TABLE sessions ADD COLUMN may_go_on_until_boot_ms REAL;
ALTER TABLE sessions ADD COLUMN written_ms REAL;
ALTER TABLE sessions ADD COLUMN written_boot_ms REAL;`,
  },
  // Stills that were kept; when a session was lost since the last decision, CLOCK_BOOTTIME; whether the links of before a
  // suspension are still to be taken back at the hub.
  {
    version: 3, readableFrom: 1, sql: `
CREATE TABLE stills (
  file TEXT PRIMARY KEY,
  session_id TEXT,
  taken_ms REAL NOT NULL,
  bytes INTEGER NOT NULL
) STRICT;
ALTER TABLE sessions ADD COLUMN losses_json TEXT;
ALTER TABLE sessions ADD COLUMN drop_links INTEGER NOT NULL DEFAULT 0;`,
  },
];
