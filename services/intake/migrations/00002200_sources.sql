-- Sources as managed objects: what a person set, where each stands, how it does.
create table source (
    source_key     text        primary key,
    connector      text        not null,
    -- what a person has set
    form           jsonb       not null,
    enabled        boolean     not null,
    -- where the connector goes on, in its own words; moved in the transaction that takes what stands before it
    cursor         jsonb       not null,
    -- since when it should bring something: when it was switched on
    since          timestamptz not null,
    last_tried     timestamptz,
    last_good      timestamptz,
    failures       bigint      not null default 0,
    error          text        not null default '',
    -- null while it is not asked by itself
    next_at        timestamptz,
    silent_since   timestamptz,
    -- who works on it just now, and until when others leave it alone
    claim          text,
    claimed_until  timestamptz,
    -- a file on its way into the object store, which no run knows yet
    pending_object text,
    brought        bigint      not null default 0,
    last_import    text,
    changed_by     text        not null,
    changed_at     timestamptz not null,
    version        bigint      not null
);
create index source_due on source (next_at) where next_at is not null;

-- Which source sent the file by itself, and what it adds to the terms of the format.
alter table import_run add column source_key text;
alter table import_run add column handling jsonb;
create index import_run_open_of_source on import_run (source_key) where state in ('waiting', 'running');

-- When the source last edited what it says, in Unix seconds, where it tells: an older export never revises a newer one.
alter table observation add column edited_at bigint;
