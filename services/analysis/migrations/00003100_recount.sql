-- Runs that count everything anew from the evidence: one goes on at a time.
create table recount (
    recount_id text        primary key,
    state      text        not null check (state in ('running', 'stopping', 'stopped', 'failed', 'done')),
    -- as it is told
    body       jsonb       not null,
    -- where it goes on
    next       jsonb       not null,
    started_at timestamptz not null,
    -- counts its steps: a step counts only where nobody took another meanwhile
    step       bigint      not null
);
create index recount_newest on recount (started_at desc, recount_id desc);
