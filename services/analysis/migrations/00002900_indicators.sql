-- What was read of indicators. One row per reading and moment it was said; nothing is deleted.
create table reading (
    reading_id  text        not null,
    -- since when this wording is known: a later answer takes the place of an earlier one
    known_from  timestamptz not null,
    indicator   text        not null,
    -- ISO 3166-2 of a unit of the six countries
    province    text        not null,
    exercise    boolean     not null,
    from_day    text        not null,
    to_day      text        not null,
    extent      text        not null,
    note        text        not null,
    owner       text        not null,
    reliability text        not null,
    credibility bigint      not null,
    -- key of its handling
    marking     text        not null,
    primary key (reading_id, known_from)
);
create index reading_place on reading (province, exercise, to_day);

-- When a reading was taken back.
create table reading_withdrawal (
    reading_id text        not null,
    at         timestamptz not null,
    primary key (reading_id, at)
);
