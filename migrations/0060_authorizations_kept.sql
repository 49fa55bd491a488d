-- One index for the purge, by a column that redeeming and refreshing do not change: they write fewer rows. Rows that still
-- live when they are looked at are postponed; so are those of earlier versions, once, in the chunks of the schedule.
CREATE INDEX authorizations_kept ON authorizations (kept_until);
DROP INDEX authorizations_unredeemed;
DROP INDEX authorizations_over;
