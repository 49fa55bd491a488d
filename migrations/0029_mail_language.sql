-- In which language mails to somebody are written.
ALTER TABLE users ADD COLUMN language TEXT;
ALTER TABLE users ADD COLUMN language_chosen_at INTEGER NOT NULL DEFAULT 0;
