-- The run that read the very file of this one before; null where it was read.
alter table import_run add column repeats text;
