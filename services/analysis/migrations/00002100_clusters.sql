-- Who is of one incident, as intake said: who was a member from when to when. At most one membership of an observation is open.
create table incident_member (
    observation_id text        not null,
    cluster_id     text        not null,
    -- whether it is the best-graded of them
    best           boolean     not null,
    known_from     timestamptz not null,
    -- null while it holds
    known_to       timestamptz,
    primary key (observation_id, cluster_id, known_from)
);
create index incident_member_cluster on incident_member (cluster_id) where known_to is null;

-- Which observations a person keeps apart, once in each direction.
create table kept_apart (
    observation_id text        not null,
    other_id       text        not null,
    known_from     timestamptz not null,
    known_to       timestamptz,
    primary key (observation_id, other_id, known_from)
);

-- The newest version heard of each cluster: an older one changes nothing.
create table cluster_heard (
    cluster_id text   primary key,
    version    bigint not null
);

-- as that holds now, so that reading evidence costs no more than before; empty where there is none, ids between spaces
alter table evidence add column cluster_id text not null default '';
alter table evidence add column cluster_best boolean not null default false;
alter table evidence add column apart text not null default '';
