-- A source claims to be complete as far as its rows that stand: what is dated anew or taken back is no longer claimed. As of a past
-- moment the same is read from the evidence itself, and source_reach is not read any more.
create index evidence_listed on evidence (source, country, exercise, threat, occurred_to, known_from);

-- When a list of the real world was last heard, one row: also where nothing of it stands any more.
create table lists_heard (
    one bigint      primary key,
    at  timestamptz not null
);
insert into lists_heard (one, at)
select 1, max(heard_at) from source_span where not exercise and heard_at is not null having max(heard_at) is not null;

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
 where not exists (select 1 from evidence e
                    where e.stands and e.exercise = false and e.source = source_month.source
                      and e.country = source_month.country and e.month = source_month.month);

-- what was judged or told by claims that were too wide is looked at anew
insert into counted_anew (province, exercise, month)
select distinct province, exercise, '1900-01' from level_state where true
    on conflict (province, exercise) do update set month = excluded.month;
delete from situation_day where day = (select max(day) from situation_day);
