-- What every service keeps about the bus: what it said (outbox), what it heard (inbox), what it could not handle.

create table outbox (
    event_id    text        primary key,
    -- microseconds, strictly rising within a process: the order of publishing
    position    bigint      not null,
    aggregate   text        not null,
    subject     text        not null,
    body        text        not null,
    correlation text        not null,
    causation   text,
    traceparent text,
    said_at     timestamptz not null,
    -- null until the stream has acknowledged it
    sent_at     timestamptz,
    stream      text,
    stream_seq  bigint
);
create index outbox_unsent on outbox (position) where sent_at is null;
create index outbox_sent on outbox (stream, stream_seq) where sent_at is not null;

-- What the stream looked like when it was last seen: when it goes backwards, everything after is said again.
create table stream_seen (
    stream  text        primary key,
    created timestamptz not null
);

create table inbox (
    consumer    text        not null,
    event_id    text        not null,
    stream_seq  bigint      not null,
    body_sha256 text        not null,
    outcome     text        not null check (outcome in ('done', 'dead')),
    at          timestamptz not null,
    primary key (consumer, event_id)
);

create table dead_letter (
    consumer    text        not null,
    event_id    text        not null,
    subject     text        not null,
    headers     jsonb       not null,
    body        text        not null,
    reason      text        not null,
    tries       bigint      not null,
    at          timestamptz not null,
    -- set when someone asks for it to be handled again; cleared by the attempt
    replay_at   timestamptz,
    resolved_at timestamptz,
    resolution  text        not null default '',
    primary key (consumer, event_id)
);
create index dead_letter_open on dead_letter (at) where resolved_at is null;
