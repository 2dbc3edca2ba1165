-- By what the last correction of a record that was refused is known which would have taken the id of another of its file: sent once more,
-- of the same id, it holds.
alter table quarantine add column told text;
