-- The field report a reading came with; empty where it came otherwise, and of what was heard before this was kept.
alter table reading add column report_id text not null default '';
