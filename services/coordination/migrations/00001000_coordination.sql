-- Who may receive what, what was decided, what was sent and what was said of it.

create table organisation (
    organisation_id text        primary key,
    -- the short key by which audiences, consents and partners' tokens name it
    key             text        not null unique,
    name            text        not null,
    kind            text        not null,
    -- takes part in exercises only, or in real exchange only
    exercise        boolean     not null,
    -- {post, address}
    focal_point     jsonb,
    added_at        timestamptz not null
);

create table mandate (
    mandate_id   text        primary key,
    organisation text        not null references organisation (key),
    body         jsonb       not null,
    added_by     text        not null,
    added_at     timestamptz not null
);
create index mandate_of on mandate (organisation);

create table agreement (
    agreement_id text        primary key,
    organisation text        not null references organisation (key),
    body         jsonb       not null,
    added_by     text        not null,
    added_at     timestamptz not null
);
create index agreement_of on agreement (organisation);

-- Where an organisation takes webhooks. The keys are never logged, said or listed.
create table endpoint (
    endpoint_id       text        primary key,
    organisation      text        not null references organisation (key),
    url               text        not null,
    active            boolean     not null,
    -- why it takes nothing just now; empty while active
    suspended_because text        not null default '',
    -- whsec_…: signs v1
    secret            text        not null,
    -- whsk_…: signs v1a; its public half is whpk_…
    signing_key       text        not null,
    public_key        text        not null,
    added_by          text        not null,
    added_at          timestamptz not null,
    unique (organisation, url)
);

-- Consents of governments as liaison said them: an older version never overwrites a newer one.
create table consent (
    consent_id  text   primary key,
    -- key of the organisation that may be told
    beneficiary text   not null,
    version     bigint not null,
    body        jsonb  not null
);
create index consent_of on consent (beneficiary);

-- Every issued version of every warning, whole.
create table warning (
    warning_id  text        not null,
    version     bigint      not null,
    sent        timestamptz not null,
    expires     timestamptz not null,
    body        jsonb       not null,
    -- whether no newer version is known
    latest      boolean     not null,
    -- the trace of the message that brought it
    traceparent text,
    primary key (warning_id, version)
);
create index warning_latest on warning (sent, warning_id) where latest;

-- What goes to one organisation of one version, as last decided.
create table decision (
    decision_id   text        primary key,
    warning_id    text        not null,
    version       bigint      not null,
    partner       text        not null references organisation (key),
    body          jsonb       not null,
    decided_at    timestamptz not null,
    -- whether this or an earlier decision let anything go: the partner has it or may have it
    ever_released boolean     not null,
    unique (warning_id, version, partner),
    foreign key (warning_id, version) references warning (warning_id, version)
);
create index decision_newest on decision (decided_at, decision_id);

-- Decisions that were taken anew with another outcome.
create table former_decision (
    decision_id text        not null references decision (decision_id),
    body        jsonb       not null,
    decided_at  timestamptz not null,
    primary key (decision_id, decided_at)
);

-- First looks of a partner at a version through the interface.
create table look (
    warning_id text        not null,
    version    bigint      not null,
    partner    text        not null,
    at         timestamptz not null,
    primary key (warning_id, version, partner)
);

create table delivery (
    -- also the webhook-id
    delivery_id    text        primary key,
    decision_id    text        not null references decision (decision_id),
    warning_id     text        not null,
    version        bigint      not null,
    partner        text        not null,
    endpoint_id    text        not null references endpoint (endpoint_id),
    -- 0 grave, 1 moderate, 2 the rest: what is tried first, and how often
    rank           bigint      not null check (rank in (0, 1, 2)),
    state          text        not null check (state in
        ('pending', 'transported', 'acknowledged', 'superseded', 'withdrawn', 'expired', 'exhausted')),
    -- the same bytes in every try
    body           text        not null,
    -- the decision that the body was made under
    made_under     jsonb       not null,
    -- takes back what the partner holds, without content: goes although nothing may be released any more
    retraction     boolean     not null,
    -- tries begun; counted before the first byte leaves
    attempts       bigint      not null default 0,
    -- null when it is not tried again
    next_at        timestamptz,
    lease_until    timestamptz,
    expires        timestamptz not null,
    transported_at timestamptz,
    -- the trace of the undertaking it belongs to
    traceparent    text,
    created_at     timestamptz not null,
    unique (warning_id, version, partner, endpoint_id)
);
create index delivery_due on delivery (endpoint_id, rank, next_at) where state = 'pending';
create index delivery_leased on delivery (endpoint_id, lease_until) where lease_until is not null;
create index delivery_of on delivery (decision_id);

create table attempt (
    delivery_id text        not null references delivery (delivery_id),
    number      bigint      not null,
    at          timestamptz not null,
    duration_ms bigint      not null,
    -- null when no answer came
    status      bigint,
    error       text        not null default '',
    primary key (delivery_id, number)
);

create table acknowledgement (
    acknowledgement_id text        primary key,
    warning_id         text        not null,
    version            bigint      not null,
    partner            text        not null,
    body               jsonb       not null,
    at                 timestamptz not null
);
create index acknowledgement_of on acknowledgement (warning_id, version, partner);
