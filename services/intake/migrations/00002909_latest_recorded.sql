-- Which count the moment of what was recorded last was written with: an earlier program, which may still run, writes the count alone.
alter table observation_count add column at_last bigint;
-- The latest moment at which anything was recorded: behind that of what was recorded last where a clock was wrong in between.
alter table observation_count add column latest timestamptz;
