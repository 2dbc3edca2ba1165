-- What analysis keeps: evidence as it was known, what it comes to by month, the level of each province and threat.

-- One row per observation, revision and threat. Nothing is deleted: a past view can always be told.
create table evidence (
    observation_id text             not null,
    revision       bigint           not null,
    threat         text             not null,
    -- the revision that holds now, not taken back
    stands         boolean          not null,
    exercise       boolean          not null,
    -- ISO 3166-1; empty where the place names none
    country        text             not null,
    -- ISO 3166-2 of a unit of the six countries; empty where the place is none of them
    province       text             not null,
    -- first and last day it may have happened, YYYY-MM-DD
    occurred_from  text             not null,
    occurred_to    text             not null,
    -- the month of occurred_to, YYYY-MM: where the series counts it
    month          text             not null,
    known_from     timestamptz      not null,
    source         text             not null,
    -- independence is counted by owner
    owner          text             not null,
    kind           text             not null,
    -- weight of its gravity, 1 or more
    severity       double precision not null,
    -- best estimate; null where the source does not say
    deaths         bigint,
    reliability    text             not null,
    credibility    bigint           not null,
    lat            double precision,
    lon            double precision,
    precision_word text             not null,
    place          text             not null,
    title          text             not null,
    -- key of its handling
    marking        text             not null,
    primary key (observation_id, revision, threat)
);
create index evidence_cell on evidence (province, threat, exercise, occurred_to) where stands;
create index evidence_month on evidence (country, province, threat, month) where stands;
create index evidence_known on evidence (province, threat, known_from);

-- When the source took an observation back: revisions known by then no longer stand, later ones do.
create table retraction (
    observation_id text        not null,
    at             timestamptz not null,
    primary key (observation_id, at)
);

-- Handling, once per wording: thousands of rows of one source share one.
create table marking (
    marking text  primary key,
    body    jsonb not null
);

-- Counts by month; province is empty for what is placed in the country only.
create table series_cell (
    country  text    not null,
    province text    not null,
    threat   text    not null,
    exercise boolean not null,
    -- YYYY-MM
    month    text    not null,
    -- incidents that make things worse
    events   bigint  not null,
    deaths   bigint  not null,
    -- reports, those of peace included
    reports  bigint  not null,
    -- incidents that ease the situation
    peace    bigint  not null,
    primary key (country, province, threat, exercise, month)
);
create index series_cell_province on series_cell (province, exercise, month);

-- From when to when a source that lists every event has rows of a threat in a country. Never shrinks.
create table source_span (
    source    text    not null,
    country   text    not null,
    threat    text    not null,
    exercise  boolean not null,
    first_day text    not null,
    last_day  text    not null,
    primary key (source, country, threat, exercise)
);

-- The level of each province and threat as it stands; real and exercise apart.
create table level_state (
    province   text        not null,
    threat     text        not null,
    exercise   boolean     not null,
    country    text        not null,
    level      text        not null,
    -- when the level last changed, or when the cell was first assessed
    since      timestamptz not null,
    -- when the cell was first assessed: before that there is no history
    first_seen timestamptz not null,
    -- how often the level changed
    changes    bigint      not null,
    primary key (province, threat, exercise)
);

-- Every change of level, never edited.
create table level_change (
    change_id text             primary key,
    province  text             not null,
    threat    text             not null,
    exercise  boolean          not null,
    was       text             not null,
    now       text             not null,
    -- the index that changed it
    idx       double precision not null,
    -- the event that changed it, or 'settled' when time alone did
    cause     text             not null,
    at        timestamptz      not null
);
create index level_change_newest on level_change (exercise, at, change_id);
create index level_change_cell on level_change (province, threat, exercise, at);

-- One row: writers of evidence and levels take turns, so that none counts without the other's rows.
create table turn (
    one bigint      primary key,
    at  timestamptz not null
);
