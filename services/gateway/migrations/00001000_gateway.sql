-- What the gateway holds: identities, what was done at the door, what was accepted and how far the event stream went.

-- API tokens. The secret itself is nowhere.
create table token (
    token_id     text        primary key,
    -- the twelve characters by which a presented token is found
    lookup       text        not null unique,
    -- SHA-256 of the secret, hexadecimal
    digest       text        not null,
    name         text        not null,
    -- who it speaks for: two-person rules compare this
    subject      text        not null,
    -- roles, by comma
    roles        text        not null,
    -- key of the organisation, for partners
    organisation text,
    created_by   text        not null,
    created_at   timestamptz not null,
    expires_at   timestamptz not null,
    revoked_at   timestamptz,
    -- to a few minutes
    last_used    timestamptz
);

-- One answer for each key of each principal, so that a repeated request is answered and not done again.
create table idempotency (
    principal      text        not null,
    key            text        not null,
    -- method, path, query and body
    request_sha256 text        not null,
    -- 0 while it is worked on
    status         bigint      not null,
    -- the JSON that was answered; empty where it held a secret
    response       text        not null,
    etag           text,
    at             timestamptz not null,
    primary key (principal, key)
);
create index idempotency_at on idempotency (at);

-- Sessions of the console: each belongs to a token and ends with it.
create table session (
    -- SHA-256 of the cookie's secret, hexadecimal
    digest     text        primary key,
    token_id   text        not null,
    created_at timestamptz not null,
    expires_at timestamptz not null
);
create index session_token on session (token_id);

-- Codes that open a session once.
create table login_code (
    -- SHA-256 of the code, hexadecimal
    digest     text        primary key,
    token_id   text        not null,
    expires_at timestamptz not null
);

-- Everything written and every sensitive read, chained: hash = SHA-256 over the one before and this entry.
create table audit (
    n      bigint      primary key,
    at     timestamptz not null,
    actor  text        not null,
    action text        not null,
    object text        not null,
    detail text        not null,
    prev   text        not null,
    hash   text        not null unique
);
-- How far the chain goes: one row.
create table audit_head (
    one  bigint primary key check (one = 1),
    n    bigint not null,
    hash text   not null
);
insert into audit_head (one, n, hash) values (1, 0, '');

-- Files on their way into the object store; what is left here was broken off.
create table upload (
    object     text        primary key,
    started_at timestamptz not null
);

-- What the event stream tells, for those who come back after a pause.
create table sse_event (
    seq          bigint      primary key,
    kind         text        not null,
    -- what staff is told: ids and states, never contents
    staff        text        not null,
    -- the organisation that is told too; null for none
    partner      text,
    -- what it is told
    partner_told text,
    at           timestamptz not null
);
