-- How often what is told may have changed: every turn but those that only keep how cells are told. What was told of the whole map
-- stays ready for as long as the number stays.
alter table turn add column told bigint not null default 0;
