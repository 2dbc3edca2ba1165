-- Handling that holds for a row besides the feed's own: that of the source that sent its file. Null where there is none.
alter table media_event add column besides jsonb;
