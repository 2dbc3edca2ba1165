-- Files that were taken in, so that the run each starts is told from the moment its receipt was given, also before intake has begun it.
create table accepted_import (
    import_id   text        primary key,
    received_at timestamptz not null,
    -- what was said of it on the bus
    body        jsonb       not null
);
create index accepted_import_received on accepted_import (received_at);
