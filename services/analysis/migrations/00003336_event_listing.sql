-- Since when a source is, or is no longer, configured as one that lists every event: what it claimed at a past moment is told by it. A
-- source has no row before that changes; what it listed until then it listed from its first row on. Rows are only added.
create table event_listing (
    source text        not null,
    since  timestamptz not null,
    -- whether it lists every event from then on
    listed boolean     not null,
    primary key (source, since)
);
