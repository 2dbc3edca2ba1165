-- Of how many incidents no report says how many died: that is no zero. What was counted before is counted once more.
alter table series_cell add column unstated bigint not null default 0;
alter table series_span add column unstated bigint not null default 0;
insert into series_due (country, province, threat, exercise, month)
    select distinct country, province, threat, exercise, month from evidence where stands and country <> '' and deaths is null
    on conflict do nothing;
