-- Up to which ordinal the words of observations are in the index of texts. The index itself is made in each database's own
-- words: see `store::text`.
create table text_index (
    only_row boolean primary key check (only_row),
    reached  bigint  not null
);
insert into text_index (only_row, reached) values (true, 0);
