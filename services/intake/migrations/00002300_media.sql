-- What the media wrote, row by row as the feed says it now, so that any count can be made anew. Never observations.
create table media_event (
    -- the feed's own id
    event_id       text             not null,
    exercise       boolean          not null,
    content_sha256 text             not null,
    country        text             not null,
    -- ISO 3166-2; empty where it cannot be told
    province       text             not null,
    -- empty for none of the threats watched
    threat         text             not null,
    -- category of the PLOVER ontology; empty for statements and appeals
    plover         text             not null,
    -- the day that is written of, YYYY-MM-DD
    day            text             not null,
    -- CAMEO, with its leading zeros
    code           text             not null,
    actor1         text             not null,
    actor2         text             not null,
    -- FIPS 10-4, as the feed writes it; never held against a P-code
    adm1           text             not null,
    quad           bigint           not null check (quad between 1 and 4),
    articles       bigint           not null,
    tone           double precision not null,
    -- registered domain of the source; empty where it is not named
    domain         text             not null,
    added_at       timestamptz      not null,
    -- false where it says once more what another row of the same three hours says
    counts         boolean          not null,
    known_from     timestamptz      not null,
    import_id      text             not null,
    primary key (event_id, exercise)
);
create index media_event_day on media_event (country, day, threat, province);
create index media_event_alike on media_event (day, code, actor1, actor2, adm1);

-- Records left aside on purpose: counted beside the others, so that all records of a file are accounted for.
alter table import_run add column passed_over bigint not null default 0;
