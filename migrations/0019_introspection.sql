-- Applications from before this may introspect every token, as they could; new ones their own, and those of APIs that name them.
ALTER TABLE clients ADD COLUMN introspects TEXT NOT NULL DEFAULT 'all' CHECK (introspects IN ('own', 'all'));
