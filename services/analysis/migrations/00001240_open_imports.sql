-- Files that intake is still reading: nothing is forecast meanwhile.
create table open_import (
    import_id text        primary key,
    -- when intake last said that it reads it
    said_at   timestamptz not null
);
