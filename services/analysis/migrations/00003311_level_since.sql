-- Since when the level held as it was told with the change: where what changed it is known of later, a day before. Null: since
-- the change was told.
alter table level_change add column since timestamptz;
-- Whether nothing was reported from there when it was told: what moved is the computed level alone. Null: it was not noted.
alter table level_change add column unreported boolean;
