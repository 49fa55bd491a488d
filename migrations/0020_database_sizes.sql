-- How large the database was on a day (of 86,400 s, since 1970), and how large it may become. A row a day, for a year.
CREATE TABLE database_sizes (
  day   INTEGER PRIMARY KEY,
  bytes INTEGER NOT NULL,
  most  INTEGER NOT NULL                       -- by the plan of Workers
) STRICT;
