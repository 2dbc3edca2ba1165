-- Under which handling rows of a source that lists every event ever came: where nothing else is reported, a level rests on its claim
-- and is handled as its rows are.
create table source_marking (
    source   text    not null,
    country  text    not null,
    threat   text    not null,
    exercise boolean not null,
    -- key of the handling
    marking  text    not null,
    primary key (source, country, threat, exercise, marking)
);

-- what was heard before is taken up from the evidence itself
insert into source_marking (source, country, threat, exercise, marking)
select distinct e.source, e.country, e.threat, e.exercise, e.marking
  from evidence e
  join source_span s
    on s.source = e.source and s.country = e.country and s.threat = e.threat and s.exercise = e.exercise;
