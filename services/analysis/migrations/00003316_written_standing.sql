-- How what people write stood after each thing that was done with it: assessments, questions
-- and products. Rows are only added.
create table written_standing (
    -- 'assessment', 'question' or 'product'
    what       text        not null,
    id         text        not null,
    version    bigint      not null,
    -- from this moment on, until the next version
    since      timestamptz not null,
    exercise   boolean     not null,
    state      text        not null,
    -- of a product which kind of paper; empty of all else
    kind       text        not null,
    created_at timestamptz not null,
    body       jsonb       not null,
    primary key (what, id, version)
);
create index written_standing_by_age on written_standing (what, exercise, created_at, id);
