-- How things stood, each time they changed: sources, questionnaires, weekly duties, ends of import runs, reasons of the quarantine. Rows
-- are only added, so that what was known at any moment is told. What stood before this table was there is taken up as it stands.
create table past (
    kind       text        not null,
    thing_id   text        not null,
    -- counts what is kept of one thing, from 1; of an assignment its version. 0 is how it stood before, where nothing was kept yet
    step       bigint      not null,
    known_from timestamptz not null,
    -- the whole thing as it then stood
    body       jsonb       not null,
    primary key (kind, thing_id, step)
);
insert into past (kind, thing_id, step, known_from, body)
    select 'assignment', assignment_id, version, known_from, body from assignment_version;
-- assignment_version stays where it is: while the service is updated the version before still writes it, and what it writes is taken up
-- at the next start. A later version drops it.

-- When a record came into the quarantine; null for those that came before this was kept: they count as known since their run began.
alter table quarantine add column known_from timestamptz;
