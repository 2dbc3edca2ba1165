-- Counts of events that somebody else has made, by unit and month. They are no incidents: nothing here is ever counted as one.
create table aggregate (
    -- of source, unit, measure and first day
    aggregate_id   text        not null,
    revision       bigint      not null,
    content_sha256 text        not null,
    known_from     timestamptz not null,
    -- null while this is what is known
    known_to       timestamptz,
    country        text        not null,
    province       text,
    measure        text        not null,
    from_day       text        not null,
    to_day         text        not null,
    -- the whole count
    body           jsonb       not null,
    primary key (aggregate_id, revision)
);
create index aggregate_newest on aggregate (from_day desc, aggregate_id) where known_to is null;
create index aggregate_in_country on aggregate (country, from_day desc, aggregate_id) where known_to is null;
