-- Every turn has a number of its own: two may be taken at the same moment.
alter table turn add column number bigint not null default 0;

-- Two models bore one name. Of violence the own past alone is a benchmark, discounted conflictology; of other counts it is told, with
-- a little of what the region saw, and keeps the name.
update forecast_score set model = 'discounted conflictology'
 where model = 'own past, discounted' and threat in ('terrorism_extremism', 'armed_conflict');
update forecast_rival set model = 'discounted conflictology'
 where model = 'own past, discounted' and forecast_id in
       (select forecast_id from forecast where threat in ('terrorism_extremism', 'armed_conflict'));
