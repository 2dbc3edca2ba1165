-- Under which handling evidence and readings came into each cell, with the last day they speak of: what is told of a cell is never
-- wider than their join. The threat is empty for readings, which bear on all.
create table cell_marking (
    country  text    not null,
    province text    not null,
    threat   text    not null,
    exercise boolean not null,
    -- key of the handling
    marking  text    not null,
    last_day text    not null,
    primary key (country, province, threat, exercise, marking)
);
create index cell_marking_province on cell_marking (province, exercise);
insert into cell_marking (country, province, threat, exercise, marking, last_day)
    select country, province, threat, exercise, marking, max(occurred_to) from evidence
     group by country, province, threat, exercise, marking;
insert into cell_marking (country, province, threat, exercise, marking, last_day)
    select '', province, '', exercise, marking, max(to_day) from reading group by province, exercise, marking;
