-- Find the last ending, and the last deletion of a scope, by an equality: while there is none, which is usual, D1 counts no row
-- for looking.
CREATE INDEX endings_last ON endings ((at > 0), at);
CREATE INDEX scope_deletions_last ON scope_deletions ((at > 0));
