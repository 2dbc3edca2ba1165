-- An incident of several reports counts in one month, week and day alone, also where they lie on both sides of an edge. To tell in which,
-- all that ever were of it are found.
drop index incident_member_cluster;
create index incident_member_cluster on incident_member (cluster_id);

-- what was counted in two is counted once more: the months of every incident of one place and threat of which not all reports are of the
-- same days
insert into series_due (country, province, threat, exercise, month)
select distinct e.country, e.province, e.threat, e.exercise, e.month
  from evidence e
  join (select country, province, threat, exercise, cluster_id from evidence
         where stands and cluster_id <> '' and country <> ''
         group by country, province, threat, exercise, cluster_id
        having min(occurred_from) <> max(occurred_from) or min(occurred_to) <> max(occurred_to)) c
    on c.country = e.country and c.province = e.province and c.threat = e.threat and c.exercise = e.exercise
   and c.cluster_id = e.cluster_id
 where e.stands
    on conflict do nothing;
