-- Facts that were taken back: which revision no longer stands, since when, by whom and why. The revision itself is kept.
create table retraction (
    observation_id text        not null,
    revision       bigint      not null,
    at             timestamptz not null,
    -- the source, or the person who took it back
    by_whom        text        not null,
    why            text        not null,
    primary key (observation_id, revision),
    foreign key (observation_id, revision) references observation (observation_id, revision)
);
