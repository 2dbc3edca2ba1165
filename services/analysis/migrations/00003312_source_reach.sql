-- How far the rows of a source that lists every event had reached as of a moment: each row is an advance, with when it became
-- known. As of a moment a source reaches from the least to the greatest of its days that were known by then.
create table source_reach (
    source     text        not null,
    country    text        not null,
    threat     text        not null,
    exercise   boolean     not null,
    known_from timestamptz not null,
    first_day  text        not null,
    last_day   text        not null,
    primary key (source, country, threat, exercise, known_from)
);

-- what was heard before is taken up from the evidence itself
insert into source_reach (source, country, threat, exercise, known_from, first_day, last_day)
select source, country, threat, exercise, known_from, first_day, last_day
  from (select e.source, e.country, e.threat, e.exercise, e.known_from,
               min(e.occurred_to) as first_day, max(e.occurred_to) as last_day,
               min(min(e.occurred_to)) over earlier as first_before,
               max(max(e.occurred_to)) over earlier as last_before
          from evidence e
          join source_span s
            on s.source = e.source and s.country = e.country and s.threat = e.threat and s.exercise = e.exercise
         group by e.source, e.country, e.threat, e.exercise, e.known_from
        window earlier as (partition by e.source, e.country, e.threat, e.exercise order by e.known_from
                           rows between unbounded preceding and 1 preceding)) as advance
 where first_before is null or first_day < first_before or last_day > last_before;
