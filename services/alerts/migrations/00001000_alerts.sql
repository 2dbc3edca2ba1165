-- What alerts keeps: warnings as they stand, every message as it was issued, and why a warning was drafted or not.

create table warning (
    warning_id       text        primary key,
    -- when the warning was first drafted: the order of the list
    created_at       timestamptz not null,
    state            text        not null,
    status           text        not null,
    threat           text        not null,
    -- of the first place; null where that is a whole country
    province         text,
    -- counts every change; what a decision was made on is compared with it
    revision         bigint      not null,
    expires          timestamptz not null,
    -- the working state, as it is said and answered
    warning          jsonb       not null,
    -- who wrote, submitted and approved the version at work, by subject: what the two-person rule compares
    hands            jsonb       not null,
    -- the join of the handling of the evidence; null where a person drafted without evidence
    evidence_handling jsonb,
    -- the message now in force: version, level, end and chain; null where there is none
    in_force         jsonb,
    in_force_version bigint,
    in_force_until   timestamptz,
    -- trace of the change that gave rise to it; later work continues it
    traceparent      text,
    -- asker and key of the last change, so that a change asked for twice is made once
    last_key         text
);
create index warning_by_age on warning (created_at, warning_id);
create index warning_live on warning (province, threat, status, state);
create index warning_due on warning (state, expires);
create index warning_in_force on warning (in_force_until);

-- Every message as it was issued; rows are added and never changed.
create table warning_message (
    warning_id text        not null references warning (warning_id),
    version    bigint      not null,
    sent       timestamptz not null,
    message    jsonb       not null,
    -- the CAP 1.2 document
    cap        text        not null,
    -- sender, identifier and time as later messages of the chain refer to it
    reference  text        not null,
    primary key (warning_id, version)
);

-- Every change of level that was evaluated, with what came of it and why. Kept for alerts.evaluations_kept_days.
create table rule_evaluation (
    -- the event that was evaluated
    event_id     text             primary key,
    rule         text             not null,
    province     text             not null,
    country      text             not null,
    threat       text             not null,
    was          text             not null,
    level        text             not null,
    level_index  double precision not null,
    exercise     boolean          not null,
    outcome      text             not null,
    reason       text             not null,
    warning_id   text,
    evaluated_at timestamptz      not null
);
create index rule_evaluation_by_age on rule_evaluation (evaluated_at, event_id);
create index rule_evaluation_by_province on rule_evaluation (province, evaluated_at, event_id);
