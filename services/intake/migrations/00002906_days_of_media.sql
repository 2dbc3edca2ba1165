-- Whether the feed told only the day on which it took a row up, which then stands at the beginning of it. Of rows that were read
-- before this was kept it is not known; such a row is told anew when its file is read again.
alter table media_event add column day_only boolean not null default false;
