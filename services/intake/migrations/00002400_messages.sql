-- Messages that speak of one fact in turn, as those of the Common Alerting Protocol do.
create table message (
    -- sender and identifier together
    name      text        primary key,
    -- the external id of the fact that it speaks of
    chain     text        not null,
    -- null while it is known only from others that name it
    sent      timestamptz,
    -- all that it says, as an object; null while it is known only from others
    body      jsonb
);
create index message_of_chain on message (chain, name);
create table message_chain (
    chain       text        primary key,
    -- the latest message of it, by when it was sent, that made the fact what it is
    latest_sent timestamptz not null,
    latest_name text        not null
);
-- What a run passed over or did otherwise than its sender may expect, and of how many records.
create table import_remark (
    import_id  text   not null references import_run (import_id),
    remark     text   not null,
    records    bigint not null,
    first_line bigint not null,
    primary key (import_id, remark)
);
