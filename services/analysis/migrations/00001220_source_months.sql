-- In which months a source that lists every event has rows in a country; nothing of the exercise. A month that is missing in
-- every country is one that nobody brought.
create table source_month (
    source  text not null,
    country text not null,
    -- YYYY-MM
    month   text not null,
    primary key (source, country, month)
);

-- the sources that are listed so by default, as far as they are here already
insert into source_span (source, country, threat, exercise, first_day, last_day)
select source, country, threat, exercise, min(occurred_to), max(occurred_to)
  from evidence where source in ('ucdp', 'acled') and country <> ''
 group by source, country, threat, exercise
    on conflict (source, country, threat, exercise) do nothing;
insert into source_month (source, country, month)
select distinct source, country, month
  from evidence where source in ('ucdp', 'acled') and country <> '' and not exercise;
