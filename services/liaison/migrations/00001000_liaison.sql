-- What liaison keeps: the ledger of consents, with everything that was done with each.

create table consent (
    consent_id   text        primary key,
    -- when the request was recorded: the order of the list
    requested_at timestamptz not null,
    -- the government asked
    grantor      text        not null,
    -- key of the organisation that would be told
    beneficiary  text        not null,
    state        text        not null,
    -- counts every change; what a decision was made on is compared with it
    version      bigint      not null,
    -- the consent as it is said: purpose, issues, instrument, validity
    consent      jsonb       not null,
    -- the official who gave or refused it, by post
    official     text        not null,
    -- conditions, in the words of the paper
    conditions   text        not null,
    -- trace of the request; later work continues it
    traceparent  text,
    -- asker and key of the last change, so that a change asked for twice is made once
    last_key     text
);
create index consent_by_age on consent (requested_at, consent_id);
create index consent_by_grantor on consent (grantor, requested_at, consent_id);
create index consent_by_beneficiary on consent (beneficiary, requested_at, consent_id);

-- What was done with a consent; rows are added and never changed.
create table consent_step (
    consent_id text        not null references consent (consent_id),
    -- the version of the consent that it made
    version    bigint      not null,
    state      text        not null,
    -- who recorded it, as people read it
    by_name    text        not null,
    -- who recorded it, by subject
    by_subject text        not null,
    at         timestamptz not null,
    note       text        not null,
    primary key (consent_id, version)
);
