ALTER TABLE maintenance_runs ADD COLUMN failed TEXT NOT NULL DEFAULT '[]';     -- JSON array: names of the steps that failed
ALTER TABLE maintenance_runs ADD COLUMN unfinished TEXT NOT NULL DEFAULT '[]'; -- JSON array: of those that have more to do
