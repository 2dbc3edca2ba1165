-- Which rows an id has stands apart. Ids are without order: in one large index nearly every new one changed a page of its own,
-- which at a million rows was nearly a third of what is written. New ones come into a small table first, and go from there into
-- the large one many at a time, in its order.
create table observation_id (
    id_key  bigint not null, -- 63 bits of the id
    ordinal bigint not null, -- of the row in observation
    primary key (id_key, ordinal)
);
create table observation_new_id (
    id_key  bigint not null,
    ordinal bigint not null
);
create index observation_new_id_found on observation_new_id (id_key, ordinal);
insert into observation_id (id_key, ordinal)
    select id_key, ordinal from observation where ordinal <> 0 order by id_key, ordinal;
-- How many are in the small table.
alter table observation_count add column new_ids bigint not null default 0;
drop index observation_by_id;
alter table observation drop column id_key;
