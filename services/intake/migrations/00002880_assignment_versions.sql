-- Assignments in all their versions: what was owed is told as it was known at any moment. Of those made before this table was there the
-- version that stood then is the first that is kept.
create table assignment_version (
    assignment_id text        not null,
    version       bigint      not null,
    known_from    timestamptz not null,
    -- the whole assignment
    body          jsonb       not null,
    primary key (assignment_id, version)
);
