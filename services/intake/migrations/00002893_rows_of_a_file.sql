-- The line of its file that a revision was read from; null where it came from no file, or before this was kept.
alter table observation add column line bigint;
-- SHA-256 of what a quarantined record consists of, by which it is known again; null for those that came before this was kept.
alter table quarantine add column sha256 text;
create index quarantine_of_bytes on quarantine (sha256);
