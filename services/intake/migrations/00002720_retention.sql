-- Removals that somebody confirmed: what remains of what is gone.
create table retention_run (
    fingerprint  text        primary key,
    state        text        not null check (state in ('asked', 'running', 'done')),
    -- {"removals": [what was confirmed]}
    confirmed    jsonb       not null,
    -- {"removed": [how many, by removal]}
    counted      jsonb       not null,
    -- who confirmed first: the principal, and the name that is shown
    asked_subject text       not null,
    asked_by     text        not null,
    asked_at     timestamptz not null,
    confirmed_by text,
    finished_at  timestamptz
);
create index retention_run_newest on retention_run (asked_at desc);
-- What was superseded long ago is found without looking at what stands.
create index observation_ended on observation (known_to) where known_to is not null;
