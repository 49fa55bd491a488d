-- Whom somebody of the administration did it to: it is in that person's own activity.
ALTER TABLE audit_events ADD COLUMN subject_id TEXT;
CREATE INDEX audit_events_by_subject ON audit_events (subject_id, at, id) WHERE subject_id IS NOT NULL;
