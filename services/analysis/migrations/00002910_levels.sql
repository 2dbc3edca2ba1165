-- How each cell was told on each day, as it was known by the end of it: a past day is told from here, word for word. The rows of
-- the day that runs are taken away by whatever changes them, and are written anew.
create table situation_day (
    day      text    not null,
    exercise boolean not null,
    province text    not null,
    threat   text    not null,
    -- whether there was anything to say of it
    shown    boolean not null,
    -- the whole situation: components, weights, grades, coverage
    body     jsonb   not null,
    -- every incident behind its own index, in short
    evidence jsonb   not null,
    primary key (day, exercise, province, threat)
);

-- The bands of threats that have their own, month by month; nothing of the exercise, which is read by the same bands.
create table own_band (
    threat   text             not null,
    -- the month they serve from, YYYY-MM
    month    text             not null,
    -- null where there was too little history: then the default bands serve
    low      double precision,
    elevated double precision,
    high     double precision,
    critical double precision,
    set_at   timestamptz      not null,
    primary key (threat, month)
);

-- Levels that people set beside the computed ones. Nothing is deleted.
create table level_override (
    override_id text        primary key,
    province    text        not null,
    threat      text        not null,
    exercise    boolean     not null,
    state       text        not null check (state in ('active', 'replaced', 'ended', 'expired')),
    set_at      timestamptz not null,
    until_at    timestamptz not null,
    -- null while it holds
    ended_at    timestamptz,
    -- the whole override
    body        jsonb       not null,
    version     bigint      not null
);
create index level_override_cell on level_override (province, threat, exercise, set_at);
create index level_override_newest on level_override (exercise, set_at, override_id);

-- What came from a province, whatever became of it since: how much usually comes is counted here.
create index evidence_received on evidence (province, exercise, occurred_to, source, known_from, observation_id);
