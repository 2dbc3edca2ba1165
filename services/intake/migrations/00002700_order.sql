-- The order of lists as one number, and identity by narrow keys: what comes in order stays together in the indexes, and a batch
-- writes few pages of them. The table is made anew, as its primary key was an index in the order of digests.

create table observation_in_order (
    observation_id text             not null,
    revision       bigint           not null,
    source         text             not null,
    owner          text             not null,
    external_id    text             not null,
    -- of what the source says, without when and how it came here
    content_sha256 text             not null,
    -- the source has settled it: what is provisional never revises it
    settled        boolean          not null,
    known_from     timestamptz      not null,
    -- null while this is what is known
    known_to       timestamptz,
    occurred_from  text             not null,
    occurred_to    text             not null,
    country        text,
    province       text,
    -- words between commas: ,border_tension,water_energy,
    threats        text             not null,
    kind           text             not null,
    lat            double precision,
    lon            double precision,
    exercise       boolean          not null,
    -- 63 bits of the id; 0 until an older program's row was taken up
    id_key         bigint           not null default 0,
    -- in which order it was recorded, from 1; 0 until it was taken up
    ordinal        bigint           not null default 0,
    -- the first day as yyyymmdd, times 2^36, and the ordinal
    rank           bigint           not null default 0,
    reliability    text             not null default 'F',
    credibility    bigint           not null default 6,
    -- whether it may be shown, and found, by its point
    by_point       boolean          not null default false,
    -- the whole observation
    body           jsonb            not null,
    -- when the source last edited what it says, in Unix seconds, where it tells: an older export never revises a newer one
    edited_at      bigint,
    unique (source, external_id, revision)
);
insert into observation_in_order (observation_id, revision, source, owner, external_id, content_sha256, settled, known_from,
        known_to, occurred_from, occurred_to, country, province, threats, kind, lat, lon, exercise, body, edited_at)
    select observation_id, revision, source, owner, external_id, content_sha256, settled, known_from,
           known_to, occurred_from, occurred_to, country, province, threats, kind, lat, lon, exercise, body, edited_at
      from observation order by known_from, observation_id, revision;

create table retraction_in_order (
    observation_id text        not null,
    revision       bigint      not null,
    at             timestamptz not null,
    -- the source, or the person who took it back
    by_whom        text        not null,
    why            text        not null,
    primary key (observation_id, revision)
);
insert into retraction_in_order (observation_id, revision, at, by_whom, why)
    select observation_id, revision, at, by_whom, why from retraction;
drop table retraction;
drop table observation;
alter table retraction_in_order rename to retraction;
alter table observation_in_order rename to observation;

create index observation_by_id on observation (id_key);
create index observation_recorded on observation (ordinal);
create index observation_newest on observation (rank);
create index observation_in_province on observation (province, rank);
create index observation_in_country on observation (country, rank);
create index observation_across_years on observation (rank)
    where substr(occurred_from, 1, 4) <> substr(occurred_to, 1, 4);
create index observation_across_years_in_country on observation (country, rank)
    where substr(occurred_from, 1, 4) <> substr(occurred_to, 1, 4);
create index observation_across_years_in_province on observation (province, rank)
    where substr(occurred_from, 1, 4) <> substr(occurred_to, 1, 4);

-- Counts what was recorded. Whoever records holds this row until it is committed: a smaller ordinal is never seen after a
-- larger one, and two writers of one observation follow each other.
create table observation_count (
    only_row boolean primary key check (only_row),
    last     bigint  not null
);
insert into observation_count (only_row, last) values (true, 0);
