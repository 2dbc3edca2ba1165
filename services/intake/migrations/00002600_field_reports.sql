-- Field reports in full: questionnaires and their readings, weekly duties, records of sources, repetitions, files.

create table questionnaire (
    questionnaire_id text        primary key,
    -- what its versions share, and the count of them
    key              text        not null,
    number           bigint      not null,
    state            text        not null check (state in ('draft', 'in_force', 'retired')),
    form             jsonb       not null,
    made_by          text        not null,
    made_at          timestamptz not null,
    in_force_at      timestamptz,
    retired_at       timestamptz,
    version          bigint      not null,
    -- the request that made the last change: asked again it is answered, not refused
    moved_by         text,
    unique (key, number)
);
-- of one questionnaire one version is answered
create unique index questionnaire_in_force on questionnaire (key) where state = 'in_force';

-- The answers about indicators as they stand: a later accepted report of the same source, province and week replaces them.
create table reading (
    reading_id   text        primary key,
    report_id    text        not null references report (report_id),
    source       text        not null,
    province     text        not null,
    week         text        not null,
    exercise     boolean     not null,
    body         jsonb       not null,
    taken_at     timestamptz not null,
    -- null while it stands
    withdrawn_at timestamptz
);
create index reading_of_report on reading (report_id);
create index reading_of_week on reading (source, province, week);

create table assignment (
    assignment_id  text        primary key,
    -- pseudonym of the monitor
    source         text        not null,
    call_sign      text        not null,
    province       text        not null,
    from_day       text        not null,
    until_day      text,
    pauses         jsonb       not null,
    -- the Monday of the last week that was looked at for missing reports
    judged_through text        not null,
    made_by        text        not null,
    made_at        timestamptz not null,
    version        bigint      not null,
    moved_by       text
);
create index assignment_of_source on assignment (source);

-- What became of a source's reports when they were checked, every time it was said.
create table source_outcome (
    report_id text        not null references report (report_id),
    version   bigint      not null,
    source    text        not null,
    outcome   text        not null,
    said_by   text        not null,
    at        timestamptz not null,
    primary key (report_id, version)
);
create index source_outcome_of on source_outcome (source, at);

-- What the desk decided of a source's reliability, every time.
create table source_grade (
    source      text        not null,
    at          timestamptz not null,
    reliability text        not null,
    proposed    text        not null,
    said_by     text        not null,
    note        text        not null,
    -- the request that decided: asked again it is answered, not done twice
    moved_by    text,
    primary key (source, at)
);

-- the Monday of the week that a situation report speaks of
alter table report add column week text;
-- how reliable the source was held to be when it came
alter table report add column reliability text;
alter table report add column duplicate_of text;
alter table report add column attachments jsonb not null default '[]';
create index report_of_week on report (week);
create index report_of_source on report (source);
