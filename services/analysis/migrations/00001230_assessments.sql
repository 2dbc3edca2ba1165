-- What analysts judged, and what became of it. Nothing is deleted.
create table assessment (
    assessment_id text        primary key,
    state         text        not null check (state in ('draft', 'review', 'approved', 'published', 'superseded', 'withdrawn')),
    threat        text,
    exercise      boolean     not null,
    -- the whole assessment
    body          jsonb       not null,
    created_at    timestamptz not null,
    version       bigint      not null
);
create index assessment_newest on assessment (exercise, created_at desc, assessment_id desc);
