-- Papers for readers: drafted from data, edited by people. Nothing is deleted.
create table product (
    product_id text        primary key,
    kind       text        not null check (kind in ('situation_report', 'flash_report', 'briefing_note', 'warning_note')),
    state      text        not null check (state in ('draft', 'review', 'approved', 'published', 'superseded', 'withdrawn')),
    exercise   boolean     not null,
    -- what a list shows of it
    line       jsonb       not null,
    -- the whole product with its history
    body       jsonb       not null,
    created_at timestamptz not null,
    version    bigint      not null
);
create index product_newest on product (exercise, created_at desc, product_id desc);
