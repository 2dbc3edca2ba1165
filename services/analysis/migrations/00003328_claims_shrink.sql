-- A source claims to be complete as far as its rows that stand: what is dated anew or taken back is no longer claimed. As of a past
-- moment the same is read from the evidence itself.
create index evidence_listed on evidence (source, country, exercise, threat, occurred_to, known_from);
drop table source_reach;

-- what was kept before is brought to what stands
delete from source_span
 where not exists (select 1 from evidence e
                    where e.stands and e.source = source_span.source and e.country = source_span.country
                      and e.exercise = source_span.exercise and e.threat = source_span.threat);
update source_span
   set first_day = (select min(e.occurred_to) from evidence e
                     where e.stands and e.source = source_span.source and e.country = source_span.country
                       and e.exercise = source_span.exercise and e.threat = source_span.threat),
       last_day = (select max(e.occurred_to) from evidence e
                    where e.stands and e.source = source_span.source and e.country = source_span.country
                      and e.exercise = source_span.exercise and e.threat = source_span.threat);
delete from source_month
 where (source, country, month) not in (select source, country, month from evidence where stands and not exercise);
