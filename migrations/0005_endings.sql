-- When every token that was issued until then was ended (`npm run end-everything`).
CREATE TABLE IF NOT EXISTS endings (
  at INTEGER PRIMARY KEY
) STRICT;
