-- How an anomaly stood, each time it moved: what was known of it at a past moment is told by it. Rows are only added. What moved before
-- this table was there is taken up at the start as it stands, since it moved last.
create table anomaly_standing (
    anomaly_id text        not null,
    -- that of the anomaly
    version    bigint      not null,
    since      timestamptz not null,
    state      text        not null check (state in ('open', 'confirmed', 'explained', 'dismissed', 'withdrawn')),
    -- the whole anomaly as it then stood
    body       jsonb       not null,
    primary key (anomaly_id, version)
);
