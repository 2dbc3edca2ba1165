-- What intake holds: imports, what they could not read, observations in all their revisions, field reports.

create table import_run (
    import_id    text        primary key,
    format       text        not null,
    name         text        not null,
    -- the file's name in the object store
    object       text        not null,
    bytes        bigint      not null,
    sha256       text        not null,
    exercise     boolean     not null,
    state        text        not null check (state in ('waiting', 'running', 'done', 'failed')),
    records      bigint      not null default 0,
    accepted     bigint      not null default 0,
    updated      bigint      not null default 0,
    unchanged    bigint      not null default 0,
    quarantined  bigint      not null default 0,
    -- where the next record begins, moved in the transaction that records what stands before it
    cursor_bytes bigint      not null default 0,
    cursor_line  bigint      not null default 1,
    batches      bigint      not null default 0,
    -- the header line, by which a single record can be read later; null until it was read
    header       text,
    -- time spent reading, in microseconds
    worked_us    bigint      not null default 0,
    citation     text        not null,
    failure      text        not null default '',
    sent_by      text        not null,
    received_at  timestamptz not null,
    started_at   timestamptz,
    finished_at  timestamptz,
    -- how often in a row the file could not be fetched, and when that is tried again
    tries        bigint      not null default 0,
    next_at      timestamptz not null,
    -- it failed because the file could not be fetched: sent once more, it runs
    object_lost  boolean     not null default false,
    -- null while the object store may still hold the file
    forgotten_at timestamptz,
    traceparent  text,
    correlation  text        not null,
    causation    text        not null,
    check (records = accepted + updated + unchanged + quarantined)
);
create index import_run_newest on import_run (received_at desc, import_id desc);
create index import_run_due on import_run (received_at) where state in ('waiting', 'running');
create index import_run_kept on import_run (object) where forgotten_at is null;

create table quarantine (
    quarantine_id text        primary key,
    import_id     text        not null references import_run (import_id),
    line          bigint      not null,
    reason        text        not null,
    -- the record's bytes, base64
    original      text        not null,
    -- the line that was read in its place, where one was given
    corrected     text,
    -- null while it waits
    resolved_at   timestamptz
);
create index quarantine_by_line on quarantine (import_id, line, quarantine_id);

create table observation (
    observation_id text             not null,
    revision       bigint           not null,
    source         text             not null,
    owner          text             not null,
    external_id    text             not null,
    -- of what the source says, without when and how it came here
    content_sha256 text             not null,
    -- the source has settled it: what is provisional never revises it
    settled        boolean          not null,
    known_from     timestamptz      not null,
    -- null while this is what is known
    known_to       timestamptz,
    occurred_from  text             not null,
    occurred_to    text             not null,
    country        text,
    province       text,
    -- words between commas: ,border_tension,water_energy,
    threats        text             not null,
    kind           text             not null,
    lat            double precision,
    lon            double precision,
    exercise       boolean          not null,
    -- the whole observation
    body           jsonb            not null,
    primary key (observation_id, revision)
);
create unique index observation_current on observation (observation_id) where known_to is null;
create index observation_newest on observation (occurred_from desc, observation_id);
create index observation_in_province on observation (province, occurred_from desc, observation_id);
create index observation_in_country on observation (country, occurred_from desc, observation_id);

create table report (
    report_id      text        primary key,
    state          text        not null,
    form           jsonb       not null,
    place          jsonb       not null,
    -- pseudonym of the source
    source         text        not null,
    -- the principal that sent it: whoever verifies is another
    sent_by        text        not null,
    threat         text        not null,
    kind           text        not null,
    province       text,
    occurred_on    text        not null,
    exercise       boolean     not null,
    observation_id text,
    history        jsonb       not null,
    received_at    timestamptz not null,
    version        bigint      not null,
    -- the request that made the last move: asked again it is answered, not refused
    moved_by       text,
    traceparent    text,
    correlation    text        not null,
    causation      text        not null
);
create index report_newest on report (received_at desc, report_id desc);
create index report_incident on report (province, threat, kind, occurred_on);

-- Who the source of a report is, sealed as it came. Nothing reads it but the one who may open it.
create table sealed_source (
    report_id text primary key references report (report_id),
    sealed    text not null
);
