-- Months that are unusual for their province and threat, and what people made of them. Nothing is deleted.
create table anomaly (
    anomaly_id text        primary key,
    province   text        not null,
    threat     text        not null,
    exercise   boolean     not null,
    -- YYYY-MM
    month      text        not null,
    state      text        not null check (state in ('open', 'confirmed', 'explained', 'dismissed', 'withdrawn')),
    -- the whole anomaly
    body       jsonb       not null,
    opened_at  timestamptz not null,
    version    bigint      not null
);
create index anomaly_newest on anomaly (exercise, month desc, anomaly_id);
create index anomaly_cell on anomaly (province, threat, exercise, month);
