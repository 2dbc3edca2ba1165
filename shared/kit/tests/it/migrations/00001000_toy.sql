-- A toy: how often each consent was heard of.
create table heard (
    consent_id text   primary key,
    times      bigint not null
);
