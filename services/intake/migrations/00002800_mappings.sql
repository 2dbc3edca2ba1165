-- Saved mappings in all their versions: a run is read, and read again, by the version it was sent with.
create table mapping (
    name       text        not null,
    version    bigint      not null,
    body       jsonb       not null,
    by_whom    text        not null,
    at         timestamptz not null,
    -- the request that wrote it: asked again it is answered, not refused
    request    text,
    primary key (name, version)
);
alter table import_run add column mapping_name text;
alter table import_run add column mapping_version bigint;
