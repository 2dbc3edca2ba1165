-- Counts by day and by week, and what the media wrote. Months are counted in series_cell.

-- What is known to have happened within one day or one week; province is empty for what is placed in the country only.
create table series_span (
    country   text   not null,
    province  text   not null,
    threat    text   not null,
    exercise  boolean not null,
    unit      text   not null check (unit in ('day', 'week')),
    -- its first day, YYYY-MM-DD; a week begins on Monday
    first_day text   not null,
    events    bigint not null,
    deaths    bigint not null,
    reports   bigint not null,
    peace     bigint not null,
    primary key (country, province, threat, exercise, unit, first_day)
);

-- Months whose days and weeks are still to be counted: all that were here before days and weeks were.
create table series_due (
    country  text    not null,
    province text    not null,
    threat   text    not null,
    exercise boolean not null,
    -- YYYY-MM
    month    text    not null,
    primary key (country, province, threat, exercise, month)
);
insert into series_due (country, province, threat, exercise, month)
select distinct country, province, threat, exercise, month from evidence where stands and country <> '';

-- What the media wrote of a place on a day, in all its counts: a past view can always be told. Never evidence.
create table media_count (
    source      text             not null,
    country     text             not null,
    -- empty for the whole country, its provinces included
    province    text             not null,
    -- empty for what bears on none of the threats
    threat      text             not null,
    exercise    boolean          not null,
    day         text             not null,
    known_from  timestamptz      not null,
    -- the newest count of its place, day and threat
    stands      boolean          not null,
    events      bigint           not null,
    articles    bigint           not null,
    domains     bigint           not null,
    repeated    bigint           not null,
    -- null where there is no article
    tone        double precision,
    -- events by quad class, 1 to 4
    quad_1      bigint           not null,
    quad_2      bigint           not null,
    quad_3      bigint           not null,
    quad_4      bigint           not null,
    reliability text             not null,
    credibility bigint           not null,
    -- key of its handling
    marking     text             not null,
    primary key (source, country, province, threat, exercise, day, known_from)
);
create index media_count_place on media_count (country, province, exercise, day);
