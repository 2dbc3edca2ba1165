-- From where on the versions of clusters are still to be looked through for what retention removed before past versions went with it. A
-- row while there is anything to look through; none where nothing was ever removed.
create table cluster_sweep (
    one        bigint primary key,
    cluster_id text   not null,
    version    bigint not null
);
insert into cluster_sweep (one, cluster_id, version)
select 1, '', 0 from retention_run where state <> 'asked' limit 1;
