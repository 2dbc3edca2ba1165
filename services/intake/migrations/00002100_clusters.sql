-- Clusters: which observations are of one incident. Found after they were recorded, decided by people, kept in all versions.

-- Observations recorded and not yet compared, a row for each batch: written with it, read and deleted by the job.
create table cluster_due (
    due_id text        primary key,
    -- JSON: which, of which sources, in which countries
    body   text        not null,
    at     timestamptz not null
);
create index cluster_due_oldest on cluster_due (at, due_id);

-- From when to when each source has observations in a country: where only one has any, nothing is compared. Never shrinks.
create table cluster_span (
    country   text    not null,
    exercise  boolean not null,
    source    text    not null,
    owner     text    not null,
    first_day text    not null,
    last_day  text    not null,
    primary key (country, exercise, source, owner)
);

-- Pairs of observations that may be of one incident, once in each direction. Made anew whenever one of them changes.
create table cluster_pair (
    observation_id text             not null,
    other_id       text             not null,
    score          double precision not null,
    -- the score with its parts
    body           jsonb            not null,
    primary key (observation_id, other_id)
);

-- What people decided of pairs: one incident or two. The newest decision of a pair stands; none is deleted.
create table cluster_decision (
    decision_id text        primary key,
    -- the smaller id first
    one         text        not null,
    other       text        not null,
    together    boolean     not null,
    by_whom     text        not null,
    at          timestamptz not null,
    why         text        not null,
    -- when another decision took its place; null while it stands
    until       timestamptz
);
create index cluster_decision_one on cluster_decision (one) where until is null;
create index cluster_decision_other on cluster_decision (other) where until is null;

-- Clusters in all their versions.
create table cluster (
    cluster_id text        not null,
    version    bigint      not null,
    state      text        not null check (state in ('proposed', 'joined', 'confirmed', 'split', 'dissolved')),
    known_from timestamptz not null,
    -- null while this is how it stands
    known_to   timestamptz,
    exercise   boolean     not null,
    country    text,
    province   text,
    -- words between commas, as observations have them
    threats    text        not null,
    first_day  text        not null,
    last_day   text        not null,
    -- the whole cluster
    body       jsonb       not null,
    primary key (cluster_id, version)
);
create index cluster_newest on cluster (exercise, first_day desc, cluster_id) where known_to is null;
create index cluster_newest_ever on cluster (exercise, first_day desc, cluster_id);

-- Who is a member in which version.
create table cluster_member (
    observation_id text   not null,
    cluster_id     text   not null,
    version        bigint not null,
    primary key (observation_id, cluster_id, version),
    foreign key (cluster_id, version) references cluster (cluster_id, version)
);

-- Writers of clusters take turns, so that none groups without the other's pairs and decisions.
create table cluster_turn (
    one bigint      primary key,
    at  timestamptz not null
);

-- what is here already is compared as if it had just been recorded
insert into cluster_span (country, exercise, source, owner, first_day, last_day)
select country, exercise, source, owner, min(occurred_from), max(occurred_to)
  from observation where known_to is null and country is not null
 group by country, exercise, source, owner;
insert into cluster_due (due_id, body, at)
select 'before ' || country || ' ' || substr(occurred_from, 1, 7),
       '{"fresh":[],"again":["' || string_agg(observation_id, '","') || '"]}', max(known_from)
  from observation where known_to is null and country is not null
 group by country, substr(occurred_from, 1, 7);
