-- How much of the file was read, packed as it is: by it is told how long a run still takes. The cursor counts unpacked bytes.
alter table import_run add column file_bytes bigint not null default 0;
