-- Questions that analysts keep open. Nothing is deleted.
create table question (
    question_id text        primary key,
    state       text        not null check (state in ('open', 'answered', 'closed')),
    threat      text,
    -- YYYY-MM-DD; null: on no set day
    review_on   text,
    exercise    boolean     not null,
    -- the whole question
    body        jsonb       not null,
    created_at  timestamptz not null,
    version     bigint      not null
);
create index question_newest on question (exercise, created_at desc, question_id desc);
