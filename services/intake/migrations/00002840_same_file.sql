-- By these it is found whether a file was read before.
create index import_run_of_file on import_run (sha256);
create index import_run_of_source on import_run (source_key, name);
