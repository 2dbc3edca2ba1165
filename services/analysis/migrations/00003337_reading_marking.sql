-- Under which handling answers about each indicator came from a province, with the last day they speak of: a level is bound by those
-- alone that count in it, of an indicator that bears on its threat and for as long as that counts. Those that cell_marking holds, under
-- no threat, are taken up at the start.
create table reading_marking (
    province  text    not null,
    indicator text    not null,
    exercise  boolean not null,
    -- key of the handling
    marking   text    not null,
    last_day  text    not null,
    primary key (exercise, province, indicator, marking)
);
