-- Where the chain of the audit log begins, once the events before were deleted for their age. One row.
CREATE TABLE audit_starts (
  id         INTEGER PRIMARY KEY CHECK (id = 1),
  number     INTEGER NOT NULL,
  seal       TEXT NOT NULL,                    -- of the last event that is gone: the first one that is left is linked to it
  retired_at INTEGER NOT NULL,
  mac        TEXT NOT NULL                     -- HMAC over all of it
) STRICT;
