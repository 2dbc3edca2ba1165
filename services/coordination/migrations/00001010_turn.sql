-- One row: those who change what decisions rest on take turns, so that none decides without the others' rows.
create table turn (
    one        bigint      primary key,
    at         timestamptz not null,
    -- the last day for which every live warning was decided; null before the first
    decided_on text
);
