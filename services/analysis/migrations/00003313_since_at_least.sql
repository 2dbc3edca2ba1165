-- Whether the level held already where the walk over past days begins, so that it holds since that day at the latest. Null: it was not
-- noted.
alter table level_state add column since_at_least boolean;
alter table level_change add column since_at_least boolean;
-- What else stands in a change is never edited, but for one word: that nothing was reported when it was told is taken back where
-- it was told in the middle of an import that brought reports a little later.
