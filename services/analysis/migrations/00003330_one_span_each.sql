-- An incident of several reports counts in one month, week and day alone, also where they lie on both sides of an edge. To tell in which,
-- all that ever were of it are found.
drop index incident_member_cluster;
create index incident_member_cluster on incident_member (cluster_id);

-- what was counted in two is counted once more: the months of every incident of one place and threat of which not all reports are of the
-- same days
insert into series_due (country, province, threat, exercise, month)
select distinct country, province, threat, exercise, month
  from (select country, province, threat, exercise, month,
               min(occurred_from) over of_one as began, max(occurred_from) over of_one as began_last,
               min(occurred_to) over of_one as ended, max(occurred_to) over of_one as ended_last
          from evidence where stands and cluster_id <> '' and country <> ''
        window of_one as (partition by country, province, threat, exercise, cluster_id)) of_several
 where began <> began_last or ended <> ended_last
    on conflict do nothing;
