-- Alarms: reasons to look, raised by forecasts, trends and levels. Nothing is deleted.
create table alarm (
    alarm_id   text        primary key,
    province   text        not null,
    threat     text        not null,
    exercise   boolean     not null,
    state      text        not null check (state in ('raised', 'cleared')),
    cause      text        not null,
    raised_at  timestamptz not null,
    -- the whole alarm, without what came of it
    body       jsonb       not null,
    version    bigint      not null
);
create index alarm_newest on alarm (exercise, raised_at, alarm_id);
create index alarm_by_cell on alarm (province, threat, exercise, raised_at);

-- What alarms know of each province and threat: the level that holds, the newest chance, how often it was low.
create table alarm_cell (
    province text   not null,
    threat   text   not null,
    exercise boolean not null,
    level    text   not null,
    level_index double precision not null,
    -- chance of an escalation by the newest forecast; null without one
    chance   double precision,
    -- the month it was made from, YYYY-MM-DD; null without one
    origin   text,
    -- how many runs in a row it was below 0.7 of the threshold
    low_runs bigint not null,
    primary key (province, threat, exercise)
);

-- The chance of an escalation in three months, by every forecast that was issued: what the budget is set by.
create table chance (
    threat   text             not null,
    province text             not null,
    origin   text             not null,
    chance   double precision not null,
    primary key (threat, province, origin)
);
create index chance_origin on chance (origin);

-- Every rise of a level: what alarms are held against.
create table level_rise (
    province text        not null,
    threat   text        not null,
    exercise boolean     not null,
    at       timestamptz not null,
    was      text        not null,
    level    text        not null,
    primary key (province, threat, exercise, at)
);

alter table rule_evaluation add column alarm_id text;
alter table rule_evaluation add column chance double precision;
alter table rule_evaluation add column threshold double precision;

-- One row: those who judge alarms take turns, so that none overlooks what another has just noted of a cell.
create table turn (
    one bigint      primary key,
    at  timestamptz not null
);
