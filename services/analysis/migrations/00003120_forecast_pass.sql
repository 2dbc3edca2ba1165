-- One row: of what forecasts were last worked out, and since when they are being worked out anew.
create table forecast_pass (
    one        bigint primary key,
    -- what they were worked out of: when complete sources were last heard, and by which rules
    done       text        not null,
    -- when they were last done with; null: never
    ended_at   timestamptz,
    -- when it was noticed that there is more to work them out of; null: there is not
    noticed_at timestamptz
);
