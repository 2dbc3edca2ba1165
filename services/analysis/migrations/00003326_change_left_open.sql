-- Between which levels the evidence left it open when a level changed, and since when nothing was known of the place then. Null: nothing
-- is said of it, or before this was kept.
alter table level_change add column left_open jsonb;
