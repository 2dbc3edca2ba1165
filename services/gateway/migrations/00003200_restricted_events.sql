-- Whether an event of the stream is of something that only those are told of whose work needs it.
alter table sse_event add column restricted boolean not null default false;
